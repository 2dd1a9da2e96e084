import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Bits,
  blocksOf,
  countOf,
  coveringRuns,
  hasBlock,
  isEmpty,
  noBits,
  unionOf,
  withBlocks,
  withEach,
  withoutBlocks,
  withRuns,
} from '../../models/bits.ts';
import type { Run } from '../../models/message.ts';

interface Change {
  readonly first: number;
  readonly count: number;
  readonly marks: boolean;
}

/** In one word, in several chunks, in several pages. */
const block = fc.oneof(fc.nat(100), fc.nat(2 ** 16), fc.nat(2 ** 22));
const blocks = fc.uniqueArray(block, { maxLength: 40 });
const nearby = fc.uniqueArray(fc.oneof(fc.nat(100), fc.nat(2 ** 16)), { maxLength: 40 });
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

const changes = fc.array(fc.record({ first: block, count: fc.nat(5000), marks: fc.boolean() }), {
  maxLength: 6,
});

const setOf = (all: readonly Change[]): Set<number> => {
  const set = new Set<number>();
  for (const { first, count, marks } of all) {
    for (let at = first; at < first + count; at++) marks ? set.add(at) : set.delete(at);
  }
  return set;
};

const bitsOf = (all: readonly Change[]): Bits =>
  all.reduce<Bits>(
    (bits, { first, count, marks }) => (marks ? withBlocks : withoutBlocks)(bits, first, count),
    noBits,
  );

const ascending = (set: Iterable<number>): number[] => [...set].sort((one, two) => one - two);

it('whatever is marked, cleared and united, it has the members of a plain set', () => {
  fc.assert(
    fc.property(changes, changes, block, (some, more, from) => {
      const [bits, set, other] = [bitsOf(some), setOf(some), bitsOf(more)];
      const members = ascending(set);
      expect(blocksOf(bits)).toEqual(members);
      expect(blocksOf(bits, 3, from)).toEqual(members.filter((one) => one >= from).slice(0, 3));
      expect([countOf(bits), isEmpty(bits)]).toEqual([set.size, set.size === 0]);
      expect(hasBlock(bits, from)).toBe(set.has(from));
      const both = ascending(new Set([...members, ...setOf(more)]));
      expect(blocksOf(unionOf(bits, other))).toEqual(both);
    }),
    { numRuns: 40 },
  );
});

it('a set is written in one way, however it came about', () => {
  fc.assert(
    fc.property(changes, changes, (some, more) => {
      const other = bitsOf(more);
      for (const bits of [bitsOf(some), unionOf(bitsOf(some), other)]) {
        expect(bits).toEqual(withEach(noBits, blocksOf(bits)));
      }
    }),
    { numRuns: 40 },
  );
});

it('to mark or clear one block copies its page and its chunk, and shares all others', () => {
  const before = withRuns(noBits, [{ first: 0, count: 2 ** 22 }]);
  for (const after of [withBlocks(before, 2 ** 21, 1), withoutBlocks(before, 2 ** 21, 1)]) {
    const touched = after.flatMap((page, at) => (page === before[at] ? [] : [at]));
    expect(touched).toEqual([4]);
    const chunks = after[4]!.flatMap((chunk, at) => (chunk === before[4]![at] ? [] : [at]));
    expect(chunks).toEqual([0]);
  }
});

it('what has nothing to clear stays as it is', () => {
  const bits = withBlocks(noBits, 2 ** 20, 3);
  expect(withoutBlocks(bits, 0, 2 ** 20)).toBe(bits);
  expect(withoutBlocks(bits, 2 ** 20 + 3, 2 ** 31)).toBe(bits);
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
    fc.property(nearby, fc.integer({ min: 1, max: 50 }), (some, most) => {
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
  const bits = withEach(noBits, [0, 2 ** 31, 2 ** 32]);
  expect(coveringRuns(bits, 2)).toEqual([
    { first: 0, count: 2 ** 31 + 1 },
    { first: 2 ** 32, count: 1 },
  ]);
});
