import { describe, expect, it } from 'vitest';
import { createMachine, raise, setup } from 'xstate';
import { always, type Composition, type Model } from '../../models/model.ts';
import { type CheckOptions, checkModel } from '../../src/checker/check.ts';
import { machineComponent } from '../../src/checker/machine-component.ts';

const fine = always('R', 'all is well', () => true);

function model(initial: unknown, next: unknown = initial): Model<unknown> {
  return { name: 'bad', initial: [initial], actions: () => [['go', next]], properties: [fine] };
}

class Point {
  readonly x = 1;
}

async function code(
  subject: Model<unknown> | Composition,
  options: CheckOptions = {},
): Promise<string> {
  return checkModel(subject, options).then(
    (verdict) => verdict.kind,
    (error) => {
      expect(error.message.length).toBeGreaterThan(20);
      return error.code;
    },
  );
}

describe('what is no plain data is refused', () => {
  const bad: readonly [string, unknown][] = [
    ['a Set', { a: new Set([1]) }],
    ['a Map', { a: new Map() }],
    ['a function', { a: () => 1 }],
    ['undefined', { a: undefined }],
    ['a bigint', { a: 1n }],
    ['NaN', { a: [Number.NaN] }],
    ['an infinite number', { a: Number.POSITIVE_INFINITY }],
    ['an instance of a class', { a: new Point() }],
    ['a state that is an instance', new Point()],
    ['a date', { a: { b: new Date(0) } }],
    ['a symbol', { a: Symbol('a') }],
  ];
  for (const [title, value] of bad) {
    it(title, async () => {
      expect(await code(model(value))).toBe('not-plain-data');
      expect(await code(model({ a: 1 }, value))).toBe('not-plain-data');
    });
  }

  it('a state that contains itself', async () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    expect(await code(model({ ring }))).toBe('not-plain-data');
  });

  it('a key that is a symbol, also on what is known without it', async () => {
    expect(await code(model({ a: { b: 1 } }, { a: { b: 1, [Symbol('c')]: 2 } }))).toBe(
      'not-plain-data',
    );
  });

  it('the order of keys makes no other state', async () => {
    const turned = model({ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } });
    expect(await checkModel(turned)).toMatchObject({ kind: 'exhausted', states: 1 });
  });

  it('the sentence names where', async () => {
    const nested = model({ sites: [{ name: 'a' }, { name: new Set() }] });
    await expect(checkModel(nested)).rejects.toThrow('state.sites[1].name is an instance of Set');
  });
});

describe('models that misbehave are refused', () => {
  it('different actions for the same state', async () => {
    let calls = 0;
    const fickle = { ...model({ n: 0 }), actions: () => [['go', { n: calls++ % 7 }] as const] };
    expect(await code(fickle)).toBe('not-deterministic');
  });

  it('a state changed in place', async () => {
    const careless: Model<{ list: number[] }> = {
      name: 'careless',
      initial: [{ list: [] }],
      actions: (state) => {
        state.list.push(1);
        return [['go', state]];
      },
      properties: [fine],
    };
    expect(await code(careless)).toBe('state-changed-in-place');
  });

  it('a property that is neither true nor false', async () => {
    const vague = always('R', 'vague', () => undefined as unknown as boolean);
    expect(await code({ ...model({ n: 0 }), properties: [vague] })).toBe('bad-result');
  });

  it('no initial state', async () => {
    expect(await code({ ...model({}), initial: [] })).toBe('no-initial-state');
  });

  it('a property that reads what is not there', async () => {
    const lost = always('R', 'lost', ['nowhere'], () => true);
    expect(await code({ ...model({ n: 0 }), properties: [lost] })).toBe('unknown-name');
  });
});

