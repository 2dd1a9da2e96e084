import { expect, it } from 'vitest';
import type { SiteId } from '../../models/words.ts';
import type { Fault } from '../../src/simulator/fault.ts';
import { run } from '../../src/simulator/run.ts';
import { type Scenario, scenarioOf } from '../../src/simulator/scenario.ts';

/** Each of these seeds with disks that hang besides: one for a moment, one until it is given up, one for long. */
function withHangs(seed: number): Scenario {
  const scenario = scenarioOf({ seed });
  const site = (seed % 3) as SiteId;
  const other = ((seed + 1) % 3) as SiteId;
  const third = scenario.length / 3;
  const hangs: Fault[] = [
    { kind: 'hangDisk', at: 30 + (seed % 40), lasts: 20, site },
    { kind: 'hangDisk', at: third, lasts: 60, site: other },
    { kind: 'hangDisk', at: 2 * third, lasts: 300, site },
  ];
  return { ...scenario, storage: 'file', faults: [...scenario.faults, ...hangs] };
}

it('whatever disks hang besides, for however long: every promise is kept, and all come to rest', async () => {
  const counts = { 'fault hangDisk': 0, 'report stoppedItself': 0, 'start no-answer': 0 };
  for (let seed = 1; seed <= 8; seed++) {
    const report = await run(withHangs(seed));
    expect(report.violations, `seed ${seed}`).toEqual([]);
    expect(report.restAfter, `seed ${seed}`).not.toBe(null);
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) {
      counts[name] += report.coverage.counts.get(name) ?? 0;
    }
  }
  expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(0);
});
