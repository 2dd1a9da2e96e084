import { expect, test } from 'vitest';
import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/** A read finds a block unreadable that a host then writes again, and an empty site is to be filled, by the primary alone. */
const foundBefore: Bounds = {
  ...base,
  blocks: 1,
  writes: [block(0), block(0)],
  reads: [block(0)],
  config: { frameBlocks: 1 },
  opening: [
    { type: 'writes' },
    { type: 'breaks', between: [0, 1] },
    { type: 'breaks', between: [1, 2] },
    { type: 'waits', site: 0 },
    { type: 'rots', site: 0, block: 0 },
  ],
  away: [1],
  slow: [0],
  replacements: 1,
  mayReplace: [2],
  timeouts: 0,
  asks: ['RECOVERY-60'],
};

test('RECOVERY-60: a block that was written again after it was found unreadable is given', async () => {
  const { kind, sentence, states } = await checkModel(
    worldOf(foundBefore, propertiesOf(foundBefore)),
  );
  expect({ kind, states }, sentence).toEqual({ kind: 'exhausted', states: 15_590 });
});
