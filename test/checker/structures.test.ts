import { expect, it } from 'vitest';
import { nobodyElse } from '../../src/checker/facts.ts';
import { Structures } from '../../src/checker/structures.ts';

const few = 3;
/** Nobody else is there, but it must be told all the same. */
const told = { ...nobodyElse };

it.each([nobodyElse, told])(
  'more values than one Map takes are each known by one number',
  (facts) => {
    const structures = new Structures(facts, few);
    const values = Array.from({ length: 20 }, (_, n) => ({ n, list: [`${n}`, [n]] }));
    const numbers = values.map((value) => structures.number(value));
    expect(new Set(numbers).size).toBe(values.length);
    for (let round = 0; round < 2; round++) {
      expect(numbers.map((number) => structures.value(number))).toEqual(values);
      // By its parts, and by what was made of it.
      expect(values.map((value) => structures.number(value))).toEqual(numbers);
      expect(numbers.map((number) => structures.number(structures.value(number)))).toEqual(numbers);
    }
  },
);
