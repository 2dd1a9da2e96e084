import { describe, expect, it } from 'vitest';
import { createMachine, raise, sendTo } from 'xstate';
import {
  always,
  type Composition,
  eventually,
  type Model,
  transition,
} from '../../models/model.ts';
import { type CheckOptions, checkModel } from '../../src/checker/check.ts';
import { machineComponent } from '../../src/checker/machine-component.ts';

/** What only a program without types gives, or one that is clever: each is refused with a code, none is taken for something else. */

const fine = always('R', 'all is well', () => true);

const answerOf = (subject: unknown, options: CheckOptions = {}): Promise<string> =>
  checkModel(subject as Model<unknown>, options).then(
    ({ kind, states }) => `${kind} ${states}`,
    ({ code, message }) => `${code}: ${message}`,
  );

function leadingTo(next: unknown): object {
  const actions = ({ n }: { n: number }) => (n === 0 ? [['go', next]] : []);
  return { name: 'odd', initial: [{ n: 0 }], actions, properties: [fine] };
}

const circle: { n: number; self?: unknown } = { n: 1 };
circle.self = circle;
let deep: unknown = 0;
for (let depth = 0; depth < 20_000; depth++) deep = [deep];
const gone = Proxy.revocable({ n: 1 }, {});
gone.revoke();
class Stack extends Array<number> {}
const hidden = () => Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false });
const throwing = {
  get a(): number {
    throw new Error('not now');
  },
};
const ranging = {
  get a(): number {
    throw new RangeError('Invalid array length');
  },
};
const rangingTrap = new Proxy(
  { a: 1 },
  {
    get: () => {
      throw new RangeError('Invalid array length');
    },
  },
);
const getting = {
  get a(): number {
    return 1;
  },
};

describe('what looks like plain data and is none', () => {
  const nested: readonly [string, unknown, string][] = [
    ['a getter', getting, 'is a getter'],
    ['a getter that throws', throwing, 'cannot be read: not now'],
    ['a getter that throws what we throw for want of memory', ranging, 'is a getter'],
    ['a proxy that throws it', rangingTrap, 'cannot be read: Invalid array length'],
    ['a proxy that was revoked', gone.proxy, 'cannot be read'],
    ['a key that is hidden', hidden(), 'hidden key'],
    ['a list with a name', Object.assign([1], { a: 2 }), 'named properties'],
    ['a list with a symbol', Object.assign([1], { [Symbol('a')]: 2 }), 'a list with a symbol key'],
    ['a list of a class', Stack.of(1), 'an instance of Stack'],
    ['a key named __proto__', JSON.parse('{"__proto__":{"a":1}}'), '__proto__'],
    ['what contains itself', circle, 'contains itself'],
    ['what is nested too deep', deep, 'nested too deep'],
  ];
  for (const [title, value, sentence] of nested) {
    it(`${title}, within a state, as a state, or as the state of a component`, async () => {
      const refused = new RegExp(`^not-plain-data: .*${sentence}`);
      expect(await answerOf(leadingTo({ n: 1, value }))).toMatch(refused);
      if (!title.startsWith('a list') && value !== deep)
        expect(await answerOf(leadingTo(value))).toMatch(/^not-plain-data/);
      const step = () => ({ state: { value } });
      const moves = () => [{ name: 'go', event: 'go' }];
      const components = { a: { initial: 0, step, moves } };
      expect(await answerOf({ name: 'odd', components, properties: [fine] })).toMatch(refused);
    });
  }

  it('a state with a key that is a symbol, beside one that is like it without', async () => {
    const states = [{ n: 1 }, { n: 1, [Symbol('a')]: 1 }];
    const model = { ...leadingTo(0), actions: () => states.map((state, at) => [`${at}`, state]) };
    expect(await answerOf(model)).toMatch(
      /^not-plain-data: a state is an object with a symbol key/,
    );
  });

  it('actions with names that every object knows are counted', async () => {
    const actions = (n: number) => (n < 3 ? [['constructor', n + 1] as const] : []);
    const { coverage } = await checkModel({
      name: 'm',
      initial: [0],
      actions,
      properties: [fine],
    } as Model<number> as Model<unknown>);
    expect(coverage.moves).toEqual([
      { name: 'constructor', by: '', fault: false, made: 3, found: 3 },
    ]);
  });

  it('a key that stands for a state without keys is refused, not taken for one', async () => {
    const subject = { ...leadingTo(0), initial: [{ n: 1 }, { '\0': 5 }] };
    expect(await answerOf(subject)).toMatch(/^not-plain-data: a state has a key named "\\0"/);
  });

  it('one object for one state after the other, while they are listed, is told', async () => {
    const actions = function* ({ n }: { n: number }) {
      const state = { n: 0 };
      for (const step of [1, 2]) {
        state.n = (n + step) % 5;
        yield [`on by ${step}`, state];
      }
    };
    expect(await answerOf({ ...leadingTo(0), actions })).toMatch(/^state-changed-in-place: /);
  });

  it('an empty key is a key like any other', async () => {
    const actions = (state: Record<string, number>) =>
      'n' in state ? [['go', { '': state.n! + 1, m: 1 }]] : [['on', { '': state['']!, m: 2 }]];
    expect(await answerOf({ ...leadingTo(0), actions })).toBe('exhausted 3');
  });
});

