import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Layout } from '../layout.ts';
import { BLOCK } from './blocks.ts';

/** What the workers of one run share. Everything is reserved at the start; memory that is never touched costs nothing. */
export interface SharedMemory {
  readonly workers: number;
  /** Bits of each slot. */
  readonly widths: Int32Array;
  /** Most worlds one worker may find. */
  readonly worldsMax: number;
  readonly control: Int32Array;
  readonly dictionary: Int32Array;
  readonly arena: Int32Array;
  readonly parents: Int32Array;
  readonly quiets: Int32Array;
  /** Two halves, used in turn: the index grows from one into the other. */
  readonly indexes: readonly [Int32Array, Int32Array];
  /** Per level, how many worlds each worker had found when it ended. */
  readonly levels: Int32Array;
}

/** Words of `control`. */
export const LOCK = 0;
export const DICTIONARY_END = 1;
export const ARRIVED = 2;
export const TURN = 3;
export const PHASE = 4;
export const STOP = 5;
export const VIOLATED = 6;
export const MISFIT = 7;
export const DEPTH = 8;
export const INDEX_HALF = 9;
export const INDEX_SLOTS = 10;
/** The one who leads waits for all others, to change the layout. */
export const PAUSE = 11;
/** The one who leads has nothing to do until somebody brings something, or arrives. */
export const RESTING = 12;
/** Of each half of the index, how many slots were ever in use. */
export const INDEX_USED = 13;
/** How many worlds are in the hands of the one who leads. */
export const BACKLOG = 15;
const WORKER_WORDS = 16;
/** Words of each worker. */
export const COUNT = 0;
export const LEVEL_START = 1;
export const LEVEL_END = 2;
export const CURSOR = 3;
export const GENERATED = 4;
/** Entries of the worker's queue: put there, and taken from there. */
export const PUT = 5;
export const TAKEN = 6;
/** How many worlds of the level it keeps in its hands while it waits. */
export const KEPT = 7;

export const PHASE_EXPAND = 0;
export const PHASE_GROW = 1;
export const PHASE_END = 2;

/** Values of STOP. */
export const STOP_BY_REQUEST = 1;
export const STOP_FULL = 2;
export const STOP_FAILED = 3;
/** A thread filled its heap. */
export const STOP_HEAP = 4;

export const LEVELS_MAX = 1 << 20;
const INDEX_SLOTS_FIRST = 1 << 16;
const DICTIONARY_WORDS = 1 << 28;
/** A typed array of 4 GiB would reach another thread with length 0: its byte length no longer fits 32 bits there. */
const ARRAY_WORDS_MAX = 2 ** 30 - 4096;

export function ofWorker(worker: number, word: number): number {
  return WORKER_WORDS * (worker + 1) + word;
}

export function reserve(
  workers: number,
  widths: readonly number[],
  worldsWanted: number,
  wordsSpare = 0,
): SharedMemory {
  collectEarlier();
  const words = new Layout(widths).words + wordsSpare;
  const worlds = Math.min(worldsWanted, Math.floor(ARRAY_WORDS_MAX / words));
  const worldsMax = Math.max(1, Math.floor(worlds / workers / BLOCK)) * BLOCK;
  let slots = INDEX_SLOTS_FIRST;
  while (slots < worlds * 1.7 && slots < 2 ** 29) slots *= 2;
  const control = words32(WORKER_WORDS * (workers + 1));
  control[INDEX_SLOTS] = INDEX_SLOTS_FIRST;
  control[INDEX_USED] = INDEX_SLOTS_FIRST;
  control[MISFIT] = -1;
  return {
    workers,
    widths: shared(widths),
    worldsMax,
    control,
    dictionary: words32(DICTIONARY_WORDS),
    arena: words32(worldsMax * workers * words),
    parents: words32(worldsMax * workers),
    quiets: words32(worldsMax * workers),
    indexes: [words32(slots), words32(slots)],
    levels: words32(LEVELS_MAX * workers),
  };
}

/**
 * Memory that threads share does not count as that of a heap, so nobody hurries to collect what an earlier run left. Two such
 * runs together may be more than the machine has: no child process could be made then, `spawn ENOMEM`.
 */
function collectEarlier(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function shared(numbers: readonly number[]): Int32Array {
  const copy = words32(numbers.length);
  copy.set(numbers);
  return copy;
}

export function words32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4));
}
