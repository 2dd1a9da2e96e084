import { expect, test } from 'vitest';
import type { Bounds } from '../../models/bounds.ts';
import { rottenContent } from '../../models/disk.ts';
import { base, block } from '../../models/instances/base.ts';
import { eventually } from '../../models/model.ts';
import type { Node } from '../../models/node.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/** A mirror lends its primary a block, which is written there when a new epoch begins; then the mirror is lost. */
const mendedBetween: Bounds = {
  ...base,
  blocks: 1,
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
  commands: [{ at: 0, command: { name: 'force' } }],
  commandsMax: 1,
  timeouts: 0,
};

const isFilled = eventually(
  'L1',
  'an empty site is filled with all that the primary can read',
  ['P', 'A'],
  (primary: Node, mirror: Node) =>
    primary.disk.cached[0] === rottenContent || mirror.disk.cached[0] === primary.disk.cached[0],
);

test('L1 RECOVERY-60: a block that was lent before an epoch and written in it can be read', async () => {
  const { kind, sentence, states } = await checkModel(
    worldOf(mendedBetween, [...propertiesOf(mendedBetween), isFilled]),
  );
  expect({ kind, states }, sentence).toEqual({ kind: 'exhausted', states: 1_050 });
});
