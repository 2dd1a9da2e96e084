import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutHolding,
  holdingFrom,
  holds,
  include,
  lacking,
  lengthOf,
  missingOf,
  newestOfHolding,
  nothing,
  rangesOf,
  unionOfHoldings,
} from '../../models/holding.ts';
import type { Holding, Range } from '../../models/words.ts';

const limit = 24;
const sequences = fc.uniqueArray(fc.integer({ min: 1, max: limit }), { maxLength: limit });
const everything = Array.from({ length: limit + 4 }, (_, index) => index + 1);

const holdingOf = (held: readonly number[]): Holding =>
  held.reduce(
    (holding, sequence) => include(holding, { first: sequence, last: sequence }),
    nothing,
  );

const heldBy = (holding: Holding): number[] => everything.filter((s) => holds(holding, s));
const sorted = (held: readonly number[]): number[] => [...held].sort((one, other) => one - other);
const spread = (ranges: readonly Range[]): number[] =>
  everything.filter((s) => ranges.some((range) => range.first <= s && s <= range.last));

describe('holding: one set of sequences, one form', () => {
  it('holds exactly what was included, in whatever order', () => {
    fc.assert(
      fc.property(sequences, (held) => {
        expect(heldBy(holdingOf(held))).toEqual(sorted(held));
        expect(JSON.stringify(holdingOf(held))).toBe(JSON.stringify(holdingOf(sorted(held))));
      }),
    );
  });

  it('keeps its invariant: ranges sorted, disjoint, not adjacent, beyond contiguous + 1', () => {
    fc.assert(
      fc.property(sequences, fc.integer({ min: 1, max: limit }), fc.nat(6), (held, first, more) => {
        const holding = include(holdingOf(held), { first, last: first + more });
        let before = holding.contiguous;
        for (const range of holding.ranges) {
          expect(range.first).toBeGreaterThan(before + 1);
          expect(range.last).toBeGreaterThanOrEqual(range.first);
          before = range.last;
        }
      }),
    );
  });

  it('include, union, cut and from are those of sets', () => {
    fc.assert(
      fc.property(sequences, sequences, fc.nat(limit), (one, other, at) => {
        const [a, b] = [holdingOf(one), holdingOf(other)];
        expect(unionOfHoldings(a, b)).toEqual(holdingOf([...one, ...other]));
        expect(cutHolding(a, at)).toEqual(holdingOf(one.filter((s) => s <= at)));
        expect(holdingFrom(a, at)).toEqual(holdingOf(one.filter((s) => s >= at)));
        const range = { first: at, last: at + 3 };
        const wanted = [...one, ...everything.filter((s) => s >= at && s <= at + 3)];
        if (at > 0) expect(include(a, range)).toEqual(holdingOf(wanted));
      }),
    );
  });

  it('missing, lacking and newest are those of sets', () => {
    fc.assert(
      fc.property(sequences, sequences, fc.nat(limit), (one, other, end) => {
        const [a, b] = [holdingOf(one), holdingOf(other)];
        const holes = everything.filter((s) => s <= end && !one.includes(s));
        expect(spread(missingOf(a, end))).toEqual(holes);
        expect(lengthOf(missingOf(a, end))).toBe(holes.length);
        expect(missingOf(a, end, 2)).toEqual(missingOf(a, end).slice(0, 2));
        expect(spread(lacking(a, b))).toEqual(sorted(other.filter((s) => !one.includes(s))));
        expect(newestOfHolding(a)).toBe(Math.max(0, ...one));
      }),
    );
  });

  it('ranges of sequences in any order, repeated or not', () => {
    fc.assert(
      fc.property(sequences, (held) => {
        expect(spread(rangesOf([...held, ...held]))).toEqual(sorted(held));
        expect(rangesOf(held)).toEqual(rangesOf(sorted(held)));
      }),
    );
    expect(rangesOf([3, 1, 2, 7])).toEqual([
      { first: 1, last: 3 },
      { first: 7, last: 7 },
    ]);
  });

  it('an empty range adds nothing, a cut below everything leaves nothing', () => {
    expect(include(nothing, { first: 3, last: 2 })).toBe(nothing);
    expect(cutHolding(holdingOf([1, 2, 5]), -1)).toEqual(nothing);
  });
});
