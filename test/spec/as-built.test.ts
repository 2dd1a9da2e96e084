import { expect, test } from 'vitest';
import { follow, type Runs, randomRuns } from './as-built.ts';

/** Link (a): machines follow random runs of the Quint text as built. More of them: `npm run spec:drive`. */

const TIMEOUT = { timeout: 600_000 };

const samples: readonly Runs[] = [
  { init: 'initAsBuilt', runs: 24, stepsMax: 26, seed: 7 },
  { init: 'initBusyAsBuilt', runs: 8, stepsMax: 20, seed: 11 },
  { init: 'initAloneBusyAsBuilt', runs: 8, stepsMax: 20, seed: 12 },
];

test.each(samples)('machines follow random runs from $init', TIMEOUT, async (asked) => {
  const runs = await randomRuns(asked);
  expect(runs.size).toBe(asked.runs);
  const { all, ended, steps, whole } = follow(runs);
  console.log(`${steps} of ${all} steps driven, ${whole} runs whole`, ...ended);
  expect(ended).toEqual([]);
  expect(steps).toBe(all);
});

/** Machines of which a rule is broken come less far along the same runs. */
test('broken machines do not follow them', TIMEOUT, async () => {
  const runs = await randomRuns({ ...samples[0]!, runs: 8 });
  const right = follow(runs);
  for (const weakness of ['number-used-twice', 'initiator-becomes-primary']) {
    const { steps, whole } = follow(runs, weakness);
    expect(whole, weakness).toBeLessThan(right.whole);
    expect(steps, weakness).toBeLessThan(right.steps);
  }
});
