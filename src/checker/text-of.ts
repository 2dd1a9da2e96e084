/** What somebody gave in place of what is wanted, for a sentence: it may be anything at all. */
export function textOf(given: unknown): string {
  try {
    const isMade = typeof given === 'object' && given !== null;
    return isMade ? (JSON.stringify(given) ?? String(given)) : String(given);
  } catch {
    return `something that is no plain data (${typeof given})`;
  }
}
