import { afterEach, describe, expect, it } from 'vitest';
import { mirrorChart } from '../../models/mirror.ts';
import { primaryChart } from '../../models/primary.ts';
import { defaultSet } from '../../models/sets.ts';
import { checkModel } from '../../src/checker/api.ts';
import { worldNamed } from '../../src/cli/protocol-worlds.ts';

/** What a world of the default set says when one guard of a chart answers the same whatever it is asked. */
const wrong = [
  { chart: mirrorChart, guard: 'isDurable', says: true, world: 'disks', kind: 'coverage' },
  { chart: mirrorChart, guard: 'saysYes', says: true, world: 'flap', kind: 'safety' },
  { chart: mirrorChart, guard: 'isCurrent', says: false, world: 'takeover', kind: 'coverage' },
  { chart: primaryChart, guard: 'mayServe', says: false, world: 'takeover', kind: 'coverage' },
] as const;

type Guards = Record<string, (asked: unknown, params: unknown) => boolean>;

let mend = () => {};
afterEach(() => mend());

describe('a wrong guard in a chart makes the default set red', () => {
  for (const { chart, guard, kind, says, world } of wrong) {
    it(`${chart.id}: ${guard} always says ${says ? 'yes' : 'no'}; ${world} shows it`, async () => {
      expect(defaultSet).toContain(world);
      const guards = chart.implementations.guards as unknown as Guards;
      const right = guards[guard]!;
      expect(typeof right).toBe('function');
      mend = () => {
        guards[guard] = right;
      };
      guards[guard] = () => says;
      const verdict = await checkModel(worldNamed(world));
      expect([verdict.kind, verdict.exhaustive]).toEqual([kind, kind === 'coverage']);
    });
  }
});
