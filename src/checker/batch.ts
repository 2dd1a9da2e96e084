import type { Layout } from './layout.ts';

/** Packed worlds on their way into a store. */
export class Batch {
  words: Int32Array;
  hashes: Int32Array;
  parents: Int32Array;
  moves: Int32Array;
  /** Which slots may differ from the parent's (`maskOf`). */
  masks: Int32Array;
  /** The rules known to be quiet (`Space.quietAfter`). */
  quiets: Int32Array;
  /** After `addAll`: the world's number. */
  numbers: Int32Array;
  /** After `addAll`: places of the new worlds, and how many. */
  fresh: Int32Array;
  freshCount = 0;
  capacity: number;
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

  grow(): void {
    this.capacity *= 2;
    this.words = wider(this.words);
    this.hashes = wider(this.hashes);
    this.parents = wider(this.parents);
    this.moves = wider(this.moves);
    this.masks = wider(this.masks);
    this.quiets = wider(this.quiets);
    this.numbers = wider(this.numbers);
    this.fresh = wider(this.fresh);
  }
}

function wider(list: Int32Array): Int32Array {
  const longer = new Int32Array(list.length * 2);
  longer.set(list);
  return longer;
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
