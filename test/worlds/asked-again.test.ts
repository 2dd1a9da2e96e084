import { expect, test } from 'vitest';
import type { Bounds } from '../../models/bounds.ts';
import type { HostState } from '../../models/host.ts';
import { base, block } from '../../models/instances/base.ts';
import { eventually } from '../../models/model.ts';
import type { Node } from '../../models/node.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/**
 * The primary goes on with the async mirror alone, and the session ends in which it asks for evidence. In the next one the mirror
 * needs an update, for a block that cannot be read here until a host writes it; and what hosts write waits for the evidence.
 */
const askedInVain: Bounds = {
  ...base,
  blocks: 1,
  writes: [block(0), block(0), block(0)],
  capacity: 1,
  outstanding: 1,
  config: { frameBlocks: 1 },
  opening: [
    { type: 'breaks', between: [0, 1] },
    { type: 'breaks', between: [1, 2] },
    { type: 'waits', site: 0 },
    { type: 'says', site: 0, command: { name: 'suspend', peer: 2 } },
    { type: 'writes' },
    { type: 'writes' },
    { type: 'rots', site: 0, block: 0 },
  ],
  away: [1],
  cuts: 1,
  mayCut: [[0, 2]],
  commands: [{ at: 0, command: { name: 'resume', peer: 2 } }],
  commandsMax: 1,
  timeouts: 0,
};

/** The same, but it plans otherwise: its leg does not begin at all, and it has its vote all the same. */
const askedOfAnOther: Bounds = {
  ...askedInVain,
  opening: askedInVain.opening.filter(({ type }) => type !== 'rots'),
  odd: { site: 2, weakness: 'delta-of-retired' },
};

const isAnswered = eventually(
  'L3',
  'what a host asked is answered, once the leg is resumed',
  ['host', 'P'],
  ({ writes }: HostState, { site }: Node) =>
    site === null ||
    site.context.halted.length > 0 ||
    writes.every(({ state }) => state !== 'issued'),
);

test.each([
  ['given blocks', askedInVain, 132],
  ['suspended', askedOfAnOther, 46],
] as const)(
  'L3 PRIMARY-30: what was asked in a session that ended is asked again of a mirror that is %s',
  async (_, bounds, count) => {
    const { kind, sentence, states } = await checkModel(
      worldOf(bounds, [...propertiesOf(bounds), isAnswered]),
    );
    expect({ kind, states }, sentence).toEqual({ kind: 'exhausted', states: count });
  },
);
