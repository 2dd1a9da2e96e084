import { expect, test } from 'vitest';
import { previewResync } from '../../models/direction.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import type { SiteId } from '../../models/words.ts';
import { fixed, go, setupOf, statesOf, times, waitsIn } from './attack/played.ts';
import { World } from './attack/world.ts';

/** What a reader of long chains found; each play was seen red without its mend. */

/**
 * S told P of a window up to 18; A, who stood at 1, is forced, and S is filled: its window ends at 5. Its leg breaks when it has just
 * filled that, and the new one is told the same. Then its window moves, but not beyond 18: it said nothing, nobody asked, and hosts
 * of A waited for room for as long as the session lasted.
 */
test('MIRROR-30, L3: a window that was taken back by a cut is told where it moves', () => {
  const world = new World(setupOf({ slow: [1], config: { sidefile: fixed(4) } }));
  const S = () => world.nodes[1].site!.context;
  go(world, 'write P 1, settle, cut PA, cut SA, write P 8, settle, write P 8, settle');
  expect(S().windowTold).toBe(18);
  go(world, 'crash P kept, force A, settle, heal SA, settle, timeout A patience, settle');
  go(world, 'write A 4, deliver AS, deliver AS, cut SA, disk S ring, heal SA, settle');
  go(world, 'write A 3, settle');
  expect(statesOf(world).filter((state) => state !== 'acknowledged')).toEqual([]);
});

const epochsAt = (world: World, site: SiteId) =>
  world.nodes[site].disk.header.history.map(({ epoch }) => epoch);

/** S begins epoch 4 with A, gives it 2 and 3, and is lost; an empty S in its place reaches P only, who knows no epoch beyond 3. */
function replacedAndForced(): World {
  const world = new World(setupOf({ slow: [1, 2], config: { sidefile: fixed(8) } }));
  go(world, 'write P 1, settle, cut PS, cut PA, timeout S election, settle');
  go(world, 'write S 2, disk S ring, deliver SA, disk A ring, crash S kept, settle');
  go(world, 'replace S, start S, heal PS, settle, timeout P retry, settle, force S, settle');
  return world;
}

test('EPOCH-20, S2: who took the place of another site uses no number of that one', () => {
  const world = replacedAndForced();
  const [, S, A] = world.nodes.map(({ disk }) => disk.header.history.at(-1)!);
  expect([S!.primary, S!.how, A!.primary, A!.how]).toEqual([1, 'forced', 1, 'majority']);
  expect(S!.epoch).not.toBe(A!.epoch);
});

/**
 * The same without a force, by what status advises. S begins 7 with A and is lost; P fills the empty S, and admits it by 6. P restarts,
 * and S begins 7 with P. Each link between A and P ended at the first word: epoch 7 had two primaries, and A did not believe P.
 */
test('S2, L1: who was admitted by an operator uses no number of the one before', () => {
  const world = new World(setupOf({ slow: [1, 2], config: { sidefile: fixed(8) } }));
  go(world, 'write P 1, settle, cut PS, cut PA, timeout S election, deliver SA, deliver AS');
  go(world, 'disk S rest, timeout S election, timeout S election, settle');
  go(world, 'write S 2, disk S ring, deliver SA, disk A ring, crash S kept, settle');
  go(world, 'replace S, start S, heal PS, settle, timeout P retry, settle, admit P S, settle');
  go(world, 'crash P kept, start P, heal PS, settle, timeout S election, settle');
  expect(epochsAt(world, 0).at(-1)).not.toBe(epochsAt(world, 2).at(-1));
  go(world, 'write P 3, settle, heal PA, settle, discard A A, timeout P retry, settle');
  expect(epochsAt(world, 2)).toEqual(epochsAt(world, 0));
  expect(world.nodes[2].disk.cached).toEqual(world.nodes[0].disk.cached);
});

/** What A cut was of epoch 4, and so was what it takes its place: after a restart A had both for the same. */
test('S3, S6: what a site cut is not found again under the name of what replaced it', () => {
  const world = replacedAndForced();
  go(world, 'write S 3, settle, timeout S patience, settle, heal SA, settle');
  go(world, 'discard A A, timeout S retry, deliver SA');
  const isAdopted = () => epochsAt(world, 2).at(-1) === epochsAt(world, 1).at(-1);
  for (let turn = 0; turn < 20 && !isAdopted(); turn++) {
    go(world, 'disk A rest, deliver SA, deliver AS');
  }
  expect(isAdopted()).toBe(true);
  go(world, 'crash A kept, start A, heal SA, heal PA, settle');
  go(world, 'timeout S retry, settle, timeout S patience, settle, write S 1, settle');
  expect(world.nodes[1].site!.context.peers[2].phase).toBe('streaming');
  expect(world.nodes[2].disk.header.consistency).toEqual({ kind: 'consistent' });
  expect(world.nodes[2].disk.cached).toEqual(world.nodes[1].disk.cached);
});

