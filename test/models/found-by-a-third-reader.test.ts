import { expect, test } from 'vitest';
import { fixed, go, setupOf, statesOf } from './attack/played.ts';
import { World } from './attack/world.ts';

/** What a reader of updates found. */

/**
 * A lacks 2..7, which overwrite each other, and P has them all: it folds them. A has no room for two blocks beside its volumes. It marks
 * itself a mixture and goes in place, though the writes themselves would have kept it a prefix; P and S are lost, and what A had is worth nothing.
 */
test('RESYNC-40, L2: what the sidefile has makes no mixture of a mirror that has no room', () => {
  const config = { sidefile: fixed(8), frameEntries: 1, frameBlocks: 1 };
  const writes = Array.from({ length: 60 }, (_, index) => [index % 2, 1] as const);
  const world = new World(setupOf({ writes, slow: [2], room: 1, config }));
  const kinds = new Set<string>();
  go(world, 'write P 1, settle, cut PA, write P 3, settle, write P 3, settle, heal PA');
  for (let turn = 0; turn < 40; turn++) {
    go(world, 'deliver PA, deliver AP, disk A ring, disk A rest');
    kinds.add(world.nodes[2].disk.header.consistency.kind);
    if (kinds.has('inconsistent')) break;
  }
  go(world, 'crash P kept, crash S kept, settle, force A, settle, write A 1, settle');
  expect([...kinds]).toEqual(['consistent']);
  expect(statesOf(world).at(-1)).toBe('acknowledged');
});
