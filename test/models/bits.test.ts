import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bits, blocksOf, noBits, withBlocks, withEach } from '../../models/bits.ts';

const blocks = fc.uniqueArray(fc.oneof(fc.nat(100), fc.nat(2 ** 16)), { maxLength: 40 });
const oneByOne = (bits: Bits, all: readonly number[]): Bits =>
  all.reduce((rest, block) => withBlocks(rest, block, 1), bits);

it('many blocks at once are the same set, written the same way, as one after the other', () => {
  fc.assert(
    fc.property(blocks, blocks, (some, more) => {
      const before = withEach(noBits, some);
      expect(before).toEqual(oneByOne(noBits, some));
      expect(withEach(before, more)).toEqual(oneByOne(before, more));
      expect(blocksOf(before)).toEqual([...some].sort((one, other) => one - other));
    }),
  );
});
