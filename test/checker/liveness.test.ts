import { describe, expect, it } from 'vitest';
import { eventually, type Fairness, type Model } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import { exitCode } from '../../src/checker/verdict.ts';

/** Each line of a graph: `from action to`; an action that ends in `!` is a fault. The first line's `from` is the start. */
function graph(text: string): Model<string> {
  const edges = text.split(',').map((edge) => edge.trim().split(' ') as [string, string, string]);
  return {
    name: text,
    initial: [edges[0]![0]],
    actions: (state) =>
      edges
        .filter(([from]) => from === state)
        .map(([, name, next]) => ({ name, next, fault: name.endsWith('!') })),
    properties: [],
  };
}

type From = 'anywhere' | 'start';

/** The answer, as short text: `holds`, `doomed a b` (path to the point of no return) or `lasso a (b c)`. */
async function answer(text: string, fairness: Fairness, from: From = 'anywhere'): Promise<string> {
  const goal = (state: string) => state.startsWith('g');
  const property = eventually('L', 'the goal comes', null, goal, { fairness, from });
  const verdict = await checkModel({ ...graph(text), properties: [property] });
  if (verdict.kind === 'exhausted') return 'holds';
  expect(verdict.kind).toBe('liveness');
  const { loopFrom, steps } = verdict.counterexample!;
  const states = steps.map(({ world }) => String(world.state));
  if (loopFrom === null) return `doomed ${states.join(' ')}`;
  expect(states.at(-1)).toBe(states[loopFrom]);
  const stem = states.slice(0, loopFrom).join(' ');
  return `lasso ${stem === '' ? '' : `${stem} `}(${states.slice(loopFrom, -1).join(' ')})`;
}

it('more kinds of actions than have a number are refused, not taken for faults', async () => {
  const model: Model<{ n: number }> = {
    name: 'long',
    initial: [{ n: 0 }],
    actions: ({ n }) => (n < 65_600 ? [[`go on from ${n}`, { n: n + 1 }]] : []),
    properties: [eventually('L', 'the end comes', ['n'], (n: number) => n === 65_600)],
  };
  await expect(checkModel(model as Model<unknown>)).rejects.toMatchObject({
    code: 'impossible-bound',
  });
});

