/**
 * Rows of the failure matrix that no play shows yet, and why. `what`: the part that waits; the whole
 * row if no play has it.
 */
export interface Waiting {
  readonly row: string;
  readonly what: string;
  readonly reason: string;
}

export const rowsOfTheMatrix: readonly string[] = Array.from(
  { length: 68 },
  (_, index) => `F${String(index + 1).padStart(2, '0')}`,
);

export const waiting: readonly Waiting[] = [];