/** A confirms epoch 6, but by a record that says something else: P served nevertheless. */
test('EPOCH-20: a record stands where that very one is stored', () => {
  const world = new World(setupOf());
  go(world, 'write P 1, settle, cut PS, timeout P patience, deliver PA, deliver AP, deliver PA');
  const frames = world.channels.get('AP')!;
  const [frame] = frames;
  if (frame?.message.type !== 'recordStored') throw new Error('nothing is confirmed');
  const { summary } = frame.message;
  const record = summary.history.at(-1)!;
  const other = { ...record, parent: { ...record.parent, sequence: 0 } };
  const history = [...summary.history.slice(0, -1), other];
  frames[0] = { ...frame, message: { ...frame.message, summary: { ...summary, history } } };
  go(world, 'deliver AP');
  expect(world.nodes[0].site!.context.stands).toBe(false);
});

/** S has 1, 2 and 5..8, A has 1..3: with A as source 5..8 are given up. Its hole begins before that. */
test('F40: the preview of a resync counts all that is given up', () => {
  const config = { frameEntries: 1, sidefile: fixed(8) };
  const world = new World(setupOf({ slow: [1], overtakes: true, config }));
  go(world, 'write P 2, settle, write P 6, disk P ring, deliver PA');
  go(world, `${times('deliver PS 2', 4)}, ${times('disk S ring', 4)}`);
  const [, S, A] = world.nodes.map(({ site }) => summaryOf(site!.context));
  expect(S!.held).toEqual({ contiguous: 2, ranges: [{ first: 5, last: 8 }] });
  const discard = { site: 1, above: 3, through: 8, count: 4, committed: 0 };
  expect(previewResync(A!, S!, []).discards).toEqual([discard]);
});

/**
 * An operator exports 2..8 of S. Then 2 leaves its sidefile, and the cut exports 3..8 under the same name: what is kept under that
 * must still have 2 (test/backend/contract.ts), which is nowhere else.
 */
test('RECOVERY-30: a suffix may be exported again with less than it had', () => {
  const world = new World(setupOf({ slow: [1], config: { sidefile: fixed(8) } }));
  const exported = () =>
    world.nodes[1].disk.rest.flatMap((job) => {
      if (job.type !== 'export') return [];
      return [job.entries.map(({ sequence }) => sequence)];
    });
  go(world, 'write P 1, settle, cut PA, cut SA, write P 4, settle, write P 3, disk P ring');
  go(world, 'deliver PS, disk S ring, deliver SP, deliver PS, cut PS, crash P kept');
  world.command(1, { name: 'export', above: 1 });
  expect(exported()).toEqual([[2, 3, 4, 5, 6, 7, 8]]);
  go(world, 'settle, force A, settle, heal SA, deliver AS');
  expect(exported()).toEqual([[3, 4, 5, 6, 7, 8]]);
});

/**
 * P numbers 2, which is on its way to S, and begins an epoch with the promise of A alone: S stays a member, unasked, and
 * the record follows 2. P and 2 are lost. S holds all that hosts were told of, and is a holder of the newest epoch; S and A talk.
 */
test('L2, EPOCH-130, EPOCH-140: a member that stays can take over', () => {
  const world = new World(setupOf());
  go(world, 'write P 1, settle, suspend P A, settle, write P 1, disk P ring, switchover P S');
  go(world, 'timeout P patience, disk P rest, deliver PA, disk A rest, deliver AP');
  go(
    world,
    'timeout P election, disk P rest, deliver PA, disk A rest, deliver AP, crash P kept, settle',
  );
  go(world, times('timeout S election, settle, timeout A election, settle', 6));
  expect(waitsIn(world)).toEqual([]);
});

/**
 * A came back empty and was admitted while S was down; S names the one before, and begins nothing for a yes of A. Consent that an operator
 * gave to S made it the better ranked: it said no to A, who forgot what it was told, as often as it was told.
 */
test('L2, EPOCH-90: who begins nothing for the yes of another site does not keep it off', () => {
  const world = new World(setupOf());
  go(world, 'write P 1, settle, crash S kept, settle, timeout P patience, settle, crash A kept');
  go(world, 'replace A, start A, heal PA, settle, timeout P retry, settle, timeout P patience');
  go(world, 'settle, admit P A, settle, timeout P patience, settle, write P 1, settle, cut PA');
  go(world, 'crash P kept, start S, heal SA, settle');
  const tries = 'timeout S election, settle, timeout A election, settle';
  for (const site of [1, 2] as const) {
    world.command(site, { name: 'consent', primary: 2 });
    go(world, `settle, ${times(tries, 3)}`);
  }
  expect(world.nodes[2].site?.role).toBe('primary');
});

/** S came back empty and P, forced, filled it: it has no vote yet. Told to take over it asks A, who hears no primary, and says yes. */
test('EPOCH-100: who has no vote proposes nothing, whatever an operator tells it', () => {
  const world = new World(setupOf());
  go(world, 'write P 1, settle, cut PA, cut SA, crash S kept, force P, settle, replace S, start S');
  go(world, 'heal PS, settle, timeout P retry, settle, heal SA, settle');
  expect(world.nodes[0].site!.context.peers[1].phase).toBe('streaming');
  const { used } = world.nodes[1].disk.header;
  world.command(1, { name: 'takeOver' });
  go(world, 'settle');
  expect(world.nodes[1].disk.header.used).toBe(used);
});
