import { describe, expect, it } from 'vitest';
import {
  always,
  type Channel,
  type Component,
  type Composition,
  type JointMove,
  type Property,
  refused,
} from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';

/** More of everything than an integer has bits: what is noted in bits is noted of the first ones only, or shared. */
const COUNT = 34;
const places = Array.from({ length: COUNT }, (_, at) => at);
/** Two of all can be switched on: none, one, or a pair. */
const states = 1 + COUNT + (COUNT * (COUNT - 1)) / 2;

type Switched = 'off' | 'on';

/** Beside each lamp lies a letter that nobody reads once it burns. Lamps are switched on one at a time, by themselves or by rules. */
function lamps(by: 'moves' | 'rules', properties: readonly Property[]): Composition {
  const lamp: Component<Switched, string> = {
    initial: 'off',
    step: (state, event) => (state === 'off' && event === 'switch' ? { state: 'on' } : refused),
    ...(by === 'rules' ? {} : { moves: () => [{ name: 'on', event: 'switch', budget: 'left' }] }),
  };
  const letter = (at: number): Channel<string, Switched> => ({
    order: 'fifo',
    to: `lamp${at}`,
    initial: ['letter'],
    silent: (_, state) => state === 'on',
  });
  const rule = (at: number): JointMove<readonly [Switched]> => ({
    name: `switch ${at}`,
    reads: [`lamp${at}`],
    generate: (state) => {
      const deliver = [[`lamp${at}`, 'switch']] as const;
      return state === 'on' ? [] : [{ name: `switch ${at}`, deliver, budget: 'left' }];
    },
  });
  return {
    name: 'lamps',
    components: Object.fromEntries(places.map((at) => [`lamp${at}`, lamp])),
    channels: Object.fromEntries(places.map((at) => [`letter${at}`, letter(at)])),
    joint: by === 'rules' ? places.map(rule) : [],
    budgets: { left: 2 },
    properties,
  } as unknown as Composition;
}

const unread = always(
  'W-1',
  'a letter beside a lamp that burns is gone',
  places.flatMap((at) => [`lamp${at}`, `letter${at}`]),
  (...values: unknown[]) =>
    places.every((at) => values[at * 2] === 'off' || (values[at * 2 + 1] as []).length === 0),
);
const dark = (at: number) =>
  always(`W-2 ${at}`, 'it does not burn', [`lamp${at}`], (state: string) => state === 'off');
const notBoth = (one: number, other: number) =>
  always(
    'W-3',
    'they do not both burn',
    [`lamp${one}`, `lamp${other}`],
    (first: string, second: string) => first === 'off' || second === 'off',
  );

describe.each(['moves', 'rules'] as const)('lamps switched by %s', (by) => {
  it('all that there are', async () => {
    expect(await checkModel(lamps(by, [unread]))).toMatchObject({ kind: 'exhausted', states });
  });

  it.each([0, 1, 30, 31, 32, 33])('lamp %i alone', async (at) => {
    const verdict = await checkModel(lamps(by, [unread, dark(at)]));
    expect(verdict).toMatchObject({ kind: 'safety', counterexample: { rule: `W-2 ${at}` } });
    expect(verdict.counterexample!.steps).toHaveLength(2);
  });

  it.each([
    [0, 32],
    [1, 33],
    [31, 32],
  ])('lamps %i and %i, whose bits are the same or near', async (one, other) => {
    const verdict = await checkModel(lamps(by, [unread, notBoth(one, other)]));
    expect(verdict).toMatchObject({ kind: 'safety', counterexample: { rule: 'W-3' } });
    expect(verdict.counterexample!.steps).toHaveLength(3);
  });
});

/** Flipped together, or only the first. */
function switches(count: number, property: Property): Composition {
  const names = Array.from({ length: count }, (_, at) => `switch${at}`);
  const rule = (name: string, flipped: readonly string[]): JointMove<readonly unknown[]> => ({
    name,
    reads: [],
    generate: () => [{ name, deliver: flipped.map((one) => [one, 'flip'] as const) }],
  });
  const flip = { initial: 0, step: (state: unknown) => ({ state: 1 - (state as number) }) };
  return {
    name: 'switches',
    components: Object.fromEntries(names.map((name) => [name, flip])),
    joint: [rule('all', names), rule('the first', names.slice(0, 1))],
    properties: [property],
  };
}

describe('an action that changes more than 256 parts', () => {
  const last = 'switch299';
  it('changes each of them', async () => {
    const off = always('W-4', 'the last is off', [last], (state: number) => state === 0);
    const { counterexample, kind } = await checkModel(switches(300, off));
    expect([kind, counterexample!.steps.length]).toEqual(['safety', 2]);
  });

  it('and nothing of it is left in what the next begins with', async () => {
    const alike = (one: number, other: number) => one === other;
    const property = always('W-5', 'all but the first are alike', ['switch1', last], alike);
    expect(await checkModel(switches(300, property))).toMatchObject({
      kind: 'exhausted',
      states: 4,
    });
  });
});
