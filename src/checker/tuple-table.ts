import { PairTable } from './pair-table.ts';

/** Numbers the combinations of a few slots of a world, in the order of their first appearance. */
export class TupleTable {
  readonly slots: readonly number[];
  private readonly pairs: readonly PairTable[];

  constructor(slots: readonly number[]) {
    this.slots = slots;
    this.pairs = slots.slice(1).map(() => new PairTable());
  }

  get byteLength(): number {
    return this.pairs.reduce((sum, pairs) => sum + pairs.byteLength, 0);
  }

  numberIn(world: Int32Array): number {
    const { slots, pairs } = this;
    if (pairs.length === 1) return pairs[0]!.numberOf(world[slots[0]!]!, world[slots[1]!]!);
    if (slots.length === 0) return 0;
    let number = world[slots[0]!]!;
    for (let index = 0; index < pairs.length; index++) {
      number = pairs[index]!.numberOf(number, world[slots[index + 1]!]!);
    }
    return number;
  }
}
