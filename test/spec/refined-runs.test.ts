import { expect, test } from 'vitest';
import type { Unexplained } from '../../models/abstract/explain.ts';
import type { Node } from '../../models/node.ts';
import type { RuleId } from '../../spec/rules.ts';
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

test.each([
  [129, 'branch given up by an operator'],
  [179, 'mark where volumes stand'],
])('of seed %i the abstract protocol has no word for one thing: %s', async (seed, what) => {
  const refined = await refineRun(scenarioOf({ seed }));
  expect(sentencesOf(refined)).toEqual([]);
  expect([...refined.path.excused.keys()]).toEqual([what]);
});

test('a mark that is not where the volumes stand is not excused, nor a branch nobody gave up', () => {
  const node = { site: { context: { applied: 5, discard: null } } } as unknown as Node;
  const marked = (through: number) =>
    ({
      site: 0,
      number: 1,
      event: { type: 'flushed', through: 5 },
      effects: [
        { type: 'send', to: 1, session: 1, message: { type: 'stageCommit', epoch: 3, through } },
      ],
    }) as unknown as TraceLine;
  const steps = new UnabstractedSteps();
  const nameOf = (through: number, rule: RuleId) => {
    steps.pass([node, null, null], marked(through));
    const unexplained = { rules: [rule] } as unknown as Unexplained;
    return steps.nameOf([node, null, null], marked(through), unexplained);
  };
  expect(nameOf(5, 'RESYNC-70')).toBe('mark where volumes stand');
  for (const through of [4, 6]) expect(nameOf(through, 'RESYNC-70')).toBe(null);
  expect(nameOf(5, 'EPOCH-160')).toBe(null);
  expect(nameOf(5, 'PRIMARY-20')).toBe(null);
});

test.each(toldByRuns)(
  '%s: a run of seed %i is none of its behaviours, and told as %s',
  async (weakness, seed, rule) => {
    const { path } = await refineRun(scenarioOf({ seed, media: 'sound', weakness }));
    expect(path.refused?.unexplained.rules).toContain(rule);
  },
);
