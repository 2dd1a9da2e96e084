import { expect, test } from 'vitest';
import { abstractionOf, type View } from '../../models/abstract/abstraction.ts';
import { Hearing } from '../../models/abstract/heard.ts';
import { saidIn } from '../../models/abstract/reading.ts';
import { run } from '../../src/simulator/run.ts';
import { scenarioOf } from '../../src/simulator/scenario.ts';
import { Bridge } from '../../src/trace/bridge.ts';
import { refineRun, sentencesOf, tellRun } from './refine-run.ts';
import { firstSeed, seedsInTest, toldByRuns } from './refined-runs.ts';

/** Link (b): what the real runtime does is what the abstract protocol allows. `npm run spec:refine` looks at more runs. */

const seeds = Array.from({ length: seedsInTest }, (_, index) => firstSeed + index);

test.each(seeds)(
  'seed %i: each step of the run is a behaviour of the abstract protocol',
  async (seed) => {
    const { lines } = await tellRun(seed);
    expect(lines).toEqual([]);
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

// In 129 an operator gives one of two forced branches up; in 179 an update ends while volumes stand behind c.
test.each([129, 179])('nothing is excused in the run of seed %i', async (seed) => {
  const refined = await refineRun(scenarioOf({ seed }));
  expect(sentencesOf(refined)).toEqual([]);
  expect([...refined.path.excused]).toEqual([]);
});

// A primary may leave its epoch while its mirror has not read it: then nothing else says that its c is there.
test('a hold that is on its way says the c it is about', async () => {
  const heard: { at: number; commit: number }[] = [];
  const hearing = new Hearing();
  const bridge = new Bridge((path) => {
    if (path.nodes.includes(null)) return;
    const nodes = [...path.nodes] as unknown as View['nodes'];
    for (const one of path.underway()) {
      const { from, message, session } = one.frame;
      if (message.type !== 'hold') continue;
      if (nodes[one.to].site?.context.peers[from].session !== session) continue;
      const { words } = abstractionOf({ nodes, host: path.host.state, frames: [one] }, hearing);
      heard.push({ at: message.at, commit: saidIn(words, message.epoch).commit });
    }
  });
  await run(scenarioOf({ seed: 193 }), false, bridge);
  expect(bridge.refused).toBeNull();
  expect(heard.length).toBeGreaterThan(10);
  for (const { at, commit } of heard) expect(commit).toBe(at);
});

test.each(toldByRuns)(
  '%s: a run of seed %i is none of its behaviours, and told as %s',
  async (weakness, seed, rule) => {
    const { path } = await refineRun(scenarioOf({ seed, media: 'sound', weakness }));
    expect(path.refused?.unexplained.rules).toContain(rule);
  },
);
