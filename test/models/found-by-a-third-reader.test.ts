import { expect, test } from 'vitest';
import { fixed, go, setupOf, statesOf, times, waitsIn } from './attack/played.ts';
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
  expect(world.nodes[0].site!.context.peers[2].roomless).toBe(true);
  go(world, 'crash P kept, crash S kept, settle, force A, settle, write A 1, settle');
  expect([...kinds]).toEqual(['consistent']);
  expect(statesOf(world).at(-1)).toBe('acknowledged');
});

/**
 * The update of S is to end where the volumes of P come to stand, beyond 13; P applies no more until its comparison with A ends at 13, and the
 * disk of A hangs. Status said that hosts wait for S, and to suspend that, which does not help; to resume it, then; and so on.
 */
test('L2: an update that waits for a comparison with the other mirror is not said to wait for its own', () => {
  const config = { frameEntries: 1, frameBlocks: 1, sidefile: fixed(3) };
  const world = new World(setupOf({ slow: [2], room: 1, config }));
  go(world, 'write P 1, settle, suspend P S, timeout P patience, settle');
  go(world, times('write P 2, settle', 6));
  world.stuck.add(2);
  go(world, 'verify P A, settle, write P 1, settle, resume P S, settle, write P 1, settle');
  const helps = waitsIn(world).flatMap((wait) => wait.helps);
  expect(helps).toEqual([{ at: 0, command: { name: 'suspend', peer: 2 } }]);
  go(world, 'suspend P A, settle');
  expect(statesOf(world).filter((state) => state !== 'acknowledged')).toEqual([]);
});

/**
 * Policy is to stop. The record that gives an empty A its vote follows 2, which S lacks: it was lost with a session. S is sent that again, and its
 * disk hangs. Whoever wrote 2 does not wait any more; who reads does, as 2 may have been acknowledged in an older epoch, and status was silent.
 */
test('L2: status says whom those wait for that only read', () => {
  const world = new World(
    setupOf({ slow: [0, 1], config: { onLegLoss: 'stop', sidefile: fixed(8) } }),
  );
  go(world, 'write P 1, settle, crash A kept, replace A, start A, heal PA, heal SA, settle');
  go(world, 'timeout P retry, settle, cut PA, heal PA, settle, write P 1, timeout P patience');
  const greeted = times('deliver PS, disk S rest, deliver SP', 2);
  go(world, `${times('disk P rest', 2)}, cut PS, heal PS, ${greeted}, timeout P election`);
  const on =
    'deliver PS, disk S rest, deliver SP, deliver PA, deliver AP, disk P rest, disk P ring';
  go(world, `${times('disk P rest', 2)}, ${times(on, 30)}`);
  world.stuck.add(1);
  go(world, 'settle, expire P, settle, read P 0 1, settle');
  expect(world.host.reads.map(({ state }) => state)).toEqual(['issued']);
  expect(waitsIn(world)).toMatchObject([
    { what: 'write 2 is stored by all but site 1 of its sync set' },
  ]);
});

/** Of one disk that hangs it was said that a write waits for it; of two nothing was, until the sidefile of the primary was full. */
test.each([
  [false, [0, 1]],
  [true, [1, 2]],
  [true, [0, 2]],
  [true, [0, 1, 2]],
] as const)(
  'L2: status says which disks a write waits for, if several (far one waited for: %s; %j)',
  (syncFar, stuck) => {
    const world = new World(setupOf({ slow: [0, 1, 2], config: { syncFar, sidefile: fixed(8) } }));
    go(world, 'write P 1, settle');
    for (const site of stuck) world.stuck.add(site);
    go(world, 'write P 1, settle');
    expect([statesOf(world), world.timers(0)]).toEqual([['acknowledged', 'issued'], []]);
    const what = `write 2 is not stored yet by sites ${stuck.join(' and ')}`;
    expect(waitsIn(world)).toEqual([{ site: 0, what, helps: [] }]);
  },
);

/** A is cut off, and the sidefile of P, at high water, takes one write at a time. Its disk hangs, and whoever asked for 8 waits no more; the next one does. */
test('L2: status says that hosts wait for what a primary at high water has not stored', () => {
  const sidefile = { ...fixed(1), mode: 'adaptive', limit: 8 } as const;
  const world = new World(setupOf({ slow: [0], config: { sidefile } }));
  go(world, `write P 1, settle, cut PA, ${times('write P 1, settle', 6)}`);
  world.stuck.add(0);
  go(world, 'write P 1, settle, expire P, write P 1, settle');
  expect([statesOf(world).at(-1), world.timers(0)]).toEqual(['issued', []]);
  const what = 'hosts wait for what site 0 itself has not stored yet';
  expect(waitsIn(world)).toEqual([{ site: 0, what, helps: [] }]);
});
