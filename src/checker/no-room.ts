/** What the threads of a search share has no room for more. */
export class NoRoom extends Error {}

/** What users wrote is guarded, so such an error is about our own arrays. */
export function isForWantOfMemory(error: unknown): boolean {
  if (error instanceof NoRoom) return true;
  return error instanceof RangeError && /allocation|length|maximum size/.test(error.message);
}
