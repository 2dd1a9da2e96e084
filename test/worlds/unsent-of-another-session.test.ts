import { expect, test } from 'vitest';
import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import { eventually } from '../../models/model.ts';
import type { Node } from '../../models/node.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/**
 * The primary cannot read a block that it is to tell the checksum of, and its disk says so when the session has ended, the block
 * was written again, and the next comparison waits for its answer.
 */
const heardTooLate: Bounds = {
  ...base,
  blocks: 1,
  writes: [block(0), block(0)],
  outstanding: 1,
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
  cuts: 1,
  mayCut: [[0, 2]],
  timeouts: 0,
  commands: [{ at: 0, command: { name: 'verify', peer: 2 } }],
  commandsMax: 1,
};

const comparisonsEnd = eventually(
  'L3',
  'once faults stop, no comparison lasts for ever',
  ['P'],
  ({ site }: Node) => site?.context.peers[2].check == null,
);

/** The same, but it is the epoch that has ended: the sync mirror is lost, and the session goes on. */
const epochTooLate: Bounds = {
  ...heardTooLate,
  opening: [{ type: 'writes' }, { type: 'rots', site: 0, block: 0 }],
  crashes: 1,
  mayCrash: [1],
  timeouts: 1,
  cuts: 0,
};

test.each([
  ['session', heardTooLate, 12_431],
  ['epoch', epochTooLate, 33_277],
] as const)(
  'RECOVERY-60: what could not be told in a %s that ended disturbs no later comparison',
  async (_, bounds, count) => {
    const { kind, sentence, states } = await checkModel(
      worldOf(bounds, [...propertiesOf(bounds), comparisonsEnd]),
    );
    expect({ kind, states }, sentence).toEqual({ kind: 'exhausted', states: count });
  },
);
