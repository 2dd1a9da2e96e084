import { describe, expect, it } from 'vitest';
import { type Hand, run } from '../../src/simulator/run.ts';
import { scenarioOf } from '../../src/simulator/scenario.ts';
import { forgetsStores, readsTurnedBits, stagesOldBlocks } from './hands.ts';

/** Asked by a checker of its own, though others ask the same statement: by what it says. */
const saidOf: readonly [told: RegExp, subject: Hand, seeds: readonly number[]][] = [
  [/^site \d has forgotten \d+ after a restart$/, forgetsStores, [1, 2, 3]],
];

/** For each statement a rule broken on purpose, or a hand that is, and the seeds that show it. */
const broken: readonly [rule: string, subject: string | Hand, seeds: readonly number[]][] = [
  ['S1', 'commit-before-own-flush', [1, 2, 3]],
  ['S1', 'commit-by-maximum', [3, 4, 6]],
  ['S2', 'keep-only-what-the-primary-has', [8, 23]],
  ['S3', 'apply-beyond-commit', [1, 2, 3]],
  ['S4', 'acknowledge-before-flush', [1, 2, 3]],
  ['S5', 'retire-without-bits', [1, 2, 3]],
  ['S6', 'update-without-bits', [1, 2, 3]],
  ['S7', stagesOldBlocks, [10, 11, 13]],
  ['S8', 'answer-when-stored', [13]],
  ['S9', readsTurnedBits, [1, 2]],
  ['L1', 'compare-by-notes', [39, 53]],
  ['L2', 'never-initiate', [1, 2, 3]],
  ['L3', 'compare-by-notes', [2, 5, 13]],
  ['L4', 'keep-every-write', [2, 3, 4, 7]],
];

describe('a broken subject for each statement', () => {
  it.each(broken.map(([rule, subject, seeds]) => ({ rule, subject, seeds })))(
    '$rule: $subject',
    async ({ rule, subject, seeds }) => {
      const seen = new Set<string>();
      for (const seed of seeds) {
        const weakness = typeof subject === 'string' ? subject : null;
        const scenario = scenarioOf({ seed, media: 'sound', weakness });
        const hand = typeof subject === 'string' ? null : subject;
        const { violations } = await run(scenario, false, null, hand);
        for (const violation of violations) seen.add(violation.rule);
        if (seen.has(rule)) break;
      }
      expect([...seen]).toContain(rule);
    },
  );
});

it.each(saidOf)('%s', async (told, hand, seeds) => {
  const seen: string[] = [];
  for (const seed of seeds) {
    const { violations } = await run(scenarioOf({ seed, media: 'sound' }), false, null, hand);
    seen.push(...violations.map(({ sentence }) => sentence));
  }
  expect(seen).toContainEqual(expect.stringMatching(told));
});
