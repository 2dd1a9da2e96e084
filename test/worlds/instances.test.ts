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
  takeover: 49_165,
  ring: 58_181,
  replaced: 81_235,
  'old-frames': 4282,
  adaptive: 453,
  folded: 8057,
  versions: 232,
  'rest-update': 1965,
  verified: 10_845,
  'verified-again': 14_766,
  resumed: 175,
  rotten: 55_175,
  'in-place': 11_457,
  interrupted: 10_955,
  refilled: 1350,
  'unflushed-stage': 319,
  'cut-again': 11_345,
  'keeps-from-blank': 27_882,
  'ahead-by-bits': 1520,
  'rotten-commit': 6953,
  'rotten-tail': 13_902,
  'rotten-room': 2010,
  'slow-window': 501,
  suspended: 36_824,
  halted: 870,
  anybody: 1656,
  failing: 7951,
  'failing-update': 97,
  'both-rotten': 3020,
  'left-behind': 9176,
  'record-upon-record': 1202,
  'halted-update': 3147,
  'filled-at-once': 3150,
  'late-in-place': 153,
  retired: 8470,
  'lone-record': 100_111,
  'given-up': 3476,
  'rotten-under-update': 6517,
  'blank-beside': 51_095,
  'forced-hole': 418,
  'forced-consent': 107,
  'ahead-of-its-primary': 35_566,
  'damaged-ahead': 808,
  'forced-unheard': 518,
  'forced-over': 264,
  'told-while-blank': 207,
  'final-summary': 141,
  crossing: 87,
  'older-record': 1947,
  'enters-late': 5528,
  'fills-first': 80,
  'note-of-the-cut': 3495,
  'primary-again': 31_902,
  'set-back-far': 3204,
  agreed: 6819,
  'halted-again': 1154,
  'told-while-pausing': 4531,
  'loose-stores': 212_938,
  'versions-sync': 29,
  'late-write': 98,
  'late-notice': 1679,
  'late-fetch': 2273,
  'late-stage': 3304,
  'late-answer': 136,
  'late-comparison': 1347,
  'late-loan': 858,
  'late-stored': 294,
  'late-sums': 5924,
  'entered-while-compared': 32_613,
  'updated-while-compared': 1833,
  'updated-beside-a-comparison': 3516,
  'discarded-before-forced': 63,
  'retired-near': 8614,
  'admitted-early': 6442,
};

for (const [name, states] of Object.entries(pinned)) {
  test(`${name}: every property holds in all of ${states} worlds`, async () => {
    const bounds = instances.find((instance) => instance.name === name)!;
    const verdict = await checkModel(worldOf(bounds, propertiesOf(bounds)));
    expect(verdict.sentence).toContain('every property holds');
    expect(verdict.states).toBe(states);
  });
}
