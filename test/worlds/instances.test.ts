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
  takeover: 62_573,
  ring: 59_956,
  replaced: 80_119,
  'old-frames': 5520,
  adaptive: 453,
  folded: 8111,
  versions: 232,
  'rest-update': 2747,
  verified: 10_845,
  'verified-again': 14_766,
  resumed: 248,
  rotten: 51_196,
  'in-place': 12_271,
  interrupted: 13_545,
  refilled: 1362,
  'unflushed-stage': 312,
  'cut-again': 11_345,
  'keeps-from-blank': 28_061,
  'ahead-by-bits': 1583,
  'rotten-commit': 7194,
  'rotten-tail': 14_382,
  'slow-window': 501,
  suspended: 37_661,
  halted: 870,
  anybody: 1656,
  failing: 8011,
  'failing-update': 106,
  'both-rotten': 3043,
  'left-behind': 10_556,
  'record-upon-record': 1202,
  'halted-update': 3648,
  'filled-at-once': 3328,
  retired: 8480,
  'told-while-blank': 263,
};

for (const [name, states] of Object.entries(pinned)) {
  test(`${name}: every property holds in all of ${states} worlds`, async () => {
    const bounds = instances.find((instance) => instance.name === name)!;
    const verdict = await checkModel(worldOf(bounds, propertiesOf(bounds)));
    expect(verdict.sentence).toContain('every property holds');
    expect(verdict.states).toBe(states);
  });
}
