import { rangesMax } from './frame-limits.ts';
import type { Holding, Range, Sequence } from './words.ts';

/**
 * What a site holds, as one contiguous run from 1 and the ranges beyond the first hole.
 * One set of sequences has exactly one form, so equal sets are equal as text (claims 1, 3).
 */
export const nothing: Holding = { contiguous: 0, ranges: [] };

export function holds(holding: Holding, sequence: Sequence): boolean {
  if (sequence <= holding.contiguous) return true;
  return holding.ranges.some((range) => range.first <= sequence && sequence <= range.last);
}

/** The holding with `range` added; an empty range (last < first) adds nothing. */
export function include(holding: Holding, range: Range): Holding {
  if (range.last < range.first || range.last <= holding.contiguous) return holding;
  let { first, last } = range;
  const before: Range[] = [];
  const after: Range[] = [];
  for (const other of holding.ranges) {
    if (other.last < first - 1) before.push(other);
    else if (other.first > last + 1) after.push(other);
    else {
      first = Math.min(first, other.first);
      last = Math.max(last, other.last);
    }
  }
  if (first <= holding.contiguous + 1) return { contiguous: last, ranges: after };
  return { contiguous: holding.contiguous, ranges: [...before, { first, last }, ...after] };
}

/** The holding without all that lies beyond `last`. */
export function cutHolding(holding: Holding, last: Sequence): Holding {
  if (newestOfHolding(holding) <= last) return holding;
  if (last <= holding.contiguous) return { contiguous: Math.max(0, last), ranges: [] };
  const kept = holding.ranges.filter((range) => range.first <= last);
  const ranges = kept.map((range) => (range.last <= last ? range : { first: range.first, last }));
  return { contiguous: holding.contiguous, ranges };
}

/** What of it is told: where a message does not take all ranges, the highest count as not held. */
export function toldOf(holding: Holding): Holding {
  const { contiguous, ranges } = holding;
  return ranges.length <= rangesMax ? holding : { contiguous, ranges: ranges.slice(0, rangesMax) };
}

/** The holding without all that lies below `start`. */
export function holdingFrom(holding: Holding, start: Sequence): Holding {
  if (start <= 1) return holding;
  const kept = runsOf(holding).filter((range) => range.last >= start);
  return holdingOf(kept.map(({ first, last }) => ({ first: Math.max(first, start), last })));
}

export function unionOfHoldings(one: Holding, other: Holding): Holding {
  if (one.ranges.length === 0 && other.ranges.length === 0) {
    return one.contiguous >= other.contiguous ? one : other;
  }
  return holdingOf([...runsOf(one), ...runsOf(other)]);
}

/** Any ranges, in any order, overlapping or not, as a holding. */
export function holdingOf(ranges: readonly Range[]): Holding {
  const merged: { first: Sequence; last: Sequence }[] = [];
  for (const { first, last } of [...ranges].sort((one, other) => one.first - other.first)) {
    const newest = merged[merged.length - 1];
    if (newest && first <= newest.last + 1) newest.last = Math.max(newest.last, last);
    else if (first <= last) merged.push({ first, last });
  }
  if (merged[0]?.first !== 1) return { contiguous: 0, ranges: merged };
  return { contiguous: merged[0].last, ranges: merged.slice(1) };
}

/** The holes in 1..end, ascending; at most `limit` of them. */
export function missingOf(
  holding: Holding,
  end: Sequence,
  limit = Number.POSITIVE_INFINITY,
): Range[] {
  const missing: Range[] = [];
  let next = holding.contiguous + 1;
  for (const range of [...holding.ranges, { first: end + 1, last: end + 1 }]) {
    if (next > end || missing.length >= limit) break;
    if (range.first > next) missing.push({ first: next, last: Math.min(range.first - 1, end) });
    next = range.last + 1;
  }
  return missing;
}

/** The largest sequence held; 0 when none is. */
export function newestOfHolding(holding: Holding): Sequence {
  return holding.ranges[holding.ranges.length - 1]?.last ?? holding.contiguous;
}

/** What `source` holds and `target` does not, ascending. */
export function lacking(target: Holding, source: Holding): Range[] {
  const holes = missingOf(target, newestOfHolding(source));
  const found: Range[] = [];
  let next = 0;
  for (const run of runsOf(source)) {
    while (next < holes.length && holes[next]!.last < run.first) next++;
    for (let at = next; at < holes.length && holes[at]!.first <= run.last; at++) {
      const { first, last } = holes[at]!;
      found.push({ first: Math.max(run.first, first), last: Math.min(run.last, last) });
    }
  }
  return found;
}

/** Any sequences as sorted, disjoint, not adjacent ranges. */
export function rangesOf(sequences: readonly number[]): Range[] {
  const ranges: { first: Sequence; last: Sequence }[] = [];
  for (const sequence of [...sequences].sort((one, other) => one - other)) {
    const newest = ranges[ranges.length - 1];
    if (newest && sequence <= newest.last + 1) newest.last = sequence;
    else ranges.push({ first: sequence, last: sequence });
  }
  return ranges;
}

/** How many sequences the ranges span. */
export function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0);
}

function runsOf(holding: Holding): readonly Range[] {
  if (holding.contiguous === 0) return holding.ranges;
  return [{ first: 1, last: holding.contiguous }, ...holding.ranges];
}
