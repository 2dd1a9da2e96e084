import { IntegerList } from './integer-list.ts';

const EMPTY = 0;
const HEADER_WORDS = 2;

/**
 * A head and a list of integers to their number, by order of first appearance. One look at one place in memory finds it,
 * however long the list is: a cell is a hash, and the number plus one.
 */
export class PartTable {
  private cells = new Int32Array(8192);
  private mask = 4095;
  /** One after the other: head, length, parts. */
  private readonly words = new IntegerList(4096);
  /** By number: where its words are. */
  private readonly starts = new IntegerList(1024);

  get size(): number {
    return this.starts.length;
  }

  /** The parts are those from a place on. -1: it has no number yet. */
  numberOf(head: number, parts: readonly number[], from: number): number {
    const hash = hashParts(head, parts, from, parts.length);
    const { cells, mask } = this;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = cells[slot * 2 + 1]!;
      if (entry === EMPTY) return -1;
      if (cells[slot * 2] === hash && this.isSame(entry - 1, head, parts, from)) return entry - 1;
    }
  }

  /** It must not be there yet: a head and its parts, from one place to before another. */
  add(words: ArrayLike<number>, from: number, end: number): void {
    if (this.size * 2 > this.mask) this.grow();
    const number = this.size;
    this.starts.push(this.words.length);
    this.words.push(words[from]!);
    this.words.push(end - from - 1);
    for (let at = from + 1; at < end; at++) this.words.push(words[at]!);
    this.place(hashParts(words[from]!, words, from + 1, end), number + 1);
  }

  headOf(number: number): number {
    return this.words.data[this.starts.data[number]!]!;
  }

  partsOf(number: number): Int32Array {
    const { data } = this.words;
    const start = this.starts.data[number]!;
    return data.subarray(start + HEADER_WORDS, start + HEADER_WORDS + data[start + 1]!);
  }

  private isSame(number: number, head: number, parts: readonly number[], from: number): boolean {
    const { data } = this.words;
    const start = this.starts.data[number]!;
    const length = parts.length - from;
    if (data[start] !== head || data[start + 1] !== length) return false;
    for (let at = 0; at < length; at++) {
      if (data[start + HEADER_WORDS + at] !== parts[from + at]) return false;
    }
    return true;
  }

  private place(hash: number, entry: number): void {
    const { cells, mask } = this;
    let slot = hash & mask;
    while (cells[slot * 2 + 1] !== EMPTY) slot = (slot + 1) & mask;
    cells[slot * 2] = hash;
    cells[slot * 2 + 1] = entry;
  }

  private grow(): void {
    const old = this.cells;
    this.mask = this.mask * 2 + 1;
    this.cells = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] !== EMPTY) this.place(old[at]!, old[at + 1]!);
    }
  }
}

function hashParts(head: number, parts: ArrayLike<number>, from: number, end: number): number {
  let hash = Math.imul(head ^ 0x3c6ef372, 0x9e3779b1);
  for (let at = from; at < end; at++) {
    hash = Math.imul(hash ^ (hash >>> 15) ^ parts[at]!, 0x85ebca6b);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 14);
}
