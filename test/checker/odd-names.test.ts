import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import {
  always,
  type Component,
  type Composition,
  ends,
  eventually,
  type Model,
  type StateProperty,
  takenFrom,
} from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import { machineComponent } from '../../src/checker/machine-component.ts';
import { renderItf } from '../../src/checker/render/itf.ts';
import { renderMermaid } from '../../src/checker/render/mermaid.ts';
import { renderReport } from '../../src/checker/render/report.ts';
import type { Verdict } from '../../src/checker/verdict.ts';
import { exchangeable, named } from './models/named.ts';

const plain = ['left', 'right', 'way', 'budget'] as const;
const odd = ['constructor', '__proto__', 'toString', 'hasOwnProperty'] as const;
const orders = [0, 1, 2, 3].map((by) => plain.map((_, at) => odd[(at + by) % 4]!));
type Four = readonly [string, string, string, string];

/** As it would be said with ordinary names. */
function inPlainWords(verdict: Verdict, names: readonly string[]): unknown {
  const { rate: _, seconds: __, sentence: ___, ...facts } = verdict;
  const words = names.map((name, at) => [JSON.stringify(name).slice(1, -1), plain[at]!] as const);
  const text = words.reduce(
    (said, [name, word]) => said.replaceAll(name, word),
    renderReport(facts as Verdict),
  );
  return JSON.parse(text);
}

describe('names that every object knows are names like any other', () => {
  it.each(orders)('%s, %s, %s and %s', async (...names) => {
    const ordinary = await checkModel(named(...plain));
    const verdict = await checkModel(named(...(names as unknown as Four)));
    expect(ordinary.kind).toBe('safety');
    expect(inPlainWords(verdict, names)).toEqual(inPlainWords(ordinary, plain));
  });

  it.each(orders)('%s, %s, %s and %s, in two threads', async (...names) => {
    const module = './test/checker/models/named.ts';
    const source = { module, export: 'named', arguments: names };
    const told = ({ generated, kind, properties, states }: Verdict) => ({
      generated,
      kind,
      properties,
      states,
    });
    const verdict = await checkModel(source, { workers: 2, aloneUntil: 0 });
    expect(verdict.workers).toBe(2);
    expect(told(verdict)).toEqual(told(await checkModel(named(...plain))));
  });

  it.each(orders)('%s and %s, taken for each other', async (...names) => {
    const whole = await checkModel(exchangeable(...plain));
    const verdict = await checkModel(exchangeable(...(names as unknown as Four)), {
      reduced: true,
    });
    expect(verdict).toMatchObject({ kind: 'exhausted', represents: whole.states });
    expect(verdict.states).toBeLessThan(whole.states);
  });

  it('keys that a state has and another has not', async () => {
    const model: Model<Record<string, number>> = {
      name: 'keys',
      initial: [{ n: 0 }],
      actions: ({ n }) => (n === 0 ? [['on', { n: 1, constructor: 1, toString: 2 } as never]] : []),
      properties: [always('K-1', 'n is none', ['n'], (n: number) => n === 0)],
    };
    const { counterexample } = await checkModel(model as Model<unknown>);
    expect(counterexample!.steps[1]!.changes.map(({ before, path }) => [path, before])).toEqual([
      ['n', 0],
      ['constructor', undefined],
      ['toString', undefined],
    ]);
    const { states, vars } = JSON.parse(renderItf(counterexample!));
    expect(vars).toEqual(['n', 'constructor', 'toString']);
    expect(states.map((state: Record<string, unknown>) => state.toString)).toEqual([
      { '#tup': [] },
      2,
    ]);
  });

  it('what a predicate takes of a value that it reads whole', () => {
    const property = always('T-1', 'it is five', ['toString'], (n: number) => n === 5);
    expect(takenFrom({ ...property, parts: {} } as StateProperty, [5])).toEqual([5]);
  });

  it('an action of a machine that no effect names is not taken for what objects do', async () => {
    const machine = createMachine({ on: { go: { actions: 'toString' } } });
    const m = machineComponent(machine, { moves: () => [{ name: 'go', event: { type: 'go' } }] });
    const subject = {
      name: 'machine',
      components: { m },
      properties: [always('M-1', 'all is well', () => true)],
    } as Composition;
    await expect(checkModel(subject)).rejects.toMatchObject({
      code: 'unknown-action',
      message: expect.stringContaining('performs "toString", which no effect names'),
    });
  });

  it.each(['components', 'channels', 'budgets', 'bounds'])(
    'what is written { __proto__: … } is no name: %s that have one so are refused, not overlooked',
    async (part) => {
      const subject = named(...plain);
      const whole = { left: 1, right: 1, ...subject[part as 'components'] };
      const inheriting = { ...subject, [part]: Object.setPrototypeOf({ ...whole }, { more: 1 }) };
      await expect(checkModel(inheriting)).rejects.toMatchObject({
        code: 'no-model',
        message: expect.stringMatching(`^its ${part} `),
      });
    },
  );
});