describe('compositions that cannot be are refused', () => {
  const still = { initial: 0, step: (state: unknown) => ({ state }) };
  const world: Composition = { name: 'bad', components: { a: still }, properties: [fine] };
  const cases: readonly [string, Composition, string][] = [
    ['a negative budget', { ...world, budgets: { faults: -1 } }, 'impossible-bound'],
    [
      'a budget that is no whole number',
      { ...world, budgets: { faults: 0.5 } },
      'impossible-bound',
    ],
    [
      'a channel without room',
      { ...world, channels: { c: { order: 'fifo', to: 'a', capacity: 0 } } },
      'impossible-bound',
    ],
    [
      'a channel to nobody',
      { ...world, channels: { c: { order: 'fifo', to: 'nobody' } } },
      'unknown-name',
    ],
    ['a name used twice', { ...world, budgets: { a: 1 } }, 'name-taken'],
    [
      'an output to nobody',
      moving({ state: 1, outputs: [{ to: 'nobody', event: 1 }] }),
      'unknown-name',
    ],
    ['a step without a state', moving(undefined), 'bad-result'],
    [
      'a message to itself without end',
      moving({ state: 0, outputs: [{ to: 'a', event: 'go' }] }),
      'endless-delivery',
    ],
  ];
  for (const [title, composition, expected] of cases) {
    it(title, async () => expect(await code(composition)).toBe(expected));
  }

  it('a joint move that offers what its "unless" denies', async () => {
    const joint = [
      { name: 'j', reads: ['a'], unless: { a: () => true }, generate: () => [{ name: 'go' }] },
    ];
    expect(await code({ ...world, joint })).toBe('bad-result');
    const blind = [{ ...joint[0]!, reads: [] }];
    expect(await code({ ...world, joint: blind })).toBe('unknown-name');
  });

  it('a component that throws', async () => {
    const step = () => {
      throw new Error('no');
    };
    expect(await code(moving({}, step))).toBe('component-threw');
  });

  it('a component that answers the same event differently', async () => {
    let calls = 0;
    expect(await code(moving({}, () => ({ state: calls++ })))).toBe('not-deterministic');
  });

  it('a component that answers differently now and then', async () => {
    let calls = 0;
    const step = (state: unknown) => ({
      state: ((state as number) + (calls++ === 7 ? 2 : 1)) % 99,
    });
    const fickle = moving({}).components.a!;
    const subject = { ...moving({}), components: { a: { ...fickle, step } } };
    expect(await code(subject)).toBe('not-deterministic');
  });

  it('a component that offers other moves in the same state', async () => {
    let calls = 0;
    const moves = () => [{ name: `go ${calls++}`, event: 'go' }];
    const subject = { ...world, components: { a: { ...still, moves } } };
    expect(await code(subject)).toBe('not-deterministic');
  });

  it('a joint move that offers something else for the same', async () => {
    let calls = 0;
    const joint = [{ name: 'j', reads: ['a'], generate: () => [{ name: `go ${calls++}` }] }];
    expect(await code({ ...world, joint })).toBe('not-deterministic');
  });

  it.each([7, null, [null], [{ deliver: [] }]])(
    'joint actions that are none: %j',
    async (found) => {
      const joint = [{ name: 'j', reads: ['a'], generate: () => found as never }];
      expect(await code({ ...world, joint })).toBe('bad-result');
    },
  );

  it.each([{ outputs: 5 }, { marks: 'text' }])('a step that gives %j', async (given) => {
    expect(await code(moving({ state: 1, ...given }))).toBe('bad-result');
  });

  it('a channel that begins with more than it holds', async () => {
    const channels = { c: { order: 'fifo', to: 'a', capacity: 1, initial: [1, 2] } } as const;
    expect(await code({ ...world, channels })).toBe('impossible-bound');
  });

  it('more starts than can be found before anybody looks at a limit', async () => {
    const otherInitials = Array.from({ length: 999 }, (_, at) => at + 1);
    const one = { initial: 0, otherInitials, step: (state: unknown) => ({ state }) };
    const components = { one, other: one, third: { ...one, otherInitials: [1] } };
    expect(await code({ name: 'starts', components, properties: [] })).toBe('impossible-bound');
  });

  it('a move that draws from no budget', async () => {
    const moves = () => [{ name: 'go', event: 'go', budget: 'luck' }];
    expect(await code({ ...world, components: { a: { ...still, moves } } })).toBe('unknown-budget');
  });

  function moving(stepped: unknown, step: () => unknown = () => stepped): Composition {
    const component = {
      initial: 0,
      step: step as () => { state: unknown },
      moves: () => [{ name: 'go', event: 'go' }],
    };
    return { name: 'bad', components: { a: component }, properties: [fine] };
  }
});

