import type { Layout } from './layout.ts';

/** Packed worlds on their way into a store. */
export class Batch {
  readonly words: Int32Array;
  readonly hashes: Int32Array;
  readonly parents: Int32Array;
  readonly moves: Int32Array;
  /** Which slots may differ from the parent's (`maskOf`). */
  readonly masks: Int32Array;
  /** The rules known to be quiet (`Space.quietAfter`). */
  readonly quiets: Int32Array;
  /** After `addAll`: the world's number. */
  readonly numbers: Int32Array;
  /** After `addAll`: places of the new worlds, and how many. */
  readonly fresh: Int32Array;
  freshCount = 0;
  readonly capacity: number;
  length = 0;

  constructor(capacity: number, words: number) {
    this.capacity = capacity;
    this.words = new Int32Array(capacity * words);
    this.hashes = new Int32Array(capacity);
    this.parents = new Int32Array(capacity);
    this.moves = new Int32Array(capacity);
    this.masks = new Int32Array(capacity);
    this.quiets = new Int32Array(capacity);
    this.numbers = new Int32Array(capacity);
    this.fresh = new Int32Array(capacity);
  }
}

/** Where found worlds go. */
export interface WorldStore {
  readonly layout: Layout;
  /** Adds what is new, in the order of the batch. */
  addAll(batch: Batch): void;
  /** Writes a world from `base` on. */
  read(number: number, world: Int32Array, base?: number): void;
  copyWords(number: number, words: Int32Array): void;
  /** A note beside each world, 0 at first: the rules known to offer nothing in it (`Space.quietAfter`). */
  quiet(number: number): number;
  setQuiet(number: number, quiet: number): void;
  /** A world did not fit the layout. */
  widenFor(world: Int32Array, sizes: readonly number[]): void;
}
