import { expect, test } from 'vitest';
import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import { eventually } from '../../models/model.ts';
import type { Node } from '../../models/node.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/**
 * The mirror is asked for a block that it cannot read either, and its disk says so when the session has ended, and it is
 * asked for another one, which it has.
 */
const heardTooLate: Bounds = {
  ...base,
  writes: [block(0), block(1)],
  reads: [block(1)],
  config: { frameBlocks: 1 },
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
  cuts: 1,
  mayCut: [[0, 2]],
  timeouts: 0,
  commands: [{ at: 0, command: { name: 'verify', peer: 2 } }],
  commandsMax: 1,
};

/** The same, but it is the epoch that has ended: the sync mirror, which has not got that block either, is lost, and the session goes on. */
const epochTooLate: Bounds = {
  ...heardTooLate,
  opening: [
    { type: 'writes' },
    { type: 'writes' },
    { type: 'rots', site: 0, block: 0 },
    { type: 'rots', site: 0, block: 1 },
    { type: 'rots', site: 1, block: 1 },
    { type: 'rots', site: 2, block: 1 },
  ],
  cuts: 0,
  crashes: 1,
  mayCrash: [1],
  timeouts: 1,
};

const isMended = eventually(
  'L1',
  'a block that is known to have rotted is mended where a mirror has it',
  ['P'],
  ({ site }: Node) => site !== null && !site.context.rotten.includes(0),
);

test.each([
  ['a session', heardTooLate, 527],
  ['an epoch', epochTooLate, 1_474],
] as const)(
  'RECOVERY-60: what could not be told in %s that ended is no answer in the next',
  async (_, bounds, count) => {
    const { kind, sentence, states } = await checkModel(
      worldOf(bounds, [...propertiesOf(bounds), isMended]),
    );
    expect({ kind, states }, sentence).toEqual({ kind: 'exhausted', states: count });
  },
);
