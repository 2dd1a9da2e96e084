import type { Batch, WorldStore } from './batch.ts';
import { hashWords } from './hash.ts';
import type { Layout } from './layout.ts';

const LOAD_MAX = 0.75;
/** Entering all worlds again costs more than an index that is too large for a while, until that would take too much memory. */
const SLOTS_FOURFOLD_BELOW = 1 << 23;
const BITS_SPARE = 2;
const REINDEXED_AT_ONCE = 256;
/** In words: what counts as long for `grown`, and how long a list may be. */
const ROOMY_WORDS = 1 << 20;
const WORDS_MAX = 2 ** 31;

/**
 * All worlds found: packed vectors in one arena, an open-addressing index over them, and who found each.
 * An entry of the index is a world's number plus one, and above the bits that takes, bits of its hash: so most entries of
 * other worlds are passed by without a look at the arena. 0 is empty.
 */
export class Store implements WorldStore {
  layout: Layout;
  count = 0;
  private arena: Int32Array;
  private parents: Int32Array;
  private quiets: Int32Array;
  private index: Int32Array;
  private mask: number;
  /** Keeps the warming reads of `addAll` from being optimised away. */
  private warmth = 0;

  constructor(layout: Layout) {
    this.layout = layout;
    this.arena = new Int32Array(1024 * layout.words);
    this.parents = new Int32Array(1024);
    this.quiets = new Int32Array(1024);
    this.index = new Int32Array(4096);
    this.mask = this.index.length - 1;
  }

  /** Without what is only reserved. */
  get byteLength(): number {
    return this.count * (this.layout.words + 2) * 4 + this.index.byteLength;
  }

  parent(number: number): number {
    return this.parents[number]!;
  }

  read(number: number, world: Int32Array, base = 0): void {
    this.layout.unpack(this.arena, number * this.layout.words, world, base);
  }

  quiet(number: number): number {
    return this.quiets[number]!;
  }

  setQuiet(number: number, quiet: number): void {
    this.quiets[number] = quiet;
  }

  /** The packed words of a world. */
  copyWords(number: number, words: Int32Array): void {
    const at = number * this.layout.words;
    for (let word = 0; word < this.layout.words; word++) words[word] = this.arena[at + word]!;
  }

  /** The number of a world, or -1. */
  find(world: Int32Array): number {
    const { words } = this.layout;
    const packed = new Int32Array(words);
    if (!this.layout.pack(world, packed, 0)) return -1;
    return this.lookUp(packed, 0, hashWords(packed, 0, words));
  }

  /**
   * Adds what is new, in the order of the batch. The two loops before only fetch memory: reads that do not wait for each
   * other overlap, so most of the price of a cache miss is paid once per batch and not once per world.
   */
  addAll(batch: Batch): void {
    this.reserve(batch.length);
    const { index, mask, arena } = this;
    const { hashes, length, numbers } = batch;
    const { words } = this.layout;
    let warmth = 0;
    for (let at = 0; at < length; at++) numbers[at] = index[hashes[at]! & mask]!;
    for (let at = 0; at < length; at++) {
      const entry = numbers[at]!;
      if (entry !== 0 && ((entry ^ hashes[at]!) & ~mask) === 0) {
        warmth ^= arena[((entry & mask) - 1) * words]!;
      }
    }
    this.warmth ^= warmth;
    batch.freshCount = 0;
    for (let at = 0; at < length; at++) {
      const before = this.count;
      numbers[at] = this.add(batch.words, at * words, hashes[at]!, batch.parents[at]!);
      if (this.count !== before) batch.fresh[batch.freshCount++] = at;
    }
  }

  /** Lays all worlds out anew. */
  widenFor(needy: Int32Array, sizes: readonly number[]): void {
    // More room for all slots is cheaper than a turn for each of them later, when there are many worlds.
    const layout = this.layout.wideEnoughFor(needy, sizes, BITS_SPARE);
    const worlds = Math.max(1024, Math.ceil(this.count * 1.25));
    const reserved = Math.ceil(this.arena.length / this.layout.words);
    const arena = roomFor(worlds * layout.words, reserved * layout.words);
    this.layout.copyInto(layout, this.arena, arena, this.count);
    this.arena = arena;
    this.layout = layout;
    this.reindex(this.index.length);
  }

