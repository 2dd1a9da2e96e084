import { expect, it } from 'vitest';
import { always, type Component, type Composition } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import { renderCoverage } from '../../src/checker/render/coverage.ts';
import { renderReport } from '../../src/checker/render/report.ts';

const counting: Component<unknown, unknown> = {
  initial: 0,
  step: (state, event) =>
    event === 'never' || (state as number) >= 3
      ? { refused: true }
      : { state: (state as number) + 1 },
  moves: () => [
    { name: 'up', event: 'up' },
    { name: 'up', event: 'up', fault: true },
    { name: 'never', event: 'never' },
  ],
};

const rule = (name: string, actions: readonly string[]) => ({
  name,
  reads: ['left', 'right'],
  generate: (left: unknown, right: unknown) =>
    left === right
      ? actions.map((action) => ({ name: action, deliver: [['left', 'on']] as const }))
      : [],
});

/** Much is called the same here. */
const counters: Composition = {
  name: 'counters',
  components: { left: counting, right: counting },
  joint: [rule('first', ['left: up', 'go']), rule('second', ['go', 'go'])],
  properties: [always('C-1', 'all is well', () => true)],
};

it('actions that are called the same are counted for each who offers them', async () => {
  const verdict = await checkModel(counters);
  const moves = verdict.coverage.moves.map(({ by, fault, made, name }) => [by, name, fault, made]);
  // Of 16 worlds there are 12 where one of them can still count, and 3 where both are alike and can.
  expect(moves).toEqual([
    ['joint move first', 'left: up', false, 3],
    ['joint move first', 'go', false, 3],
    ['joint move second', 'go', false, 6],
    ['component left', 'left: up', false, 12],
    ['component left', 'left: up', true, 12],
    ['component left', 'left: never', false, 0],
    ['component right', 'right: up', false, 12],
    ['component right', 'right: up', true, 12],
    ['component right', 'right: never', false, 0],
  ]);
  expect(JSON.parse(renderReport(verdict)).coverage.moves).toEqual(verdict.coverage.moves);
  const text = renderCoverage(verdict.coverage);
  expect(text).toContain('made 3, found 0: go (joint move first)');
  expect(text).toContain('made 6, found 0: go (joint move second)');
  expect(text).toContain('made 0, found 0: left: never (component left)');
  expect(text).toMatch(/made 12, found \d+: left: up \(component left, fault\)/);
});
