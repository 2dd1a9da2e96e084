const EMPTY = -1;

/** Three non-negative integers to their number, by order of first appearance: one look at one place in memory. */
export class TripleTable {
  private cells: Int32Array;
  private mask: number;
  private used = 0;
  /** What was last asked: worlds found one after the other are much alike. */
  private lastFirst = EMPTY;
  private lastSecond = EMPTY;
  private lastThird = EMPTY;
  private lastNumber = EMPTY;

  constructor() {
    this.mask = 255;
    this.cells = new Int32Array(1024).fill(EMPTY);
  }

  get byteLength(): number {
    return this.cells.byteLength;
  }

  get size(): number {
    return this.used;
  }

  /** Fetches the memory that `numberOf` will look at first. */
  touch(first: number, second: number, third: number): number {
    return this.cells[(hashTriple(first, second, third) & this.mask) << 2]!;
  }

  numberOf(first: number, second: number, third: number): number {
    if (first === this.lastFirst && second === this.lastSecond && third === this.lastThird) {
      return this.lastNumber;
    }
    this.lastFirst = first;
    this.lastSecond = second;
    this.lastThird = third;
    this.lastNumber = this.look(first, second, third);
    return this.lastNumber;
  }

  private look(first: number, second: number, third: number): number {
    const { cells, mask } = this;
    let slot = hashTriple(first, second, third) & mask;
    for (;;) {
      const at = slot << 2;
      const key = cells[at]!;
      if (key === first && cells[at + 1] === second && cells[at + 2] === third)
        return cells[at + 3]!;
      if (key === EMPTY) return this.add(first, second, third);
      slot = (slot + 1) & mask;
    }
  }

  private add(first: number, second: number, third: number): number {
    if (this.used * 2 > this.mask) this.grow();
    this.place(first, second, third, this.used);
    return this.used++;
  }

  private place(first: number, second: number, third: number, number: number): void {
    const { cells, mask } = this;
    let slot = hashTriple(first, second, third) & mask;
    while (cells[slot << 2] !== EMPTY) slot = (slot + 1) & mask;
    const at = slot << 2;
    cells[at] = first;
    cells[at + 1] = second;
    cells[at + 2] = third;
    cells[at + 3] = number;
  }

  private grow(): void {
    const old = this.cells;
    this.mask = this.mask * 2 + 1;
    this.cells = new Int32Array(old.length * 2).fill(EMPTY);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] !== EMPTY) this.place(old[at]!, old[at + 1]!, old[at + 2]!, old[at + 3]!);
    }
  }
}

/** As that of `PairTable`. */
function hashTriple(first: number, second: number, third: number): number {
  const two = Math.imul(first, 0x9e3779b1) + Math.imul(second, 0x7feb352d);
  const hash = (two + Math.imul(third, 0x27d4eb2f)) | 0;
  return hash ^ (hash >>> 17);
}
