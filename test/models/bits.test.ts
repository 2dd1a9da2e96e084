import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Bits,
  blocksOf,
  coveringRuns,
  noBits,
  withBlocks,
  withEach,
  withRuns,
} from '../../models/bits.ts';
import type { Run } from '../../models/message.ts';

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

const run = fc.record({ first: fc.nat(5000), count: fc.integer({ min: 1, max: 4500 }) });
const membersOf = (runs: readonly Run[]): number[] =>
  runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));

it('runs of blocks are all of their blocks, and what the set had', () => {
  fc.assert(
    fc.property(blocks, fc.array(run, { maxLength: 4 }), (some, runs) => {
      const before = withEach(noBits, some);
      const members = new Set([...some, ...membersOf(runs)]);
      expect(withRuns(before, runs)).toEqual(withEach(noBits, [...members]));
      expect(runs.reduce((set, { first, count }) => withBlocks(set, first, count), before)).toEqual(
        withRuns(before, runs),
      );
    }),
  );
});

it('a set is told exactly where its runs are few enough, else whole, in as many as are allowed, with its widest gaps left', () => {
  fc.assert(
    fc.property(blocks, fc.integer({ min: 1, max: 50 }), (some, most) => {
      const bits = withEach(noBits, some);
      const [all, told] = [coveringRuns(bits, some.length), coveringRuns(bits, most)];
      expect(membersOf(all)).toEqual(blocksOf(bits));
      expect(told.length).toBeLessThanOrEqual(most);
      if (all.length <= most) expect(told).toEqual(all);
      const members = new Set(membersOf(told));
      expect(some.every((block) => members.has(block))).toBe(true);
      const gaps = gapsOf(told);
      const closed = gapsOf(all).filter(({ first }) => members.has(first));
      const widest = Math.max(0, ...closed.map(({ count }) => count));
      expect(gaps.every(({ count }) => count > widest)).toBe(true);
    }),
  );
});

const gapsOf = (runs: readonly Run[]): Run[] =>
  runs.slice(1).map(({ first }, at) => {
    const before = runs[at]!.first + runs[at]!.count;
    return { first: before, count: first - before };
  });

it('no run is longer than a frame can say', () => {
  const one: readonly number[] = [1];
  const bits = Array.from({ length: 2 ** 21 + 1 }, (_, chunk) =>
    chunk % 2 ** 20 === 0 ? one : [],
  );
  expect(coveringRuns(bits, 2)).toEqual([
    { first: 0, count: 2 ** 31 + 1 },
    { first: 2 ** 32, count: 1 },
  ]);
});
