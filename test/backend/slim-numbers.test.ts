import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlimNumbers } from '../../src/backend/slim-numbers.ts';

const value = fc.oneof(
  fc.constantFrom(0, 7),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.integer({ min: 2 ** 31 - 2, max: 2 ** 32 + 2 }),
  fc.maxSafeInteger(),
);

describe('numbers in little room', () => {
  it('are those that were set last, however far apart they are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 7 }), value)), (steps) => {
        const numbers = new SlimNumbers(8);
        const wanted = new Map<number, number>();
        for (const [index, number] of steps) {
          numbers.set(index, number);
          wanted.set(index, number);
          for (const [at, last] of wanted) expect(numbers.at(at)).toBe(last);
        }
      }),
      { numRuns: 500 },
    );
  });
});
