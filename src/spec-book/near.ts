/** The `count` candidates most like what was typed, best first. */
export function nearest(
  typed: string,
  candidates: readonly string[],
  count: number,
): readonly string[] {
  return candidates
    .map((candidate, index) => ({ candidate, index, away: distance(typed, candidate) }))
    .sort((one, other) => one.away - other.away || one.index - other.index)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** How many letters have to be put in, taken out or exchanged. */
export function distance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const exchange = one[row - 1] === other[column - 1] ? 0 : 1;
      current[column] = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + exchange,
      );
    }
    previous = current;
  }
  return previous[other.length]!;
}
