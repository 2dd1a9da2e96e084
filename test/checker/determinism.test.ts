import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine, setup } from 'xstate';
import {
  always,
  type Component,
  type Composition,
  ends,
  eventually,
  type Model,
  type Output,
  type Property,
  sometimes,
  transition,
} from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import { machineComponent } from '../../src/checker/machine-component.ts';

/** Mistakes as newcomers make them: each ends in an error that names who made it, never in a verdict. */

interface State {
  readonly n: number;
  readonly at?: number | string;
}

const fine = always('R', 'all is well', () => true);
const now = () => Date.now();

function counting(next: (n: number) => State, more: Partial<Model<State>> = {}): Model<unknown> {
  const actions = ({ n }: State) => (n < 9 ? [['go', next(n)] as const] : []);
  const model = { name: 'careless', initial: [{ n: 0 }], actions, properties: [fine], ...more };
  return model as Model<unknown>;
}

function acting(actions: (state: State) => unknown): Model<unknown> {
  return counting((n) => ({ n }), { actions: actions as Model<State>['actions'] });
}

const models: readonly [string, () => Model<unknown>][] = [
  ['a coin', () => counting((n) => ({ n: n + (Math.random() < 0.5 ? 1 : 2) }))],
  ['rare luck', () => counting((n) => ({ n: n + (Math.random() < 0.001 ? 2 : 1) }))],
  ['the time of day', () => counting((n) => ({ n: n + 1, at: now() }))],
  ['a date', () => counting((n) => ({ n: n + 1, at: new Date().toISOString() }))],
  [
    'a deadline',
    () => {
      const end = now() + 60_000;
      return acting(({ n }) => (now() > end ? [['late', { n: 99 }]] : [['on', { n: n % 5 }]]));
    },
  ],
  [
    'a counter that gives names',
    () => {
      let last = 0;
      return counting((n) => ({ n: n + 1, at: last++ }));
    },
  ],
  [
    'a limit on how often it is asked',
    () => {
      let asked = 0;
      return acting(({ n }) => (asked++ < 100 ? [['go', { n: (n + 1) % 90 }]] : []));
    },
  ],
  [
    'what it visited before',
    () => {
      const visited = new Set<number>();
      return acting(({ n }) => {
        if (visited.has(n)) return [];
        visited.add(n);
        return [['go', { n: (n + 1) % 9 }]];
      });
    },
  ],
  [
    'the order of a map that is shared',
    () => {
      const peers = new Map([
        ['a', 1],
        ['b', 2],
      ]);
      return counting((n) => {
        const [first] = peers.keys();
        peers.delete(first!);
        peers.set(first!, n);
        return { n: n + 1, at: first! };
      });
    },
  ],
  ['whether it is a fault', () => acting(({ n }) => fault(n, Math.random() < 0.5))],
  ['a claim by chance', () => claiming(() => Math.random() < 1)],
  [
    'a claim about what was asked before',
    () => {
      let most = -1;
      return claiming((n) => {
        const grows = n > most;
        most = Math.max(n, most);
        return grows;
      });
    },
  ],
];

const fault = (n: number, isFault: boolean) =>
  n < 9 ? [{ name: 'go', next: { n: n + 1 }, fault: isFault }] : [];

function claiming(claim: (n: number) => boolean): Model<unknown> {
  const says = (n: number) => (Math.random() === 0 ? false : claim(n));
  return counting((n) => ({ n: n + 1 }), { properties: [always('R', 'it is so', ['n'], says)] });
}

type Part = Partial<Component<unknown, unknown>>;

function composed(part: Part, more: Partial<Composition> = {}): Composition {
  const step = (n: unknown) => ({ state: ((n as number) + 1) % 5 });
  const moves = () => [{ name: 'go', event: 'go' }];
  return {
    name: 'careless',
    components: { a: { initial: 0, step, moves, ...part } },
    properties: [fine],
    ...more,
  };
}

