/**
 * The worlds of a worker lie together in blocks, and the blocks of all workers take turns: a line of the processor's cache is
 * written by one worker, and read by it in order.
 */
export const BLOCK = 1024;

/** The number of the world that a worker put in a place of its own. */
export function numberOf(place: number, worker: number, workers: number): number {
  const within = place & (BLOCK - 1);
  return (place - within) * workers + worker * BLOCK + within;
}

/** Whose a number is, and its place there. */
export function placeOf(number: number, workers: number): { worker: number; place: number } {
  const block = Math.floor(number / BLOCK);
  const place = Math.floor(block / workers) * BLOCK + (number % BLOCK);
  return { worker: block % workers, place };
}

/** How many of the first so many numbers are a worker's. */
export function placesBefore(end: number, worker: number, workers: number): number {
  const turn = BLOCK * workers;
  const rest = (end % turn) - worker * BLOCK;
  return Math.floor(end / turn) * BLOCK + Math.max(0, Math.min(BLOCK, rest));
}

/** How many places each worker has, if there is room for so many numbers. */
export function placesIn(numbers: number, workers: number): number {
  return Math.floor(numbers / (BLOCK * workers)) * BLOCK;
}

/** A number above those of all worlds, where no worker has more than so many. */
export function numbersFor(places: number, workers: number): number {
  return Math.ceil(places / BLOCK) * BLOCK * workers;
}
