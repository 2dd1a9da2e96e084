import { beforeAll, expect, test } from 'vitest';
import { follow, type Runs, randomRuns } from './as-built.ts';
import type { Moment } from './itf.ts';

/** Link (a): machines follow random runs of the Quint text as built. More of them: `npm run spec:drive`. */

const TIMEOUT = { timeout: 600_000 };

const samples: readonly Runs[] = [
  { init: 'initAsBuilt', runs: 24, stepsMax: 26, seed: 7 },
  { init: 'initBusyAsBuilt', runs: 8, stepsMax: 20, seed: 11 },
  { init: 'initAloneBusyAsBuilt', runs: 8, stepsMax: 20, seed: 12 },
];

const made = new Map<Runs, ReadonlyMap<string, readonly Moment[]>>();

beforeAll(async () => {
  for (const asked of samples) made.set(asked, await randomRuns(asked));
}, TIMEOUT.timeout);

test.each(samples)('machines follow random runs from $init', TIMEOUT, (asked) => {
  const runs = made.get(asked)!;
  expect(runs.size).toBe(asked.runs);
  const { all, ended, steps, whole } = follow(runs);
  console.log(`${steps} of ${all} steps driven, ${whole} runs whole`, ...ended);
  expect(ended).toEqual([]);
  expect(steps).toBe(all);
});

// Right machines follow all of these, as above.
test.each(['number-used-twice', 'initiator-becomes-primary'])(
  'machines that are broken (%s) come less far',
  TIMEOUT,
  (weakness) => {
    const runs = new Map([...made.get(samples[0]!)!].slice(0, 3));
    const { all, steps, whole } = follow(runs, weakness);
    expect(whole).toBeLessThan(runs.size);
    expect(steps).toBeLessThan(all);
  },
);
