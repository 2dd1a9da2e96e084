import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backends } from '../scenarios/scenario.ts';
import '../scenarios/matchers.ts';
import { played, schedule } from './schedule.ts';

describe('convergence', () => {
  for (const backend of backends) {
    it(`L1 EPOCH-80 RESYNC-20: after any failures the async mirror holds what the sync mirror holds (${backend})`, async () => {
      await fc.assert(
        fc.asyncProperty(schedule, async (happenings) => {
          const stage = await played(happenings, backend);
          expect(stage.broken).toEqual([]);
          const [, sync, async] = stage.sites;
          expect(stage.isCalm(), stage.describe()).toBe(true);
          await expect(async).toHoldTheWriteSetOf(sync);
        }),
        { seed: 7, numRuns: backend === 'memory' ? 300 : 40 },
      );
    });
  }
});
