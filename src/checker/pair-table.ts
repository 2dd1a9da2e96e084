import { hashPair } from './hash.ts';

const EMPTY = -1;
/** Where a cell has its values, behind the pair. */
const VALUE = 2;
const OTHER = 3;

/** Two non-negative integers to one non-negative integer, or to two: open addressing in one typed array. */
export class PairTable {
  private cells: Int32Array;
  private mask: number;
  private used = 0;
  /** What `numberOf` was last asked: worlds found one after the other are much alike. */
  private lastFirst = EMPTY;
  private lastSecond = EMPTY;
  private lastNumber = EMPTY;

  constructor(slotsMin = 256) {
    let slots = 16;
    while (slots < slotsMin) slots *= 2;
    this.mask = slots - 1;
    this.cells = new Int32Array(slots * 4).fill(EMPTY);
  }

  get size(): number {
    return this.used;
  }

  get byteLength(): number {
    return this.cells.byteLength;
  }

  /** Fetches the memory that `get` will look at first. */
  touch(first: number, second: number): number {
    return this.cells[(hashPair(first, second) & this.mask) << 2]!;
  }

  /** The value stored for the pair, or -1. */
  get(first: number, second: number): number {
    const { cells, mask } = this;
    let slot = hashPair(first, second) & mask;
    for (;;) {
      const at = slot << 2;
      const key = cells[at]!;
      if (key === first && cells[at + 1] === second) return cells[at + VALUE]!;
      if (key === EMPTY) return EMPTY;
      slot = (slot + 1) & mask;
    }
  }

  /** The other value of the pair, or -1: a table with two values for a pair is looked up in one place for both. */
  getOther(first: number, second: number): number {
    const { cells, mask } = this;
    let slot = hashPair(first, second) & mask;
    for (;;) {
      const at = slot << 2;
      const key = cells[at]!;
      if (key === first && cells[at + 1] === second) return cells[at + OTHER]!;
      if (key === EMPTY) return EMPTY;
      slot = (slot + 1) & mask;
    }
  }

  /** The pair must not be there yet. */
  add(first: number, second: number, value: number): void {
    if (this.used * 2 > this.mask) this.grow();
    this.place(first, second, value, EMPTY);
    this.used++;
  }

  /** Whether the pair is there or not. */
  set(first: number, second: number, value: number): void {
    const at = this.cellOf(first, second);
    this.cells[at + VALUE] = value;
  }

  setOther(first: number, second: number, value: number): void {
    const at = this.cellOf(first, second);
    this.cells[at + OTHER] = value;
  }

  /** The pair's number, by order of first appearance. */
  numberOf(first: number, second: number): number {
    if (first === this.lastFirst && second === this.lastSecond) return this.lastNumber;
    this.lastFirst = first;
    this.lastSecond = second;
    this.lastNumber = this.look(first, second);
    return this.lastNumber;
  }

  private look(first: number, second: number): number {
    const found = this.get(first, second);
    if (found !== EMPTY) return found;
    const next = this.used;
    this.add(first, second, next);
    return next;
  }

  /** Where the pair is; it is there from then on. The cells may be others then than before. */
  private cellOf(first: number, second: number): number {
    if (this.used * 2 > this.mask) this.grow();
    const { cells, mask } = this;
    let slot = hashPair(first, second) & mask;
    while (cells[slot << 2] !== EMPTY) {
      if (cells[slot << 2] === first && cells[(slot << 2) + 1] === second) return slot << 2;
      slot = (slot + 1) & mask;
    }
    cells[slot << 2] = first;
    cells[(slot << 2) + 1] = second;
    this.used++;
    return slot << 2;
  }

  private place(first: number, second: number, value: number, other: number): void {
    const { cells, mask } = this;
    let slot = hashPair(first, second) & mask;
    while (cells[slot << 2] !== EMPTY) slot = (slot + 1) & mask;
    const at = slot << 2;
    cells[at] = first;
    cells[at + 1] = second;
    cells[at + VALUE] = value;
    cells[at + OTHER] = other;
  }

  private grow(): void {
    const old = this.cells;
    this.mask = this.mask * 2 + 1;
    this.cells = new Int32Array(old.length * 2).fill(EMPTY);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] === EMPTY) continue;
      this.place(old[at]!, old[at + 1]!, old[at + VALUE]!, old[at + OTHER]!);
    }
  }
}
