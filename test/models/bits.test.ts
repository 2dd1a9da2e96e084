import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bits, bitsOf, blocksOf, noBits, unionOf, withBlocks } from '../../models/bits.ts';

const blocks = fc.uniqueArray(fc.oneof(fc.nat(100), fc.nat(2 ** 16)), { maxLength: 40 });
const oneByOne = (bits: Bits, all: readonly number[]): Bits =>
  all.reduce((rest, block) => withBlocks(rest, block, 1), bits);

it('many blocks at once are the same set, written the same way, as one after the other', () => {
  fc.assert(
    fc.property(blocks, blocks, (some, more) => {
      expect(bitsOf(some)).toEqual(oneByOne(noBits, some));
      const before = bitsOf(some);
      expect(unionOf(before, bitsOf(more))).toEqual(oneByOne(before, more));
      expect(blocksOf(before)).toEqual([...some].sort((one, other) => one - other));
    }),
  );
});
