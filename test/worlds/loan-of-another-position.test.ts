import { expect, test } from 'vitest';
import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/**
 * The mirror cannot read one of two blocks that it is asked for, and its disk says so when the session has ended, and another
 * comparison is to begin: it lent the other one as it was before the last write, and the primary took that for the present content.
 */
const lentTooLate: Bounds = {
  ...base,
  writes: [block(0), block(1), block(0)],
  outstanding: 1,
  config: { frameBlocks: 2 },
  opening: [
    { type: 'writes' },
    { type: 'writes' },
    { type: 'breaks', between: [0, 1] },
    { type: 'breaks', between: [1, 2] },
    { type: 'waits', site: 0 },
    { type: 'rots', site: 0, block: 0 },
    { type: 'rots', site: 0, block: 1 },
    { type: 'rots', site: 2, block: 1 },
  ],
  away: [1],
  slow: [2],
  unordered: ['AP'],
  cuts: 1,
  mayCut: [[0, 2]],
  timeouts: 0,
  commands: [{ at: 0, command: { name: 'verify', peer: 2 } }],
  commandsMax: 1,
};

test('RECOVERY-60: what a mirror lends is what it has at the position it was asked for', async () => {
  const { kind, sentence, states } = await checkModel(
    worldOf(lentTooLate, propertiesOf(lentTooLate)),
  );
  expect({ kind, states }, sentence).toEqual({ kind: 'exhausted', states: 18_503 });
});
