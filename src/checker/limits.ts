import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { CheckError } from './check-error.ts';

/** Where a run stops without an answer. */
export interface Limits {
  readonly statesMax: number;
  /**
   * Of the worlds, the index, the edges and what properties remember; not of the JavaScript heap, which has a limit of
   * its own. Three quarters of what the machine has, if nothing is said: beyond that the system would end the process.
   */
  readonly memoryBytesMax: number;
  readonly secondsMax: number;
  readonly depthMax: number;
}

export function limitsFrom(options: Partial<Limits>): Limits {
  const {
    statesMax = 1_000_000_000,
    memoryBytesMax = Math.floor(machineBytes() * 0.75),
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

function machineBytes(): number {
  const allowed = process.constrainedMemory?.() ?? 0;
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** Beyond that share of its heap a process spends its time on collecting garbage, and is ended soon. */
const heapShareMost = 0.8;
/** What V8 adds to the limit for objects that die young. */
const youngBytes = 48 * 2 ** 20;

/** Why the run must stop here, or null. */
export function limitReached(
  limits: Limits,
  now: { states: number; memoryBytes: number; seconds: number; depth: number },
): string | null {
  if (now.states >= limits.statesMax) return `it reached the limit of ${limits.statesMax} states`;
  if (now.memoryBytes >= limits.memoryBytesMax) {
    return `it reached the limit of ${limits.memoryBytesMax} bytes of memory`;
  }
  if (isHeapFilled()) return heapFilled();
  if (now.seconds >= limits.secondsMax)
    return `it reached the limit of ${limits.secondsMax} seconds`;
  if (now.depth >= limits.depthMax) return `it reached the limit of ${limits.depthMax} steps`;
  return null;
}

/** Of the thread that asks: each has a heap of its own. */
export function isHeapFilled(): boolean {
  const { heap_size_limit, used_heap_size } = getHeapStatistics();
  return used_heap_size >= heapShareMost * (heap_size_limit - youngBytes);
}

export function heapFilled(): string {
  const { heap_size_limit } = getHeapStatistics();
  return `it filled the heap of ${heap_size_limit} bytes (node --max-old-space-size gives more)`;
}
