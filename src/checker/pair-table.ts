const EMPTY = -1;

/** Two non-negative integers to one non-negative integer: open addressing in one typed array. */
export class PairTable {
  private cells: Int32Array;
  private mask: number;
  private used = 0;

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
      if (key === first && cells[at + 1] === second) return cells[at + 2]!;
      if (key === EMPTY) return EMPTY;
      slot = (slot + 1) & mask;
    }
  }

  /** The pair must not be there yet. */
  add(first: number, second: number, value: number): void {
    if (this.used * 2 > this.mask) this.grow();
    this.place(first, second, value);
    this.used++;
  }

  /** The pair's number, by order of first appearance. */
  numberOf(first: number, second: number): number {
    const found = this.get(first, second);
    if (found !== EMPTY) return found;
    const next = this.used;
    this.add(first, second, next);
    return next;
  }

  private place(first: number, second: number, value: number): void {
    const { cells, mask } = this;
    let slot = hashPair(first, second) & mask;
    while (cells[slot << 2] !== EMPTY) slot = (slot + 1) & mask;
    cells[slot << 2] = first;
    cells[(slot << 2) + 1] = second;
    cells[(slot << 2) + 2] = value;
  }

  private grow(): void {
    const old = this.cells;
    this.mask = this.mask * 2 + 1;
    this.cells = new Int32Array(old.length * 2).fill(EMPTY);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] !== EMPTY) this.place(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }
}

function hashPair(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
