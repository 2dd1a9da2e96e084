import {
  always,
  type Component,
  type Composition,
  eventually,
  ofParts,
  type Parts,
  sometimes,
  transition,
} from '../../../models/model.ts';

/** Two that are alike, what is on its way to the second, and what is left: with whatever names. */
export function named(left: string, right: string, way: string, budget: string): Composition {
  const counting: Component<unknown, unknown> = {
    initial: { n: 0 },
    step: (state, event) => {
      const { n } = state as { n: number };
      return n < 2
        ? { state: { n: n + 1 }, outputs: event === 'tell' ? [{ to: way, event: 'told' }] : [] }
        : { refused: true };
    },
    moves: () => [{ name: budget, event: 'count' }],
  };
  const read = [left, right, way, budget];
  const parity = { [left]: ({ n }: { n: number }) => n % 2 } as Parts;
  type Both = Readonly<Record<string, { readonly n: number }>>;
  return {
    name: 'named',
    components: Object.fromEntries([left, right].map((name) => [name, counting])),
    channels: { [way]: { order: 'unordered', to: right, capacity: 2 } },
    budgets: { [budget]: 2 },
    joint: [
      {
        name: way,
        reads: read,
        parts: parity,
        unless: { [budget]: (n: never) => n === 0 },
        generate: (odd, other, sent) =>
          odd === 1 && (sent as unknown[]).length < 2 && (other as { n: number }).n < 2
            ? [{ name: left, deliver: [[left, 'tell']], budget }]
            : [],
      },
    ],
    properties: [
      ofParts(
        always('N-1', 'what is read is what it is', read, (odd, other, sent, n) => {
          return (
            typeof odd === 'number' && 'n' in (other as object) && Array.isArray(sent) && n !== 3
          );
        }),
        parity,
      ),
      transition<Both>('N-2', 'nobody counts down', [left, right], (before, _, after) =>
        [left, right].every((name) => before[name]!.n <= after[name]!.n),
      ),
      sometimes('N-3', 'a message is on its way', [way], (sent: unknown[]) => sent.length > 0),
      always('N-5', 'a message arrives before the left one is at its end', (world: Both) => {
        const { [left]: one, [way]: sent } = world as Readonly<Record<string, unknown>>;
        return (one as { n: number }).n < 2 || (sent as unknown[]).length === 0;
      }),
      eventually('N-4', 'the left one is at its end', [left], ({ n }: { n: number }) => n === 2),
    ],
  };
}

/** The same, of what two that are exchanged may be asked. */
export function exchangeable(
  left: string,
  right: string,
  way: string,
  budget: string,
): Composition {
  const { channels: _, joint: __, properties, ...rest } = named(left, right, way, budget);
  return {
    ...rest,
    channels: { [way]: { order: 'set', to: left } },
    properties: [properties.find(({ rule }) => rule === 'N-3')!].map((property) => ({
      ...property,
      kind: 'always',
      predicate: (sent: unknown[]) => sent.length === 0,
    })) as Composition['properties'],
    symmetry: [{ names: { [left]: right, [right]: left } }],
  };
}