/** A component that says something to itself, over a channel that is asked. */
function talking(
  channel: object,
  says = (): Output[] => [{ to: 'c', event: 'hello' }],
): Composition {
  const step = (n: unknown, event: unknown) =>
    event === 'go' ? { state: n, outputs: says() } : { state: (event as { id?: number }).id ?? 0 };
  const channels = { c: { order: 'fifo', to: 'a', capacity: 1, ...channel } } as const;
  return composed({ step }, { channels });
}

let ids = 0;
const compositions: readonly [string, () => Composition][] = [
  ['a step by chance', () => composed({ step: () => ({ state: Math.random() < 0.5 ? 1 : 2 }) })],
  ['a step that looks at the clock', () => composed({ step: () => ({ state: now() % 1000 }) })],
  [
    'a step that counts how often it is asked',
    () => {
      let asked = 0;
      return composed({ step: (n) => ({ state: asked++ > 130 ? n : ((n as number) + 1) % 500 }) });
    },
  ],
  [
    'a step that says something only once',
    () => {
      let isSaid = false;
      return talking({}, () => {
        const outputs = isSaid ? [] : [{ to: 'c', event: 'hello' }];
        isSaid = true;
        return outputs;
      });
    },
  ],
  [
    'moves until a deadline',
    () => {
      const end = now() + 60_000;
      return composed({ moves: () => (now() < end ? [{ name: 'go', event: 'go' }] : []) });
    },
  ],
  ['an arrival that gets a number', () => talking({ arrival: () => ({ id: ids++ }) })],
  ['silence by chance', () => talking({ silent: () => Math.random() < 0.5 })],
  [
    'a joint move that looks at the clock',
    () => composed({}, { joint: [{ name: 'j', reads: ['a'], generate: () => [named(now())] }] }),
  ],
];

const named = (at: number) => ({ name: `at ${at}`, deliver: [['a', 'go'] as const] });

const go = () => [{ name: 'go', event: { type: 'go' } }];
const isLucky = () => Math.random() < 0.5;
const machines: readonly [string, () => Composition][] = [
  [
    'a guard by chance',
    () =>
      charted(
        setup({ guards: { isLucky } }).createMachine({
          initial: 'a',
          states: {
            a: { on: { go: [{ guard: 'isLucky', target: 'b' }, { target: 'c' }] } },
            b: { on: { go: 'a' } },
            c: { on: { go: 'a' } },
          },
        }),
      ),
  ],
  [
    'a context that is told the time',
    () =>
      charted(
        createMachine({
          context: { at: 0 },
          on: { go: { actions: assign({ at: () => now() % 1000 }) } },
        }),
      ),
  ],
];

function charted(machine: AnyStateMachine): Composition {
  return {
    name: 'careless',
    components: { a: machineComponent(machine, { moves: go }) },
    properties: [fine],
  };
}

describe('what does not answer the same when it is asked again is refused', () => {
  for (const [title, make] of [...models, ...compositions, ...machines]) {
    it(title, async () => {
      const error = await checkModel(make()).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'not-deterministic' });
      expect(error.message).toMatch(/model careless|component a|channel c|joint move j|property R/);
    });
  }

  it('a machine that begins otherwise each time', () => {
    const machine = createMachine({ context: () => ({ id: Math.random() }), on: { go: {} } });
    expect(() => charted(machine)).toThrow(expect.objectContaining({ code: 'not-deterministic' }));
  });

  it('clocks and chance are what they were, whatever is thrown meanwhile', async () => {
    const before = [globalThis.Date, Math.random, performance.now];
    await checkModel(counting((n) => ({ n: n + 1, at: now() }))).catch(() => {});
    expect([globalThis.Date, Math.random, performance.now]).toEqual(before);
  });
});

