import { expect, test } from 'vitest';
import { newestOf } from '../../models/history.ts';
import { trackedWrites } from '../../models/tracked.ts';
import { fixed, played, setupOf, times } from './attack/played.ts';
import { replay } from './attack/run.ts';
import type { Setup } from './attack/setup.ts';

/**
 * Each was seen red without its mend (decision 46). Found by asking of each field of each message, and of each thing that a site
 * remembers of another, whether it is still true when it arrives, or is used.
 */

/** Rule and sentence; all of what a site knows is cut off. */
function judged(setup: Setup, lines: string) {
  const { rule, sentence } = replay(setup, lines.split(', '));
  return { rule, sentence: sentence.slice(0, 80) };
}

const sound = { rule: null, sentence: '' };

/**
 * A holds 1..13 and 15..21 and says so in its answer to the greeting; 14 comes late, and A applies up to 20, settles, and lets
 * 14 and 15 go. P, which stands still at 14 for a comparison with S, ends the update of A there (`notBefore` is what A had told):
 * block 0 becomes that of 14, and no entry brings 15 back. A calls itself whole.
 */
const markedBelow = {
  setup: setupOf({
    writes: Array.from(
      { length: 60 },
      (_, index) => [index === 13 || index === 14 ? 0 : 1 + (index % 3), 1] as const,
    ),
    overtakes: true,
    config: { frameEntries: 1, sidefile: fixed(8) },
  }),
  lines: [
    'write P 1, settle, cut PA, write P 4, settle, write P 4, settle, write P 4, settle, heal PA, settle',
    `write P 1, ${times('deliver PS, deliver SP', 4)}, verify P S`,
    times(`write P 1, ${times('deliver PS 1, deliver SP', 4)}`, 7),
    `${times('deliver PA 1', 7)}, timeout P retry, deliver PA 1, deliver PA`,
    times('deliver AP, deliver PA', 30),
  ].join(', '),
};

test('S3, S6, RESYNC-90: an update does not end below what its target has applied since it told of itself', () => {
  expect(judged(markedBelow.setup, markedBelow.lines)).toEqual(sound);
});

test('the same: in the end the bytes of A are those of P', () => {
  const world = played(`${markedBelow.lines}, settle`, markedBelow.setup);
  expect(world.nodes[2].disk.cached).toEqual(world.nodes[0].disk.cached);
});

/**
 * The same with a leg to A of one connection: A, whose disk is slow, answers the greeting while it still stores 29..44, and its
 * answer tells of 28.
 */
test('S3: the answer to a greeting is not final while stores are under way', () => {
  const writes = Array.from(
    { length: 45 },
    (_, index) => [index >= 27 && index <= 29 ? 0 : 1 + (index % 3), 1] as const,
  );
  const config = { frameEntries: 8, sidefile: fixed(16) };
  const lines = [
    `write P 1, settle, cut PA, ${times('write P 4, settle', 6)}, write P 1, settle, write P 1, settle, heal PA, settle`,
    `write P 1, ${times('deliver PS, deliver SP', 4)}, verify P S`,
    times(`write P 8, ${times('deliver PS 1, deliver SP', 8)}`, 2),
    `${times('deliver PA', 9)}, timeout P retry, deliver PA, ${times('disk A ring', 9)}, ${times('disk A rest', 20)}`,
    `${times('deliver AP, deliver PA, disk A rest', 40)}, settle`,
  ].join(', ');
  expect(judged(setupOf({ writes, overtakes: true, slow: [2], config }), lines)).toEqual(sound);
});

/**
 * S promises an epoch to A, and is lost; A has the record (5), which nobody else hears of. An empty site takes the place of S,
 * is filled by P, and P, which is cut off from A, counts what it acknowledges: it knows nothing of the promise. P tells the host
 * of 2, which the record of A cuts; A and P then elect without it.
 */
const takenForTheOneNamed =
  'write P 1, settle, cut PS, cut PA, timeout A election, deliver AS, deliver SA, deliver AS, deliver SA, crash S lost, replace S, start S, heal PS, settle, write P 1, settle, heal PA, settle';

