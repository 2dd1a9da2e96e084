import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLinearizable, type Operation } from '../../models/linearizable.ts';

const at = (value: number, start: number, finish = Infinity): Operation => ({
  value,
  start,
  finish,
});

for (const [told, writes, reads, expected] of [
  ['nothing was written, zeroes are read', [], [at(0, 1, 2)], true],
  ['what nobody wrote is read', [], [at(1, 1, 2)], false],
  ['it is read before it was asked for', [at(1, 3, 4)], [at(1, 1, 2)], false],
  ['an acknowledged write is missing', [at(1, 1, 2)], [at(0, 3, 4)], false],
  ['a write under way may be missing', [at(1, 1)], [at(0, 3, 4)], true],
  ['a write of unknown fate appears late', [at(1, 1)], [at(0, 3, 4), at(1, 5, 6)], true],
  ['a write that was seen is gone', [at(1, 1)], [at(1, 3, 4), at(0, 5, 6)], false],
  [
    'two writes at once, seen in either order',
    [at(1, 1), at(2, 2)],
    [at(2, 3, 4), at(1, 5, 6)],
    true,
  ],
  [
    'two writes at once, one seen twice with the other in between',
    [at(1, 1), at(2, 2)],
    [at(1, 3, 4), at(2, 5, 6), at(1, 7, 8)],
    false,
  ],
  ['the older of two is read', [at(1, 1, 2), at(2, 3, 4)], [at(1, 5, 6)], false],
  ['two reads at once see old and new', [at(1, 1, 8)], [at(1, 2, 5), at(0, 3, 6)], true],
] as const) {
  test(`S8: ${told}: ${expected ? 'explained' : 'not explained'}`, () => {
    expect(isLinearizable(writes, reads)).toBe(expected);
  });
}

/** Tries every order. */
function hasOrder(operations: readonly (Operation & { readonly writes: boolean })[]): boolean {
  const place = (content: number, left: typeof operations): boolean => {
    if (left.every(({ finish }) => finish === Infinity)) return true;
    return left.some((next) => {
      if (left.some((other) => other.finish < next.start)) return false;
      if (!next.writes && next.value !== content) return false;
      return place(
        next.writes ? next.value : content,
        left.filter((other) => other !== next),
      );
    });
  };
  return place(0, operations);
}

test('S8: the zones of values say what trying every order says', () => {
  const kind = fc.record({ writes: fc.boolean(), value: fc.nat(3), ends: fc.boolean() });
  const moments = fc.shuffledSubarray(
    Array.from({ length: 10 }, (_, moment) => moment + 1),
    { minLength: 10 },
  );
  let refused = 0;
  fc.assert(
    fc.property(fc.array(kind, { minLength: 1, maxLength: 5 }), moments, (kinds, times) => {
      const operations = kinds.map(({ writes, value, ends }, index) => {
        const [one, other] = [times[2 * index]!, times[2 * index + 1]!];
        const start = Math.min(one, other);
        const finish = ends || !writes ? Math.max(one, other) : Infinity;
        return { writes, value: writes ? index + 1 : value, start, finish };
      });
      const writes = operations.filter((operation) => operation.writes);
      const reads = operations.filter((operation) => !operation.writes);
      const expected = hasOrder(operations);
      if (!expected) refused++;
      expect(isLinearizable(writes, reads)).toBe(expected);
    }),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(100);
});
