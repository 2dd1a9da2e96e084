import { expect, test } from 'vitest';
import { go, setupOf, statesOf, times, waitsIn } from './attack/played.ts';
import { World } from './attack/world.ts';

/** What a reader of notes, votes and replaced sites found; each play was seen red without its mend. */

const fixed = (capacity: number) =>
  ({ mode: 'fixed', capacity, limit: capacity, basis: 'newest', headroom: 1 }) as const;

/**
 * A holds 2 and 3, S has not stored them yet, and P told S of A. A is lost; an empty one takes its place, is filled up to 1, and P
 * admits it with the promise of S alone, by a record that follows 3. That record reaches the new A only, which loses its power before
 * it has 2 and 3; P is lost. S holds all there is, is a member of the newest epoch, and talks with A: but what it had noted of the
 * one before took its vote from the new A, and status advised a force.
 */
test('L2, EPOCH-100: what was noted of the site before says nothing of the one that took its place', () => {
  const world = new World(setupOf({ slow: [1, 2], config: { sidefile: fixed(8) } }));
  const noted = () => world.nodes[1].disk.header.peers[2].noted.contiguous;
  go(world, 'write P 1, settle, write P 2, deliver PS, deliver PA, disk A ring, deliver AP');
  go(world, 'deliver PS, crash A kept, replace A, start A, heal PA');
  go(world, times('deliver PA, deliver AP, disk A rest', 20));
  go(world, 'timeout P patience, deliver PS, disk S ring, disk S rest, disk S rest');
  expect(noted()).toBe(3);
  go(
    world,
    `${times('deliver SP', 3)}, timeout P election, deliver PA, deliver PA, ${times('disk A rest', 2)}`,
  );
  go(world, 'crash P kept, crash A lost, start A, heal SA, settle');
  const [, S, A] = world.nodes.map(({ disk }) => disk.header.history.at(-1)!);
  expect([S!.epoch, A!.epoch, A!.syncSet, A!.incarnations]).toEqual([3, 6, [1], [1, 1, 2]]);
  go(world, times('timeout S election, settle, timeout A election, settle', 3));
  expect(waitsIn(world)).toEqual([]);
  expect(world.nodes[1].site!.role).toBe('primary');
  go(world, 'write S 1, settle');
  expect(statesOf(world).at(-1)).toBe('acknowledged');
});
