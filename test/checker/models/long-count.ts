import { always, type Composition, type JointMove } from '../../../models/model.ts';

/** Three digits of so many values each, counted up to the end: as many levels as worlds. */
export function longCount(values: number): Composition {
  const digit = {
    initial: 0,
    step: (state: unknown) => ({ state: ((state as number) + 1) % values }),
  };
  const last = values - 1;
  const rule: JointMove<readonly [number, number, number]> = {
    name: 'up',
    reads: ['a', 'b', 'c'],
    generate(a, b, c) {
      if (a === last && b === last && c === last) return [];
      const names = c < last ? ['c'] : b < last ? ['b', 'c'] : ['a', 'b', 'c'];
      return [{ name: 'up', deliver: names.map((name) => [name, 'up'] as const) }];
    },
  };
  return {
    name: `a count to ${values} by ${values} by ${values}`,
    components: { a: digit, b: digit, c: digit },
    joint: [rule],
    properties: [always('C-1', 'the first digit is small', ['a'], (a: number) => a < values)],
  } as unknown as Composition;
}