it('who finds what is in a state by its text, whose keys come back in order, is told so', async () => {
  const message = { to: 'b', kind: 'hello', from: 'a' };
  const isThere = (sent: readonly unknown[]) =>
    sent.some((one) => JSON.stringify(one) === JSON.stringify(message));
  const model: Model<{ sent: readonly unknown[]; heard: boolean }> = {
    name: 'by text',
    initial: [{ sent: [], heard: false }],
    actions: ({ heard, sent }) => [
      ...(sent.length === 0 ? [['send', { sent: [message], heard }] as const] : []),
      ...(isThere(sent) ? [['hear', { sent, heard: true }] as const] : []),
    ],
    properties: [always('R', 'nothing is heard', ['heard'], (heard: boolean) => !heard)],
  };
  await expect(checkModel(model as Model<unknown>)).rejects.toMatchObject({
    code: 'not-deterministic',
    message: expect.stringContaining('compare parts, not their texts'),
  });
});

it('what says the same in another order is fine', async () => {
  const model: Model<Record<string, number>> = {
    name: 'by name',
    initial: [{ b: 0, a: 0 }],
    actions: (state) =>
      Object.keys(state).map((name) => [name, { b: 0, ...state, [name]: (state[name]! + 1) % 3 }]),
    properties: [fine],
  };
  expect(await checkModel(model as Model<unknown>)).toMatchObject({
    kind: 'exhausted',
    states: 9,
  });
});

describe('what is handed out is not changed, and not handed out again', () => {
  it('one object for all next states, of a list', async () => {
    const next = { n: 0 };
    const model = acting(({ n }) =>
      [1, 2].map((more) => {
        next.n = (n + more) % 7;
        return [`plus ${more}`, next];
      }),
    );
    await expect(checkModel(model)).rejects.toMatchObject({ code: 'state-changed-in-place' });
  });

  it('a context that is written into', async () => {
    const machine = createMachine({
      context: { list: [] as number[] },
      on: {
        go: {
          actions: assign(({ context }) => {
            context.list.push(1);
            return context;
          }),
        },
      },
    });
    await expect(checkModel(charted(machine))).rejects.toMatchObject({
      code: 'state-changed-in-place',
    });
  });

  /** Such code may be written in a file that is no module: what it writes to is frozen, and it hears nothing of it. */
  const careless = (body: string) => new Function('given', body) as (given: unknown) => never;
  const adding = careless('given.n++; return [["go", given]]');
  const stepping = careless('given.n++; return { state: given }');
  const moving = careless('given.n++; return [{ name: "go", event: { type: "go" } }]');
  const joining = careless('given.n++; return [{ name: "go", deliver: [["a", { type: "go" }]] }]');
  const still = (state: unknown) => ({ state });
  const jointly = [{ name: 'j', reads: ['a'], generate: joining }];
  it.each<[string, () => Model<unknown> | Composition]>([
    ['a model', () => acting(adding)],
    ['a step', () => composed({ initial: { n: 0 }, step: stepping })],
    ['moves', () => composed({ initial: { n: 0 }, step: still, moves: moving })],
    ['a joint move', () => composed({ initial: { n: 0 }, step: still }, { joint: jointly })],
  ])('by code that is not strict: %s', async (_, make) => {
    await expect(checkModel(make())).rejects.toMatchObject({
      code: 'state-changed-in-place',
      message: expect.stringMatching(/^(model careless|.*component a|joint move j).* changed what/),
    });
  });

  const writing = new Function('given', 'given.n = 5; return given.n !== 5;') as () => boolean;
  const claims: readonly [string, Property][] = [
    ['always', always('W', 'w', writing)],
    ['sometimes', sometimes('W', 'w', writing)],
    ['ends', ends('W', 'w', writing)],
    ['eventually', eventually('W', 'w', null, writing)],
    ['transition', transition('W', 'w', null, writing)],
    ['always, of what it reads', always('W', 'w', ['n'], writing)],
  ];
  it.each(claims)('by a claim that is not strict: %s', async (_, claim) => {
    const model: Model<unknown> = {
      name: 'careless',
      initial: [{ n: { n: 0 } }],
      actions: (state) => {
        const { n } = (state as { n: { n: number } }).n;
        return n < 3 ? [['go', { n: { n: n + 1 } }]] : [];
      },
      properties: [claim],
    };
    await expect(checkModel(model)).rejects.toMatchObject({
      code: 'state-changed-in-place',
      message: expect.stringMatching(/^property W changed what was handed out/),
    });
  });
});
