import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { always, type Component, type Composition, type Model } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import { machineComponent } from '../../src/checker/machine-component.ts';

/** What a program without types may misspell: passed over, it would be another world that is checked. */

const fine = always('R', 'all is well', () => true);
const still: Component<number, unknown> = { initial: 0, step: (state) => ({ state }) };
const plain: Model<number> = {
  name: 'plain',
  initial: [0],
  actions: () => [{ name: 'stay', next: 0 }],
  properties: [fine],
};
const composed: Composition = {
  name: 'composed',
  components: { a: still as Component<unknown, unknown> },
  properties: [fine],
};

const channelled = (more: object) => ({
  ...composed,
  channels: { c: { order: 'fifo', to: 'a', ...more } },
});
const moving = (more: object) => ({
  ...composed,
  components: { a: { ...still, moves: () => [{ name: 'go', event: 1, ...more }] } },
});
const stepping = (more: object) => ({
  ...composed,
  components: {
    a: { initial: 0, step: () => ({ state: 0, ...more }), moves: () => [{ name: 'go', event: 1 }] },
  },
});
const jointly = (rule: object, action: object) => ({
  ...composed,
  joint: [{ name: 'both', reads: [], generate: () => [{ name: 'j', ...action }], ...rule }],
});

const bounded = { module: './test/checker/models/chameneos.ts', export: 'chameneos' };

async function refusal(subject: unknown): Promise<string> {
  return checkModel(subject as Model<unknown>).then(
    ({ kind }) => kind,
    ({ code, message }) => `${code}: ${message}`,
  );
}

describe('a key that is nearly one of ours is refused, by both names', () => {
  it.each([
    ['no-model', 'image', 'images', { ...plain, image: () => [] }],
    ['no-model', 'symetry', 'symmetry', { ...composed, symetry: [] }],
    ['no-model', 'mustreach', 'mustReach', { ...composed, mustreach: ['x'] }],
    ['no-model', 'budget', 'budgets', { ...composed, budget: {} }],
    ['no-model', 'part', 'parts', { ...composed, properties: [{ ...fine, part: {} }] }],
    ['no-model', 'move', 'moves', { ...composed, components: { a: { ...still, move: () => [] } } }],
    ['no-model', 'capcity', 'capacity', channelled({ capcity: 1 })],
    ['no-model', 'lossly', 'lossy', channelled({ lossly: true })],
    ['no-model', 'whenfull', 'whenFull', channelled({ whenfull: 'drop' })],
    ['no-model', 'unles', 'unless', jointly({ unles: {} }, {})],
    ['no-model', 'vlaue', 'value', { ...composed, symmetry: [{ names: {}, vlaue: () => 0 }] }],
    ['bad-result', 'output', 'outputs', stepping({ output: [] })],
    ['bad-result', 'falut', 'fault', moving({ falut: true })],
    ['bad-result', 'budgte', 'budget', moving({ budgte: 'x' })],
    ['bad-result', 'sned', 'send', jointly({}, { sned: [] })],
    ['bad-result', 'falt', 'fault', { ...plain, actions: () => [{ name: 'g', next: 0, falt: 1 }] }],
    ['cannot-load-model', 'argument', 'arguments', { ...bounded, argument: [2, 2] }],
  ])('%s: %s instead of %s', async (code, written, meant, subject) => {
    const told = await refusal(subject);
    expect(told).toContain(`${code}: `);
    expect(told).toContain(`has "${written}"; did you mean ${meant}?`);
  });

  it('in what is said of a machine', () => {
    const machine = createMachine({ id: 'm' });
    const ask = () => machineComponent(machine, { move: () => [] } as object);
    expect(ask).toThrow('what is said of machine m has "move"; did you mean moves?');
  });
});

describe('what is none of ours may be there', () => {
  it.each([
    ['in a model', { ...plain, source: 'a paper', expected: 1 }],
    ['in a composition', { ...composed, source: 'a paper', helper: () => 0 }],
    ['in a channel', channelled({ purpose: 'none', capacity: 1, capcity: 1 })],
    ['in a model, as a source has it', { ...plain, module: 'of a paper', export: 'x' }],
    ['in a step', stepping({ note: 'nothing', outputs: [] })],
  ])('%s', async (_, subject) => {
    expect(await refusal(subject)).toBe('exhausted');
  });
});
