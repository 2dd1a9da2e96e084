import { expect, test } from 'vitest';
import { advised, fixed, go, setupOf, statesOf, times, waitsIn } from './attack/played.ts';
import { World } from './attack/world.ts';

/** What a reader of notes, votes and replaced sites found; each play was seen red without its mend. */

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

/**
 * S, the member, lost entry 7, which it had acknowledged and did not know to be committed: its volumes are a prefix, up to 6. P was
 * updating A in place when it was lost. S is damaged, and A a mixture: nobody can be elected. Status said that, and no more; but S
 * can be forced, and nothing else helps.
 */
test('L2: a damaged site whose volumes are a prefix may be forced: status says so', () => {
  const world = new World(setupOf({ slow: [1, 2], room: 0, config: { frameBlocks: 1 } }));
  const A = () => world.nodes[2];
  go(world, 'write P 1, settle, cut PA, cut SA, write P 3, settle, write P 2, settle');
  go(world, 'write P 1, deliver PS, disk S ring, deliver SP, crash S lost, rot S 7, heal PA');
  for (let turn = 0; turn < 40 && A().disk.header.consistency.kind === 'consistent'; turn++) {
    go(world, 'deliver PA, deliver AP, disk A rest');
  }
  expect(A().disk.header.consistency.kind).toBe('inconsistent');
  go(world, 'crash P kept, start S, heal SA, settle');
  go(world, times('timeout S election, settle, timeout A election, settle', 3));
  expect(world.nodes[1].disk.header).toMatchObject({ damaged: true, committed: 6 });
  expect(advised(world)).toContain('force');
  go(world, 'force S, settle, write S 1, settle');
  expect(statesOf(world).at(-1)).toBe('acknowledged');
});

/**
 * Policy is to stop. S is lost, an empty one takes its place and is filled; a write is on its way to it. The record that gives it its
 * vote finds it one write behind, and left it out of the sync set: that write was acknowledged by the word of A alone, with P as its only
 * holder. It stays, and owes what was kept (decision 58).
 */
test('EPOCH-140, policy is to stop: who took the place of a member does not leave it by getting its vote', () => {
  const config = { onLegLoss: 'stop', sidefile: fixed(8) } as const;
  const world = new World(setupOf({ slow: [1], config }));
  go(world, 'write P 1, settle, crash S kept, replace S, start S, heal PS, heal SA, settle');
  go(world, times('timeout P retry, settle', 2));
  go(world, `write P 1, ${times('deliver PA, deliver AP', 2)}, timeout P patience`);
  go(world, `deliver PA, deliver AP, timeout P election, ${times('deliver PA, deliver AP', 4)}`);
  const newest = () => world.nodes[0].disk.header.history.at(-1)!;
  expect({ syncSet: newest().syncSet, states: statesOf(world) }).toEqual({
    syncSet: [1],
    states: ['acknowledged', 'issued'],
  });
  go(world, `settle, ${times('timeout P patience, settle', 2)}`);
  expect(newest()).toMatchObject({ syncSet: [1], incarnations: [1, 2, 1] });
  expect(statesOf(world)).toEqual(['acknowledged', 'acknowledged']);
});

/**
 * Policy is to stop. S is cut off from P, gets the promise of A while A hears no primary, and is lost. Hosts of P wait for S, as policy
 * wants it; but A is back, refuses the epoch of P, and the next one had no sync set: what hosts wrote was held by P and acknowledged.
 */
test('EPOCH-140, policy is to stop: a number that somebody promised takes no member from a primary that stands', () => {
  const world = new World(setupOf({ config: { onLegLoss: 'stop' } }));
  go(world, 'write P 1, settle, cut PS, cut PA, timeout S election, deliver SA, deliver AS');
  go(world, 'deliver SA, crash S kept, heal PA, settle, write P 1, settle');
  expect(statesOf(world)).toEqual(['acknowledged', 'issued']);
  go(world, times('timeout P patience, settle, timeout P election, settle', 3));
  expect(world.nodes[0].disk.header.history.at(-1)).toMatchObject({ epoch: 6, syncSet: [1] });
  expect(statesOf(world)).toEqual(['acknowledged', 'issued']);
  go(world, 'start S, heal PS, heal SA, settle');
  expect(statesOf(world)).toEqual(['acknowledged', 'acknowledged']);
});

/** A promised S, which is lost since, and refuses the epoch of P: the next one, which P begins when its patience ends, has its yes. */
test('L2: who is about to begin an epoch with a site that has a vote is not to be forced', () => {
  const world = new World(setupOf());
  go(world, 'write P 1, settle, cut PS, cut PA, timeout S election, deliver SA, deliver AS');
  go(world, 'deliver SA, crash S kept, heal PA, settle, write P 1, settle');
  expect(world.timers(0)).toContain('patience');
  expect(advised(world)).toEqual([]);
  go(world, times('timeout P patience, settle, timeout P election, settle', 2));
  expect(statesOf(world)).toEqual(['acknowledged', 'acknowledged']);
});

/**
 * Not mended (decision 55). P loses 2 with its power before S has it; A alone has it. P and A elect P, which is to
 * fetch 2, and A is lost. P is the primary of the newest epoch and never served it, S, the only other holder of the epoch before,
 * does not have 2: no host was told of it. P and S talk, and status asks for consent to a loss.
 */
test.fails('L2: what only a mirror that is lost had, and no holder, keeps no two holders from going on', () => {
  const world = new World(setupOf({ slow: [0, 1, 2] }));
  go(world, 'write P 1, settle, write P 1, deliver PA, disk A ring, crash P lost, cut SA, start P');
  go(world, 'settle, heal PA, timeout P election, deliver PA, deliver AP, disk P rest, deliver PA');
  go(world, 'disk A rest, deliver AP, disk P rest, disk P rest, crash A kept, heal PS, settle');
  const tries =
    'timeout P patience, settle, timeout P election, settle, timeout S election, settle';
  go(world, times(tries, 4));
  expect(advised(world)).not.toContain('consent');
  expect(waitsIn(world)).toEqual([]);
});