describe('lists without an end', () => {
  function* endless() {
    for (let n = 0; ; n++) yield ['go', { n }] as const;
  }

  it('of actions', async () => {
    expect(await answerOf({ ...leadingTo(0), actions: endless })).toMatch(
      /^bad-result: model odd, given {"n":0}, gave more than 1000000, without an end/,
    );
  });

  it('of initial states', async () => {
    expect(await answerOf({ ...leadingTo(0), initial: endless() })).toMatch(/^bad-result/);
  });

  it('of images', async () => {
    const model = { ...leadingTo({ n: 1 }), images: endless };
    expect(await answerOf(model, { reduced: true })).toMatch(/^bad-result/);
  });

  it('initial states that can be gone through once are all visited', async () => {
    const initial = new Set([{ n: 1 }, { n: 2 }]).values();
    expect(await answerOf({ ...leadingTo(0), initial })).toBe('exhausted 2');
  });
});

const still = { initial: 0, step: (state: unknown) => ({ state }) };
const moving = { ...still, moves: () => [{ name: 'go', event: 'go' }] };
const saying = (state: unknown, event: unknown) => ({
  state,
  outputs: event === 'go' ? [{ to: 'c', event: 'hello' }] : [],
});

function composed(component: object, more: object = {}): object {
  return { name: 'odd', components: { a: component }, properties: [fine], ...more };
}

const channelled = (channel: object) =>
  composed(
    { ...moving, step: saying },
    { channels: { c: { order: 'fifo', to: 'a', capacity: 1, ...channel } } },
  );
const jointly = (move: object) =>
  composed(still, { joint: [{ name: 'j', reads: ['a'], generate: () => [], ...move }] });
const claiming = (property: object) => ({ ...leadingTo({ n: 1 }), properties: [property] });

const faulty = { name: 'go', next: { n: 1 }, event: 'go', fault: 'no' };

