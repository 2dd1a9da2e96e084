import { expect, test } from 'vitest';
import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import { eventually } from '../../models/model.ts';
import type { Node } from '../../models/node.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/**
 * The async mirror is copying what an update brought when the record of a new primary comes, which has it compared: while it
 * copied, it heard nothing of that.
 */
const comparedTooSoon: Bounds = {
  ...base,
  blocks: 1,
  writes: [block(0), block(0)],
  capacity: 1,
  opening: [
    { type: 'breaks', between: [0, 2] },
    { type: 'writes' },
    { type: 'writes' },
    { type: 'breaks', between: [0, 1] },
  ],
  away: [1],
  slow: [2],
  commands: [
    { at: 1, command: { name: 'force' } },
    { at: 1, command: { name: 'verify', peer: 2 } },
  ],
  commandsMax: 2,
  timeouts: 0,
};

const isHeard = eventually(
  'L3',
  'a mirror that is asked to stand still stands, or is asked no more',
  ['S'],
  ({ site }: Node) => site === null || site.context.peers[2].check?.step !== 'asked',
);

test('L3 RESYNC-70: whoever is asked to stand still is not in the middle of an update', async () => {
  const { kind, sentence, states } = await checkModel(
    worldOf(comparedTooSoon, [...propertiesOf(comparedTooSoon), isHeard]),
  );
  expect({ kind, states }, sentence).toEqual({ kind: 'exhausted', states: 8_482 });
});
