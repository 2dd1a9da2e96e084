import {
  always,
  type Composition,
  type JointMove,
  ofParts,
  type Property,
  sometimes,
} from '../../../models/model.ts';

/** What was asked, in this thread: how often each question. */
export const asked = { claims: 0, reached: 0, rule: 0 };

interface Counter {
  readonly value: number;
  readonly text: string;
}

const parity = ({ value }: Counter): number => value % 2;

/**
 * Two counters that go round. Whether one is even is all that matters to the properties and to the rule that resets both when both
 * are odd; it is taken as a part of them, or from the whole.
 */
export function counters(size: number, byParts: boolean, claimed = true): Composition {
  const counter = {
    initial: { value: 0, text: 'at 0' },
    step: ({ value }: Counter, event: unknown) => {
      const next = event === 'reset' ? 0 : (value + 1) % size;
      return { state: { value: next, text: `at ${next}` } };
    },
    moves: () => [{ name: 'counts', event: 'count' }],
  };
  const taken = (value: unknown) => (byParts ? (value as number) : parity(value as Counter));
  const reset: JointMove<readonly unknown[]> = {
    name: 'reset',
    reads: ['a', 'b'],
    ...(byParts ? { parts: { a: parity, b: parity } } : {}),
    generate: (a, b) => {
      asked.rule++;
      if (taken(a) + taken(b) < 2) return [];
      return [{ name: 'reset', deliver: [['a', 'reset'] as const, ['b', 'reset'] as const] }];
    },
  };
  const properties = [
    always('C-1', 'the parities are small', ['a', 'b'], (a: unknown, b: unknown) => {
      asked.claims++;
      return taken(a) + taken(b) < (claimed ? 3 : 2);
    }),
    sometimes('C-2', 'one is odd', ['b'], (b: unknown) => {
      asked.reached++;
      return taken(b) === 1;
    }),
  ];
  const parts = [{ a: parity, b: parity }, { b: parity }];
  const ofThem: Property[] = properties.map((property, at) => ofParts(property, parts[at]!));
  return {
    name: `two counters to ${size}`,
    components: { a: counter, b: counter } as Composition['components'],
    joint: [reset],
    properties: byParts ? ofThem : properties,
  };
}
