import { expect, test } from 'vitest';
import type { Unexplained } from '../../models/abstract/explain.ts';
import type { Node } from '../../models/node.ts';
import { scenarioOf } from '../../src/simulator/scenario.ts';
import type { TraceLine } from '../../src/trace/format.ts';
import { UnabstractedSteps } from '../../src/trace/unabstracted.ts';
import { refineRun, sentencesOf } from './refine-run.ts';
import { excusable, firstSeed, seedsInTest, toldByRuns } from './refined-runs.ts';

/** Link (b): what the real runtime does is what the abstract protocol allows. `npm run spec:refine` looks at more runs. */

const seeds = Array.from({ length: seedsInTest }, (_, index) => firstSeed + index);

test.each(seeds)(
  'seed %i: each step of the run is a behaviour of the abstract protocol',
  async (seed) => {
    const refined = await refineRun(scenarioOf({ seed }));
    expect(sentencesOf(refined)).toEqual([]);
    const { lines, path } = refined;
    expect(path.steps).toBeGreaterThanOrEqual(lines);
    expect(path.changes).toBeGreaterThan(30);
    for (const what of path.excused.keys()) expect(excusable.has(what)).toBe(true);
  },
);

test.each([1, 2, 3])(
  'on sound media nothing is excused, in memory and on files: seed %i',
  async (seed) => {
    for (const storage of ['memory', 'file'] as const) {
      const refined = await refineRun(scenarioOf({ seed, storage, media: 'sound' }));
      expect(sentencesOf(refined)).toEqual([]);
      expect([...refined.path.excused]).toEqual([]);
    }
  },
);

test('of seed 129 the abstract protocol has no word for one thing', async () => {
  const refined = await refineRun(scenarioOf({ seed: 129 }));
  expect(sentencesOf(refined)).toEqual([]);
  expect([...refined.path.excused.keys()]).toEqual(['branch given up by an operator']);
});

test('of seed 179 each step is explained, also an update that ends behind what its source would redo', async () => {
  const refined = await refineRun(scenarioOf({ seed: 179 }));
  expect(sentencesOf(refined)).toEqual([]);
  expect([...refined.path.excused]).toEqual([]);
});

test('a branch that nobody gave up is not excused', () => {
  const node = { site: { context: { discard: null } } } as unknown as Node;
  const line = { site: 0, number: 1, event: { type: 'persisted' } } as unknown as TraceLine;
  const steps = new UnabstractedSteps();
  steps.pass([node, null, null], line);
  const unexplained = { rules: ['EPOCH-160'] } as unknown as Unexplained;
  expect(steps.nameOf(line, unexplained)).toBe(null);
});

test.each(toldByRuns)(
  '%s: a run of seed %i is none of its behaviours, and told as %s',
  async (weakness, seed, rule) => {
    const { path } = await refineRun(scenarioOf({ seed, media: 'sound', weakness }));
    expect(path.refused?.unexplained.rules).toContain(rule);
  },
);
