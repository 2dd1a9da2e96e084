import { IntegerList } from './integer-list.ts';
import { PairTable } from './pair-table.ts';
import type { Part } from './part.ts';
import { TripleTable } from './triple-table.ts';

const SEEN = 1;

/** Numbers the combinations of a few slots of a world, or of parts of them, in the order of their first appearance. */
export class TupleTable {
  readonly slots: readonly number[];
  /** Null: the whole value matters. */
  readonly parts: readonly (Part | null)[];
  /** The first three slots make a number, that and the next two the next number, and so on. */
  private readonly triples: readonly TripleTable[];
  /** What is left over after the last three. */
  private readonly pair: PairTable | null;
  /** Of what is no combination, but a value alone. */
  private readonly seen = new IntegerList();
  /** How many combinations there were. */
  private known = 0;
  private readonly told: Int32Array;

  constructor(slots: readonly number[], parts: readonly (Part | null)[] = slots.map(() => null)) {
    this.slots = slots;
    this.parts = parts;
    this.told = new Int32Array(Math.max(0, ...slots) + 1);
    const more = Math.max(0, slots.length - 1);
    this.triples = Array.from({ length: more >> 1 }, () => new TripleTable());
    this.pair = more % 2 === 1 ? new PairTable() : null;
  }

  get byteLength(): number {
    let sum = this.pair?.byteLength ?? 0;
    for (let index = 0; index < this.triples.length; index++) {
      sum += this.triples[index]!.byteLength;
    }
    return sum;
  }

  /** The number of the world that begins at `base`. */
  numberIn(world: Int32Array, base = 0): number {
    const { pair, slots, triples } = this;
    if (slots.length === 0) return 0;
    let number = this.valueAt(0, world, base);
    let at = 1;
    for (let index = 0; index < triples.length; index++, at += 2) {
      const second = this.valueAt(at, world, base);
      number = triples[index]!.numberOf(number, second, this.valueAt(at + 1, world, base));
    }
    return pair === null ? number : pair.numberOf(number, this.valueAt(at, world, base));
  }

  /** A world with a combination whose values lie one after the other, and nothing else. Valid until the next call. */
  worldOf(values: ArrayLike<number>, from: number): Int32Array {
    const { slots, told } = this;
    for (let index = 0; index < slots.length; index++) told[slots[index]!] = values[from + index]!;
    return told;
  }

  /** Was the combination never seen by this question before? */
  isFirst(world: Int32Array, base: number): boolean {
    const number = this.numberIn(world, base);
    // A new combination has the largest number so far.
    if (this.slots.length > 1) return this.isNext(number);
    if (this.seen.at(number) === SEEN) return false;
    this.seen.set(number, SEEN);
    return true;
  }

  /** Fetches the memory that `numberIn` will look at first. */
  touch(world: Int32Array, base: number): number {
    const { pair, slots, triples } = this;
    if (slots.length < 2) return 0;
    const first = this.knownAt(0, world, base);
    const second = this.knownAt(1, world, base);
    if (triples.length === 0) return pair!.touch(first, second);
    return triples[0]!.touch(first, second, this.knownAt(2, world, base));
  }

  private valueAt(index: number, world: Int32Array, base: number): number {
    const value = world[base + this.slots[index]!]!;
    const part = this.parts[index]!;
    return part === null ? value : part.numberOf(value);
  }

  /** Asks nothing: what was not asked yet is -1. */
  private knownAt(index: number, world: Int32Array, base: number): number {
    const value = world[base + this.slots[index]!]!;
    const part = this.parts[index]!;
    return part === null ? value : part.knownOf(value);
  }

  private isNext(number: number): boolean {
    if (number < this.known) return false;
    this.known = number + 1;
    return true;
  }
}