test.each(['holder', 'any'] as const)(
  'S2, PRIMARY-20: what a site acknowledges that took the place of a member commits nothing (takeover %s)',
  (takeover) => {
    expect(judged(setupOf({ config: { takeover } }), takenForTheOneNamed)).toEqual(sound);
  },
);

/** S served in epoch 4, which stood, and acknowledged (4, 2); then P, of epoch 3, acknowledges (3, 2), with the empty site in the place of S. */
test('S2, EPOCH-40: a primary that was replaced acknowledges nothing beside its successor', () => {
  const { nodes, host } = played(
    'write P 1, settle, cut PS, cut PA, timeout S election, settle, write S 1, settle, crash S lost, replace S, start S, heal PS, settle, write P 1, settle',
  );
  expect(nodes[2].site!.context.header.history.map(({ epoch }) => epoch)).toEqual([0, 3, 4]);
  const told = host.writes.filter(({ state }) => state === 'acknowledged');
  expect(told.map(({ position }) => position)).toEqual([
    { epoch: 3, sequence: 1 },
    { epoch: 4, sequence: 2 },
  ]);
});

test('the same: a write that a host was told of is still with the primary', () => {
  const world = played(
    `${takenForTheOneNamed}, timeout P election, settle, timeout A patience, settle, heal SA, settle`,
    { config: { takeover: 'any' } },
  );
  const told = world.host.writes.filter(({ state }) => state === 'acknowledged');
  const primary = world.nodes.find(({ site }) => site?.role === 'primary')!;
  expect(primary.site!.context.held.contiguous).toBeGreaterThanOrEqual(told.length);
});

/**
 * The session ends while A makes the mark of an update, and P greets it in the next one. A says `stageCommitted` in that, and
 * confirms the record; the second word is there first, and P begins a folded update. The first word ends it: P streams to A, and
 * asks it to stand still; A waits for blocks, applies nothing, and does not hear of that.
 */
const saidOfTheOneBefore = (verify: 'on-command' | 'after-update') => ({
  setup: setupOf({
    writes: Array.from({ length: 60 }, () => [0, 1] as const),
    overtakes: true,
    slow: [2],
    config: { verify, frameEntries: 1, sidefile: fixed(8) },
  }),
  lines: [
    'write P 1, settle, cut PA',
    times(`write P 4, ${times('deliver PS, deliver SP, deliver PS', 10)}`, 3),
    'heal PA, deliver PA, deliver AP, deliver PA, disk A rest, disk A rest, disk A rest, deliver AP, deliver PA, disk A rest, deliver AP, deliver PA, disk A rest',
    `cut PA, heal PA, deliver PA, write P 4, ${times('deliver PS, deliver SP, deliver PS', 10)}`,
    `${times('disk A rest', 4)}, deliver AP 1, deliver AP 0, settle`,
  ].join(', '),
});

test.each(['on-command', 'after-update'] as const)(
  'L3, LINK-10: the end of an update is told in the session it began in (verify %s)',
  (verify) => {
    const { setup, lines } = saidOfTheOneBefore(verify);
    expect(judged(setup, lines)).toEqual(sound);
  },
);

test('the same, L3: hosts are served, and no wait is without an end', () => {
  const { setup, lines } = saidOfTheOneBefore('after-update');
  const more = times('write P 4, settle, timeout P retry, timeout P patience, settle', 4);
  const world = played(`${lines}, ${more}`, setup);
  const asked = world.host.writes.filter(({ state }) => state !== 'new');
  expect(asked.filter(({ state }) => state !== 'acknowledged')).toEqual([]);
});

/**
 * P, serving, is told to hand over to A; both its links break, and it is candidate in vain. S and A elect S, which acknowledges 2
 * and is lost before A has it. P and A are left: nobody who holds 2 is there. What the operator said to P of a hand-over without
 * loss counts as his consent to this loss; where he said nothing, P waits for it.
 */
const handedOver = (said: string) =>
  `write P 1, settle, ${said}cut PS, cut PA, timeout P election, timeout S election, settle, write S 1, deliver SA 1, deliver AS, crash S kept, heal PA, settle, timeout P election, settle`;