const inert = { initial: 0, step: (state: unknown) => ({ state }) };
const composed = { name: 'bad', components: { a: inert }, properties: [fine] };

describe('what is no model is refused', () => {
  it('the parts are a model otherwise', async () => {
    expect(await code(composed)).toBe('exhausted');
  });

  it.each([7, [null], [{ event: 1 }]])('moves that are none: %j', async (found) => {
    const moves = () => found as never;
    const subject = { ...composed, components: { a: { ...inert, moves } } };
    expect(await code(subject)).toBe('bad-result');
  });

  const whole = model({ n: 0 });
  for (const [title, subject] of [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'model'],
    ['an empty object', {}],
    ['no name', { ...whole, name: undefined }],
    ['no properties', { ...whole, properties: undefined }],
    ['initial states that are none', { ...whole, initial: 5 }],
    ['actions that are none', { ...whole, actions: 'go' }],
    ['a property that is none', { ...whole, properties: [null] }],
    ['a property of no kind', { ...whole, properties: [{ ...fine, kind: 'never' }] }],
    ['a property that asks nothing', { ...whole, properties: [{ ...fine, predicate: undefined }] }],
    ['a component that is none', { ...composed, components: { a: null } }],
    ['a component without a step', { ...composed, components: { a: { initial: 0 } } }],
    ['moves that are no function', { ...composed, components: { a: { ...inert, moves: [] } } }],
    ['a channel of no order', { ...composed, channels: { c: { to: 'a', order: 'lifo' } } }],
    [
      'a channel that is full in a way there is not',
      { ...composed, channels: { c: { to: 'a', order: 'fifo', whenFull: 'wait' } } },
    ],
    [
      'other initial states that are no list',
      { ...composed, components: { a: { ...inert, otherInitials: 5 } } },
    ],
    [
      'a channel with something else than a list in it',
      { ...composed, channels: { c: { to: 'a', order: 'fifo', initial: 5 } } },
    ],
    ['marks to reach that are no list', { ...composed, mustReach: 'mark' }],
    ['bounds that are none', { ...composed, bounds: 5 }],
    ['joint moves that are no list', { ...composed, joint: 5 }],
    ['a joint move that is none', { ...composed, joint: [null] }],
    ['a joint move that offers nothing', { ...composed, joint: [{ name: 'j', reads: ['a'] }] }],
    ['a renaming of nothing', { ...composed, symmetry: [{ a: 'b' }] }],
  ] as const) {
    it(title, async () => expect(await code(subject as Model<unknown>)).toBe('no-model'));
  }
});