/** Worked out by hand: graph, then what is true under each fairness. */
const anywhere: readonly [
  title: string,
  graph: string,
  answers: Partial<Record<Fairness, string>>,
][] = [
  [
    'a chain into a goal that stays',
    'a x b, b x g, g x g',
    { none: 'holds', weak: 'holds', strong: 'holds', reachable: 'holds' },
  ],
  [
    'a chain that ends before the goal',
    'a x b, b y c, a y g',
    { reachable: 'doomed a b', weak: 'doomed a b' },
  ],
  ['stuttering is no step', 'a wait a, a go g', { none: 'holds', weak: 'holds', strong: 'holds' }],
  [
    'a loop that keeps away from where the way out is offered, by the same kind of action that leads there',
    'a u c, c u a, c u b, b w a, b y g',
    { strong: 'lasso (a c)', weak: 'lasso (a c)', reachable: 'holds' },
  ],
  ['only stuttering is being stuck', 'a wait a', { none: 'doomed a', reachable: 'doomed a' }],
  [
    'stuttering under the same name as the way out',
    'a x a, a x g',
    { weak: 'holds', none: 'holds' },
  ],
  [
    'a cycle with a way out that is always open',
    'a x b, b x a, a out g, b out g',
    { none: 'lasso (a b)', weak: 'holds', strong: 'holds' },
  ],
  [
    'a cycle with a way out open every other step',
    'a x b, b x a, a out g',
    { weak: 'lasso (a b)', strong: 'holds', reachable: 'holds' },
  ],
  [
    'a cycle whose way out has the name of a step of it',
    'a x b, b x a, a x g',
    { weak: 'lasso (a b)', strong: 'lasso (a b)', reachable: 'holds' },
  ],
  ['a cycle without a way out', 'a x b, b x c, c x b', { reachable: 'doomed a', weak: 'doomed a' }],
  [
    'a trap beside the way to the goal',
    'a x g, a y b, b x c, c x b, g x g',
    { reachable: 'doomed a b', strong: 'doomed a b' },
  ],
  [
    'the goal lies on the only cycle',
    'a x g, g x a',
    { none: 'holds', weak: 'holds', strong: 'holds' },
  ],
  [
    'a cycle that the goal cuts, and one that it does not',
    'a x b, b x a, b y g, g x a',
    { none: 'lasso (a b)', weak: 'lasso (a b)', strong: 'holds' },
  ],
  [
    'two paths join before the goal',
    'a x b, a y c, b x d, c x d, d x g, g x g',
    { none: 'holds', weak: 'holds' },
  ],
  ['two paths join in a dead end', 'a x b, a y c, b x d, c x d, g x g', { reachable: 'doomed a' }],
  ['after the goal there is a trap', 'a x g, g x b', { reachable: 'doomed a g b' }],
  ['only a fault leads out', 'a x b, b x a, b fix! g', { reachable: 'doomed a', weak: 'doomed a' }],
  ['a fault leads into a trap', 'a crash! b, a x g, g x a', { reachable: 'doomed a b' }],
  [
    'a fault leads into a place with a way back',
    'a crash! b, a x g, b y a, g x a',
    { none: 'holds', weak: 'holds' },
  ],
  [
    'faults cannot keep a cycle going',
    'a crash! b, b y a, a x g, g x a',
    { none: 'holds', weak: 'holds' },
  ],
  [
    'two loops, each fair to one way out only',
    'a x b, b x a, a y c, c y a, b p g, c q g',
    { weak: 'lasso (a b)', strong: 'holds', reachable: 'holds' },
  ],
  [
    'a large loop pays what its parts owe',
    'a x b, b y c, c z a, a p d, d p a, d q g',
    { weak: 'lasso (a b c)', strong: 'holds' },
  ],
  [
    'strong fairness forces a way out of the whole, not of a part',
    'a x b, b y a, b out c, c z d, d z c, c out g',
    { strong: 'holds', weak: 'lasso (a b)' },
  ],
  [
    'a part without the tempting place is fair',
    'a x b, b y a, b in c, c in b, c out g',
    { strong: 'holds', weak: 'lasso (a b)' },
  ],
  [
    'the inner loop never offers the way out',
    'a x b, b x c, c x b, c y d, d out g, d y c',
    { weak: 'lasso a (b c)', strong: 'holds' },
  ],
  [
    'a loop that owes nothing beside one that does',
    'a x b, b x a, a x c, c x d, d x c, c out g, d out g, b x c',
    { none: 'lasso (a b)', weak: 'lasso (a b)', strong: 'lasso (a b)' },
  ],
];

const fromStart: readonly [
  title: string,
  graph: string,
  answers: Partial<Record<Fairness, string>>,
][] = [
  ['once is enough, the trap comes later', 'a x g, g x b', { reachable: 'holds', weak: 'holds' }],
  [
    'once is enough, the loop comes later',
    'a x g, g x b, b x c, c x b, b y g',
    { weak: 'holds', none: 'holds' },
  ],
  [
    'a loop before the first goal',
    'a x b, b x a, b out g, g x g',
    { none: 'lasso (a b)', weak: 'lasso (a b)', strong: 'holds' },
  ],
  [
    'a fault before the goal leads into a trap',
    'a x b, b x g, b crash! t, t x t',
    { reachable: 'doomed a b t' },
  ],
  [
    'only a fault leads to the goal',
    'a x b, b x a, b fix! g',
    { reachable: 'doomed a', weak: 'doomed a' },
  ],
  [
    'faults cannot keep a cycle going before the goal',
    'a crash! b, b y a, a x g, g x a',
    { none: 'holds', weak: 'holds', strong: 'holds', reachable: 'holds' },
  ],
  ['the start is a goal', 'g x b', { none: 'holds', reachable: 'holds' }],
];

