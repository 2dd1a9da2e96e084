const FIRST = 64;
const EVERY = 64;

/**
 * Which answers are asked for again, to see whether they are the same: the first ones, then one of many. `number`: how many were
 * known before, to all threads together.
 */
export function isDoubted(number: number): boolean {
  return number < FIRST || number % EVERY === 0;
}