  /** All that `restore` needs. */
  parts(): { arena: Int32Array; parents: Int32Array; quiets: Int32Array } {
    return {
      quiets: this.quiets.subarray(0, this.count),
      arena: this.arena.subarray(0, this.count * this.layout.words),
      parents: this.parents.subarray(0, this.count),
    };
  }

  restore(layout: Layout, arena: Int32Array, parents: Int32Array): void {
    this.layout = layout;
    this.arena = arena;
    this.parents = parents;
    this.quiets = new Int32Array(parents.length);
    this.count = parents.length;
    let slots = this.index.length;
    while (this.count > slots * LOAD_MAX) slots *= 2;
    this.reindex(slots);
  }

  private add(source: Int32Array, at: number, hash: number, parent: number): number {
    const { arena, index, mask } = this;
    const { words } = this.layout;
    let slot = hash & mask;
    for (;;) {
      const entry = index[slot]!;
      if (entry === 0) break;
      if (((entry ^ hash) & ~mask) === 0) {
        const number = (entry & mask) - 1;
        if (sameWords(arena, number * words, source, at, words)) return number;
      }
      slot = (slot + 1) & mask;
    }
    const number = this.count++;
    index[slot] = (hash & ~mask) | (number + 1);
    for (let word = 0; word < words; word++) arena[number * words + word] = source[at + word]!;
    this.parents[number] = parent;
    return number;
  }

  private lookUp(source: Int32Array, at: number, hash: number): number {
    const { arena, index, mask } = this;
    const { words } = this.layout;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = index[slot]!;
      if (entry === 0) return -1;
      if (((entry ^ hash) & ~mask) !== 0) continue;
      const number = (entry & mask) - 1;
      if (sameWords(arena, number * words, source, at, words)) return number;
    }
  }

  private reserve(more: number): void {
    const needed = this.count + more;
    if (needed * this.layout.words > this.arena.length) {
      this.arena = grown(this.arena, needed * this.layout.words);
    }
    if (needed > this.parents.length) {
      this.parents = grown(this.parents, needed);
      this.quiets = grown(this.quiets, needed);
    }
    let slots = this.index.length;
    while (needed > slots * LOAD_MAX) slots *= slots < SLOTS_FOURFOLD_BELOW ? 4 : 2;
    if (slots !== this.index.length) this.reindex(slots);
  }

  private reindex(slots: number): void {
    this.index = new Int32Array(slots);
    this.mask = slots - 1;
    const hashes = new Int32Array(REINDEXED_AT_ONCE);
    for (let from = 0; from < this.count; from += hashes.length) {
      this.reenter(from, Math.min(this.count, from + hashes.length), hashes);
    }
  }

  /** Puts some worlds into the index again. As in `addAll`, memory is fetched before it is used. */
  private reenter(from: number, to: number, hashes: Int32Array): void {
    const { arena, index, mask } = this;
    const { words } = this.layout;
    let warmth = 0;
    for (let number = from; number < to; number++) {
      const hash = hashWords(arena, number * words, words);
      hashes[number - from] = hash;
      warmth ^= index[hash & mask]!;
    }
    this.warmth ^= warmth;
    for (let number = from; number < to; number++) {
      const hash = hashes[number - from]!;
      let slot = hash & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = (hash & ~mask) | (number + 1);
    }
  }
}

function sameWords(
  left: Int32Array,
  leftAt: number,
  right: Int32Array,
  rightAt: number,
  words: number,
) {
  for (let word = 0; word < words; word++) {
    if (left[leftAt + word] !== right[rightAt + word]) return false;
  }
  return true;
}

/** A long list is given far more room than it needs: what is never touched costs no memory, and copying does. */
function grown(array: Int32Array, lengthMin: number): Int32Array {
  const factor = array.length < ROOMY_WORDS ? 1.5 : 4;
  const wider = roomFor(lengthMin, Math.ceil(array.length * factor));
  wider.set(array);
  return wider;
}

function roomFor(lengthMin: number, wanted: number): Int32Array {
  try {
    return new Int32Array(Math.max(lengthMin, Math.min(WORDS_MAX, wanted)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Int32Array(Math.ceil(lengthMin * 1.25));
  }
}
