import { expect, test } from 'vitest';
import { instances } from '../../models/instances.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/**
 * Small worlds that are exhausted at each run of the tests; a changed rule shows as a changed number. Those of the
 * default set are visited by CI (`sidefile check`), the deep ones by `npm run check:deep`: docs/checked.md.
 */
const pinned: Readonly<Record<string, number>> = {
  takeover: 46_260,
  ring: 55_608,
  replaced: 73_988,
  'old-frames': 5424,
  adaptive: 433,
  folded: 2240,
  'rest-update': 2747,
  verified: 10_845,
  rotten: 51_196,
  'in-place': 10_257,
  interrupted: 13_169,
  refilled: 1346,
  'unflushed-stage': 312,
  'cut-again': 11_473,
  'keeps-from-blank': 26_872,
  'ahead-by-bits': 1591,
  'rotten-commit': 9097,
  'rotten-tail': 14_085,
  'slow-window': 501,
  suspended: 31_084,
  halted: 698,
};

for (const [name, states] of Object.entries(pinned)) {
  test(`${name}: every property holds in all of ${states} worlds`, async () => {
    const bounds = instances.find((instance) => instance.name === name)!;
    const verdict = await checkModel(worldOf(bounds, propertiesOf(bounds)));
    expect(verdict.sentence).toContain('every property holds');
    expect(verdict.states).toBe(states);
  });
}
