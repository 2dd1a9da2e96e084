/** What somebody gave in place of what is wanted, for a sentence: it may be anything at all. */
export function textOf(given: unknown): string {
  try {
    if (given instanceof Promise) return 'a promise (what is asked must not be async)';
    const isMade = typeof given === 'object' && given !== null;
    if (isMade && Symbol.asyncIterator in given) return 'an async generator';
    return isMade ? (JSON.stringify(given) ?? String(given)) : String(given);
  } catch {
    return `something that is no plain data (${typeof given})`;
  }
}