describe('parts that are something else', () => {
  const cases: readonly [string, object, string][] = [
    ['a fault that is a text', { ...leadingTo(0), actions: () => [faulty] }, 'bad-result'],
    ['a move whose fault is a text', composed({ ...moving, moves: () => [faulty] }), 'bad-result'],
    ['an output that is none', composed(giving({ state: 0, outputs: [null] })), 'bad-result'],
    ['a mark that is none', composed(giving({ state: 0, marks: [1] })), 'bad-result'],
    ['a kind that is no text', channelled({ kind: () => 5 }), 'bad-result'],
    ['a silence that is a text', channelled({ silent: () => 'false' }), 'bad-result'],
    ['a silence that is no function', channelled({ silent: 5 }), 'no-model'],
    ['losses that are a text', channelled({ lossy: 'often' }), 'no-model'],
    ['deliveries that are no pairs', jointly(offering({ deliver: ['a', 'go'] })), 'bad-result'],
    ['deliveries that are a number', jointly(offering({ deliver: 5 })), 'bad-result'],
    ['what is cleared as a text', jointly(offering({ clear: 'c' })), 'bad-result'],
    ['an unless that answers a text', jointly({ unless: { a: () => 'no' } }), 'bad-result'],
    ['an unless that is no function', jointly({ unless: { a: 5 } }), 'no-model'],
    ['joint parts that are no functions', jointly({ parts: { a: 5 } }), 'no-model'],
    ['images that are no function', { ...leadingTo(0), images: 5 }, 'no-model'],
    ['no components at all', { name: 'odd', components: {}, properties: [fine] }, 'no-model'],
    ['budgets that are none', composed(still, { budgets: null }), 'no-model'],
    ['a bound that is a text', composed(still, { bounds: { writes: 'two' } }), 'no-model'],
    ['a name that is none', { ...leadingTo(0), name: Object.create(null) }, 'no-model'],
    [
      'a beginning that there is not',
      claiming({ ...eventually('L', 'it comes', null, () => true), from: 'begin' }),
      'no-model',
    ],
    [
      'what sees nothing',
      claiming({ ...transition('T', 'it is right', ['n'], () => true), sees: 5 }),
      'no-model',
    ],
    [
      'an answer that no text can be made of',
      claiming({ ...fine, predicate: () => Object.create(null) }),
      'bad-result',
    ],
    [
      'what throws something that no text can be made of',
      { ...leadingTo(0), actions: thrower(Object.create(null)) },
      'model-threw',
    ],
    ['an action that JSON cannot tell', { ...leadingTo(0), actions: () => [[1n]] }, 'bad-result'],
  ];
  for (const [title, subject, code] of cases) {
    it(title, async () => expect(await answerOf(subject)).toMatch(new RegExp(`^${code}: `)));
  }

  it('a step that says it is not refused is made', async () => {
    expect(await answerOf(composed(giving({ state: 1, refused: false })))).toBe('exhausted 2');
  });
});

function giving(stepped: object): object {
  return { ...moving, step: () => stepped };
}

const offering = (action: object) => ({ generate: () => [{ name: 'j', ...action }] });

const thrower = (what: unknown) => () => {
  throw what;
};

describe('machines that do more than the checker sees', () => {
  const tick = { type: 'tick' } as never;
  const answer = (machine: ReturnType<typeof createMachine>) => {
    const moves = () => [{ name: 'go', event: { type: 'go' } }];
    const m = machineComponent(machine, { moves });
    return answerOf({ name: 'odd', components: { m }, properties: [fine] } as Composition);
  };

  it('an event raised later would be lost', async () => {
    const later = raise(tick, { delay: 100 });
    const machine = createMachine({ on: { go: { actions: later }, tick: {} } });
    expect(await answer(machine)).toMatch(/^unsupported-machine: .*with a delay/);
  });

  it('an event raised at once is taken at once', async () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: { on: { go: { target: 'b', actions: raise(tick) } } },
        b: { on: { tick: 'c' } },
        c: { on: { go: {} } },
      },
    });
    expect(await answer(machine)).toBe('exhausted 2');
  });

  it('transitions that follow each other for ever', async () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
    });
    expect(await answer(machine)).toMatch(/^component-threw: .*Infinite loop/);
  });

  it('a message to another actor', async () => {
    const machine = createMachine({ on: { go: { actions: sendTo('other', tick) } } });
    expect(await answer(machine)).toMatch(/^component-threw/);
  });
});

describe('what is async is told so', () => {
  const plain = leadingTo({ n: 1 });
  const of = (change: object) => ({
    name: 'odd',
    components: { a: { initial: 0, step: (state: unknown) => ({ state }), ...change } },
    properties: [fine],
  });
  const go = () => [{ name: 'go', event: 'go' }];
  const cases: readonly [string, unknown][] = [
    ['a model', Promise.resolve(plain)],
    ['actions', { ...plain, actions: async () => [] }],
    ['actions that are generated', { ...plain, actions: async function* () {} }],
    ['a state', leadingTo(Promise.resolve({ n: 1 }))],
    ['a part of a state', leadingTo({ n: Promise.resolve(1) })],
    ['a property', { ...plain, properties: [always('R', 'r', (async () => true) as never)] }],
    ['a step', of({ moves: go, step: async (state: unknown) => ({ state }) })],
    ['moves', of({ moves: async () => [] })],
  ];
  it.each(cases)('%s', async (_, subject) => {
    expect(await answerOf(subject)).toMatch(
      /^(no-model|bad-result|not-plain-data): .*(a promise|an async generator)/,
    );
  });
});
