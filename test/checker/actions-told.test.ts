import { expect, it } from 'vitest';
import {
  type Component,
  type Composition,
  eventually,
  type Model,
  type Occurred,
  transition,
} from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';

it('actions of one kind, with other events, are asked about each', async () => {
  const eater: Component<string, string> = {
    initial: 'hungry',
    step: () => ({ state: 'fed' }),
    moves: (state) =>
      state === 'fed' ? [] : ['bread', 'soap'].map((event) => ({ name: 'eats', event })),
  };
  const claim = (_: unknown, { event }: Occurred) => event !== 'soap';
  const meal: Composition = {
    name: 'meal',
    components: { eater: eater as Component<unknown, unknown> },
    properties: [transition('T-1', 'soap is not eaten', ['eater'], claim)],
  };
  expect((await checkModel(meal)).kind).toBe('safety');
});

it('of two actions that lead to the same state, the one that is wrong is shown', async () => {
  const right = transition('T-2', 'nobody jumps', ['n'], (_, { name }) => name !== 'jump');
  const model: Model<{ n: number }> = {
    name: 'steps',
    initial: [{ n: 0 }],
    actions: ({ n }) => (n < 3 ? [['walk', { n: n + 1 }] as const, jump(n)] : []),
    properties: [right],
  };
  const jump = (n: number) => [n === 2 ? 'jump' : 'run', { n: n + 1 }] as const;
  const { counterexample } = await checkModel(model as Model<unknown>);
  expect(counterexample!.steps.map(({ action }) => action)).toEqual([
    'start',
    'walk',
    'walk',
    'jump',
  ]);
});

it('a loop is shown with actions that are fair, not with a fault that does the same', async () => {
  const names = ['breaks', 'goes on'];
  const model: Model<{ n: number }> = {
    name: 'round',
    initial: [{ n: 0 }],
    actions: ({ n }) =>
      names.map((name) => ({ name, next: { n: (n + 1) % 3 }, fault: name === 'breaks' })),
    properties: [eventually('L-1', 'it is three', ['n'], (n: number) => n === 3)],
  };
  const goal: Model<{ n: number }> = {
    ...model,
    actions: (state) => [
      ...model.actions(state),
      ...(state.n === 2 ? [{ name: 'leaves', next: { n: 3 } }] : []),
    ],
  };
  const { counterexample } = await checkModel(goal as Model<unknown>);
  expect(counterexample!.loopFrom).toBe(0);
  expect(counterexample!.steps.slice(1).map(({ action }) => action)).toEqual(
    Array(3).fill('goes on'),
  );
});
