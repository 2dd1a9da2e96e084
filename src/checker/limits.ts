import { CheckError } from './check-error.ts';

/** Where a run stops without an answer. */
export interface Limits {
  readonly statesMax: number;
  /** Of the worlds, the index, the edges and what properties remember; not of the JavaScript heap. */
  readonly memoryBytesMax: number;
  readonly secondsMax: number;
  readonly depthMax: number;
}

export function limitsFrom(options: Partial<Limits>): Limits {
  const {
    statesMax = 1_000_000_000,
    memoryBytesMax = 64 * 2 ** 30,
    secondsMax = Number.POSITIVE_INFINITY,
    depthMax = Number.POSITIVE_INFINITY,
  } = options;
  for (const [name, value] of Object.entries({ statesMax, memoryBytesMax, secondsMax, depthMax })) {
    if (typeof value !== 'number' || Number.isNaN(value) || value <= 0) {
      throw new CheckError('impossible-bound', `${name} is ${value}; it must be more than 0`);
    }
  }
  return { statesMax, memoryBytesMax, secondsMax, depthMax };
}

/** Why the run must stop here, or null. */
export function limitReached(
  limits: Limits,
  now: { states: number; memoryBytes: number; seconds: number; depth: number },
): string | null {
  if (now.states >= limits.statesMax) return `it reached the limit of ${limits.statesMax} states`;
  if (now.memoryBytes >= limits.memoryBytesMax) {
    return `it reached the limit of ${limits.memoryBytesMax} bytes of memory`;
  }
  if (now.seconds >= limits.secondsMax)
    return `it reached the limit of ${limits.secondsMax} seconds`;
  if (now.depth >= limits.depthMax) return `it reached the limit of ${limits.depthMax} steps`;
  return null;
}