describe.each([
  ['anywhere', anywhere],
  ['start', fromStart],
] as const)('eventually, from %s', (from, cases) => {
  for (const [title, text, answers] of cases) {
    for (const [fairness, expected] of Object.entries(answers)) {
      it(`${title} (${fairness}): ${expected}`, async () => {
        expect(await answer(text, fairness as Fairness, from)).toBe(expected);
      });
    }
  }
});

it('a joint action owes nothing for one that another rule calls the same', async () => {
  const step = (state: unknown, event: unknown) => ({
    state: event === 'turn' ? 1 - (state as number) : 2,
  });
  // Each rule offers its way out now and then only.
  const joint = [0, 1].map((at) => ({
    name: `rule ${at}`,
    reads: ['a'],
    generate: (state: unknown) =>
      state === at ? [{ name: 'go', deliver: [['a', 'go']] as const }] : [],
  }));
  const moves = (state: unknown) => (state === 2 ? [] : [{ name: 'turn', event: 'turn' }]);
  const verdict = await checkModel({
    name: 'two ways out',
    components: { a: { initial: 0, step, moves } },
    joint,
    properties: [eventually('L', 'it is out', ['a'], (state: number) => state === 2)],
  });
  expect([verdict.kind, verdict.counterexample?.loopFrom]).toEqual(['liveness', 0]);
});

it.each(['go', 'a: go'])(
  'a joint action named %s owes nothing for a move of a component',
  async (name) => {
    // Each way out is offered now and then only: under weak fairness neither needs to be taken.
    const step = (state: unknown, event: unknown) => ({
      state: event === 'turn' ? 1 - (state as number) : 2,
    });
    const moves = (state: unknown) => (state === 1 ? [{ name: 'go', event: 'go' }] : []);
    const deliver = (event: string) => [['a', event]] as const;
    const generate = (state: unknown) => {
      if (state === 2) return [];
      const turn = { name: 'turn', deliver: deliver('turn') };
      return state === 0 ? [turn, { name, deliver: deliver('go') }] : [turn];
    };
    const verdict = await checkModel({
      name: 'two ways out',
      components: { a: { initial: 0, step, moves } },
      joint: [{ name: 'both', reads: ['a'], generate }],
      properties: [eventually('L', 'it is out', ['a'], (state: number) => state === 2)],
    });
    expect([verdict.kind, verdict.counterexample?.loopFrom]).toEqual(['liveness', 0]);
  },
);

describe('to decide what must come takes longer than there is time', () => {
  /** Its states are found at once; the goal of each takes a millisecond. */
  const slow: Model<{ n: number }> = {
    name: 'slow',
    initial: [{ n: 0 }],
    actions: ({ n }) => (n < 5000 ? [['on', { n: n + 1 }]] : []),
    properties: [
      eventually('L', 'the goal comes', null, ({ n }: { n: number }) => {
        for (const end = performance.now() + 1; performance.now() < end; );
        return n === 5000;
      }),
    ],
  };
  it.each([
    ['a limit of time', () => ({ secondsMax: 1.5 }), 'it reached the limit of 1.5 seconds'],
    ['who interrupts', () => ({ signal: AbortSignal.timeout(1000) }), 'it was interrupted'],
  ])('%s is heard, and nothing is said to hold', async (_, options, reason) => {
    const verdict = await checkModel(slow as Model<unknown>, options());
    expect(verdict).toMatchObject({ kind: 'incomplete', states: 5001 });
    expect(verdict.reason).toBe(`${reason} while it was decided what must come`);
    expect(verdict.partial!.undecided).toEqual(['L']);
    expect(verdict.properties[0]!.outcome).toBe('not decided');
    expect(exitCode(verdict)).toBe(23);
  });
});