test.each(['', 'switchover P A, '])(
  'EPOCH-130: acknowledged writes are lost by consent only (before: %s)',
  (said) => {
    const setup = setupOf({ overtakes: true, config: { sidefile: fixed(4) } });
    const world = played(handedOver(said), setup);
    const [P] = world.nodes;
    expect(world.host.writes.filter(({ state }) => state === 'acknowledged')).toHaveLength(2);
    expect(newestOf(P.site!.context.header.history)?.lossBeyond).toBe(null);
  },
);

/** A is told so while P is well, or while it hears nobody; what is lost is what hosts write afterwards, in the same epoch. */
test.each([
  'consent A A, settle, write P 1, settle, cut PA',
  'cut PA, cut SA, consent A A, timeout A election, heal PA, heal SA, settle, write P 1, settle, cut PA',
])('EPOCH-130: consent is to a loss that was there to be seen (%s)', (said) => {
  const setup = setupOf({ config: { onLegLoss: 'stop', sidefile: fixed(4) } });
  const world = played(
    `write P 1, settle, ${said}, settle, write P 1, settle, crash S lost, rot S 3, crash P lost, start S, heal SA, settle, timeout A election, settle`,
    setup,
  );
  expect(newestOf(world.nodes[2].site!.context.header.history)?.lossBeyond).toBe(null);
});

/**
 * `hold` at 2 is overtaken by writes that tell of 3: A stands at 3, and P, which has gone on to 10, is to ask again once it has
 * sent all that. It cannot: A is full, and lets nothing go as long as it stands still.
 */
test('L1, L3: a mirror that is beyond the position it was asked for does not stand still there', () => {
  const sync = times('deliver PS, deliver SP', 12);
  const setup = setupOf({ overtakes: true, config: { frameEntries: 1, sidefile: fixed(4) } });
  const lines = `write P 1, settle, write P 1, settle, verify P A, write P 1, ${sync}, write P 1, ${sync}, deliver PA 1, deliver PA 1, write P 2, ${sync}, deliver PA 0, deliver AP 2, write P 4, ${sync}, settle`;
  expect(judged(setup, lines)).toEqual(sound);
});

/** The link between the mirrors breaks and heals: S forgets what P told it of A, and P does not know. */
const flapped = `${times('write P 1, settle', 12)}, cut SA, heal SA, settle`;

test('L4: where the sidefile of the other mirror begins is not forgotten with a session that did not tell it', () => {
  const sidefile = {
    mode: 'adaptive',
    capacity: 2,
    limit: 12,
    basis: 'oldest',
    headroom: 1,
  } as const;
  const world = played(flapped, { config: { syncFar: true, sidefile } });
  expect(world.nodes[1].site!.context.header.capacity).toBe(2);
});

test('MIRROR-50: the sync mirror still tracks what it confirmed to the primary', () => {
  const sidefile = {
    mode: 'adaptive',
    capacity: 2,
    limit: 12,
    basis: 'newest',
    headroom: 1,
  } as const;
  const world = played(flapped, { config: { sidefile } });
  const [P, S] = world.nodes.map(({ site }) => trackedWrites(site!.context).at(-1));
  expect({ P: P!.noticeConfirmed, S: S!.noticeConfirmed }).toEqual({ P: true, S: true });
});

/**
 * A notice is overtaken by the one of the next leg in its session: S notes less of A than A holds, says so, and P, who was told
 * of the newer one before, takes no notice.
 */
test('MIRROR-40, PRIMARY-50: at rest the sync mirror knows what the async mirror holds', () => {
  const setup = setupOf({ overtakes: true, config: { frameEntries: 1, sidefile: fixed(8) } });
  const lines = [
    'write P 1, settle, write P 1, deliver PS, deliver SP, deliver PS, deliver PA, deliver AP',
    'write P 1, deliver PS 1, deliver SP, deliver PS 1, deliver PA, deliver PA, deliver AP',
    'suspend P S, resume P S, deliver PS 1, deliver SP, deliver PS 1, deliver PS 1, deliver SP, settle',
  ].join(', ');
  const [P, S] = played(lines, setup).nodes.map(({ site }) => site!.context);
  expect(S!.peers[2].held).toEqual(P!.peers[2].held);
});