describe('options that cannot be are refused', () => {
  for (const options of [
    { statesMax: 0 },
    { secondsMax: Number.NaN },
    { workers: 0 },
    { workers: 1.5 },
    { memoryBytesMax: -1 },
    { stateMax: 5 } as CheckOptions,
    null as unknown as CheckOptions,
    5 as CheckOptions,
    { walks: null } as unknown as CheckOptions,
    { onProgress: 5 } as unknown as CheckOptions,
    { signal: new AbortController() } as unknown as CheckOptions,
    { reduced: 'no' } as unknown as CheckOptions,
    { fingerprint: 5 } as unknown as CheckOptions,
    { aloneUntil: Number.NaN },
    { progressEveryMilliseconds: '5' } as unknown as CheckOptions,
    { checkpoint: { path: 'run', everySeconds: Number.NaN } },
    { walks: { count: 1, stepsMax: 1, seed: 1 }, checkpoint: { path: 'run' } },
    { walks: { count: 1, stepsMax: 1, seed: 1 }, resume: 'run' },
    { checkpoint: { path: 'run', everySecond: 5 } } as CheckOptions,
    { walks: { count: 1, stepsMax: 1, seed: 1, steps: 5 } } as CheckOptions,
    { constructor: 5 } as unknown as CheckOptions,
  ]) {
    it(JSON.stringify(options), async () =>
      expect(await code(model({ n: 0 }), options)).toBe('impossible-bound'),
    );
  }

  for (const options of [
    { checkpoint: { path: '' } },
    { checkpoint: {} } as CheckOptions,
    { checkpoint: null } as unknown as CheckOptions,
    { resume: '' },
    { resume: 5 } as unknown as CheckOptions,
  ]) {
    it(JSON.stringify(options), async () =>
      expect(await code(model({ n: 0 }), options)).toBe('bad-checkpoint'),
    );
  }
});

describe('sources that cannot be loaded are refused', () => {
  it.each([
    { module: 5, export: 'x' },
    { module: './test/checker/models/wrong.ts', export: undefined },
    { module: './test/checker/models/wrong.ts' },
    { module: './test/checker/models/wrong.ts', export: 'counter', arguments: 'safety' },
    { module: './test/checker/models/wrong.ts', export: 'nobody' },
    { module: './test/checker/models/nowhere.ts', export: 'counter' },
  ])('%j', async (source) => {
    expect(await code(source as never)).toBe('cannot-load-model');
  });

  it('arguments that no other thread can be given', async () => {
    const source = { module: './test/checker/models/wrong.ts', export: 'counter' };
    const asked = { ...source, arguments: [() => 1] } as never;
    expect(await code(asked, { workers: 2 })).toBe('cannot-share');
  });
});

describe('machines that cannot be components are refused', () => {
  const run = (machine: Parameters<typeof machineComponent>[0], event = 'go') => {
    const moves = () => [{ name: 'go', event: { type: event } }];
    return code({
      name: 'm',
      components: { m: machineComponent(machine, { moves }) },
      properties: [fine],
    });
  };

  it('an unhandled event', async () => {
    expect(await run(createMachine({ on: { stay: {} } }))).toBe('unhandled-event');
  });

  it('an event that every guard refuses', async () => {
    const machine = setup({ guards: { never: () => false } }).createMachine({
      on: { go: { guard: 'never' } },
    });
    expect(await run(machine)).toBe('unhandled-event');
  });

  it('an event that it raises itself', async () => {
    const actions = raise({ type: 'misspelt' } as never);
    expect(await run(createMachine({ on: { go: { actions } } }))).toBe('unhandled-event');
  });

  it('any event, once it has ended', async () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { on: { go: 'end' } }, end: { type: 'final' } },
      on: { go: '.a' },
    });
    expect(await run(machine)).toBe('unhandled-event');
  });

  it('an action that no effect names', async () => {
    expect(await run(createMachine({ on: { go: { actions: 'misspelt' } } }))).toBe(
      'unknown-action',
    );
  });

  it('a misspelt guard', async () => {
    expect(await run(createMachine({ on: { go: { guard: 'misspelt' } } }))).toBe('component-threw');
  });

  it.each([5, null, {}])('what is no machine: %j', (found) => {
    expect(() => machineComponent(found as never)).toThrow(
      expect.objectContaining({ code: 'unsupported-machine' }),
    );
  });

  it('a delay', () => {
    const machine = createMachine({ initial: 'a', states: { a: { after: { 10: 'b' } }, b: {} } });
    expect(() => machineComponent(machine)).toThrow(
      expect.objectContaining({ code: 'unsupported-machine' }),
    );
  });
});