/** It ticks between two places for ever, unless somebody puts it out. */
const clock: Component<unknown, unknown> = {
  initial: 'even',
  step: (at, event) => ({ state: event === 'out' ? 'out' : at === 'even' ? 'odd' : 'even' }),
};

/** May put the clock out while it is told to. */
const hand = (move: string, initial: boolean): Component<unknown, unknown> => ({
  initial,
  step: (_, event) =>
    event === 'put' ? { state: false, outputs: [{ to: 'clock', event: 'out' }] } : { state: event },
  moves: (may) => (may ? [{ name: move, event: 'put' }] : []),
});

/** Two hands take turns, so neither may for ever, and neither owes it that the clock goes out. */
function hands(one: string, itsMove: string, other: string, otherMove: string): Composition {
  const turn = (at: unknown): readonly (readonly [string, unknown])[] => [
    ['clock', 'tick'],
    [one, at === 'odd'],
    [other, at === 'even'],
  ];
  return {
    name: 'hands',
    components: { clock, [one]: hand(itsMove, true), [other]: hand(otherMove, false) },
    joint: [
      {
        name: 'turn',
        reads: ['clock'],
        generate: (at: unknown) => (at === 'out' ? [] : [{ name: 'turn', deliver: turn(at) }]),
      },
    ],
    properties: [eventually('H-1', 'it goes out', ['clock'], (at: string) => at === 'out')],
  };
}

describe('what names are made of confuses nobody with another', () => {
  it.each([
    ['left', 'put it out', 'right', 'put it out'],
    ['left', 'b: c', 'left: b', 'c'],
  ])('%s that may "%s", and %s that may "%s", owe each for itself', async (...names) => {
    const verdict = await checkModel(hands(...names));
    expect(verdict).toMatchObject({ kind: 'liveness', counterexample: { rule: 'H-1' } });
  });

  it('an action is no fault because a fault is called nearly the same', async () => {
    const model = (faultFirst: boolean): Model<number> => ({
      name: 'nearly',
      initial: [0],
      actions: (at) => {
        const fault = { name: 'go', next: 1, fault: true };
        const action = { name: '! go', next: 2 };
        if (at === 0) return faultFirst ? [fault, action] : [action, fault];
        return at === 1 ? [action] : [fault];
      },
      properties: [ends('N-1', 'it ends in two', (at: number) => at === 2)],
    });
    for (const faultFirst of [true, false]) {
      const { coverage, kind } = await checkModel(model(faultFirst) as Model<unknown>);
      expect(kind).toBe('exhausted');
      const faults = coverage.moves.map(({ fault, name }) => [name, fault]);
      expect(Object.fromEntries(faults)).toEqual({ go: true, '! go': false });
    }
  });

  it('a diagram has one line of life for each, and no word of its own for any', async () => {
    const names = ['a-b', 'a_b', 'A b', 'end', 'Loop', ''];
    const step = (n: unknown) => ({ state: (n as number) + 1 });
    const deliver = names.map((name) => [name, 'go'] as const);
    const { counterexample } = await checkModel({
      name: 'diagram',
      components: Object.fromEntries(names.map((name) => [name, { initial: 0, step }])),
      joint: [{ name: 'all', reads: [], generate: () => [{ name: 'all', deliver }] }],
      properties: [always('D-1', 'nobody goes', ['end'], (n: number) => n === 0)],
    });
    const lines = renderMermaid(counterexample!).split('\n');
    const ids = lines.flatMap((line) => /^ {2}participant (\S+) as /.exec(line)?.slice(1) ?? []);
    expect(ids).toEqual(['a_b', 'a_b_', 'A_b__', 'end_', 'Loop_', '_']);
    const arrows = ids.map((id) => `  ${id}->>${id}: go`);
    expect(lines.filter((line) => line.includes('->>'))).toEqual(arrows);
  });
});
