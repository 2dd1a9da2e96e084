import { withEach } from '../bits.ts';
import type { Unsent } from '../event.ts';
import type { Message, Run } from '../message.ts';
import {
  type Check,
  change,
  changePeer,
  emit,
  epochOf,
  isFenced,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import { type Block, othersOf, type SiteId } from '../words.ts';
import { send } from './epoch.ts';
import { isHolding } from './hold.ts';

/**
 * Verify: what the protocol says of two sites is held against their bytes. Range by range both
 * volumes are brought to one position and stay there for one bounded exchange; host writes go on
 * meanwhile, they are only not applied. What differs, or cannot be read, is mended on the spot.
 */

type Of<Type extends Message['type']> = {
  readonly from: SiteId;
  readonly message: Extract<Message, { type: Type }>;
};

const triesMax = 3;

// ---- primary ----

const totalOf = (site: SiteContext): number =>
  site.header.identity.volumes.reduce((sum, blocks) => sum + blocks, 0);

/** All blocks, from the first one on. */
export const wholeCheck = (site: SiteContext): Check => ({
  step: 'wanted',
  at: 0,
  cursor: 0,
  end: totalOf(site),
  tries: 0,
  again: false,
  whole: true,
  missed: false,
});

/**
 * One that is under way is not broken off: its mirror stands still for it, and what it has said of that would
 * be taken for an answer to the next question.
 */
export function wantCheck(turn: Turn, other: SiteId): void {
  const { site } = turn;
  const { check } = site.peers[other];
  const isUnderWay = isHolding(check) && !weak(site, 'break-off-a-check');
  if (isHolding(check) && !isUnderWay) {
    send(turn, other, { type: 'release', epoch: epochOf(site) });
  }
  changePeer(turn, other, {
    check: isUnderWay ? { ...check!, again: true } : wholeCheck(site),
  });
}

/** Whatever is next for each check; volumes are held for one of them at a time. */
export function checkMore(turn: Turn): void {
  wantRepair(turn);
  for (const other of othersOf(turn.site.config.site)) {
    const { site } = turn;
    const { check } = site.peers[other];
    if (check?.step === 'wanted' && mayHold(site, other)) {
      const at = site.committed;
      changeCheck(turn, other, { step: 'asked', at });
      send(turn, other, { type: 'hold', epoch: epochOf(site), at });
    } else if (check?.step === 'held' && standsAt(site, check.at)) compareRange(turn, other, check);
  }
}

/**
 * What cannot be read here is asked of the first mirror that may have it, unless a comparison comes to it as well.
 * One with a mirror that is away or updated may itself wait for this block: it is not waited for.
 */
function wantRepair(turn: Turn): void {
  const { site } = turn;
  const others = othersOf(site.config.site);
  if (site.rotten.length === 0 || others.some((other) => isUnderWay(site, other))) return;
  for (const other of others) {
    const { check, phase } = site.peers[other];
    // One that was given up went as far as its end: what lies beyond may be there all the same.
    const cursor = site.rotten.find((block) => block >= (check?.end ?? 0));
    if (phase !== 'streaming' || cursor === undefined) continue;
    const end = Math.min(totalOf(site), cursor + site.config.frameBlocks);
    return changePeer(turn, other, { check: { ...wholeCheck(site), cursor, end, whole: false } });
  }
}

function isUnderWay(site: SiteContext, other: SiteId): boolean {
  const { check, phase } = site.peers[other];
  const goesOn = phase === 'streaming' || weak(site, 'repair-behind-an-update');
  return check !== null && check.step !== 'failed' && goesOn;
}

/**
 * Everything committed was sent to it, so it comes to stand there within one exchange. It knows of no c beyond: what it
 * knew when it was greeted this site learned then.
 */
function mayHold(site: SiteContext, other: SiteId): boolean {
  const { committed, peers, config } = site;
  if (!site.stands || isFenced(site) || peers[other].phase !== 'streaming') return false;
  if (othersOf(config.site).some((id) => isHolding(peers[id].check))) return false;
  return peers[other].sent >= committed;
}

const standsAt = (site: SiteContext, at: number): boolean =>
  site.applied === at && site.applying === at;

function compareRange(turn: Turn, other: SiteId, check: Check): void {
  const { site } = turn;
  const epoch = epochOf(site);
  const { first, count } = rangeOf(site, check);
  const lost = site.rotten.filter((block) => block >= first && block < first + count);
  changeCheck(turn, other, { step: lost.length > 0 ? 'borrowing' : 'comparing' });
  if (lost.length > 0) send(turn, other, { type: 'lend', epoch, blocks: lost });
  else send(turn, other, { type: 'sums', epoch, runs: [{ first, count }] });
}

const rangeOf = (site: SiteContext, { cursor, end }: Check): Run => ({
  first: cursor,
  count: Math.min(site.config.frameBlocks, end - cursor),
});

/** The mirror stands still; if it was ahead, another position is agreed on. Or it was released, and goes on. */
export function takeHolding(turn: Turn, event: Of<'held'>): void {
  const { site } = turn;
  const { check } = site.peers[event.from];
  if (check?.step === 'releasing') {
    const over: Check | null = check.missed ? null : { ...check, step: 'failed' };
    return changePeer(turn, event.from, { check: check.again ? wholeCheck(site) : over });
  }
  if (check?.step !== 'asked') return;
  const isThere = event.message.at === check.at;
  changeCheck(turn, event.from, { step: isThere ? 'held' : 'wanted' });
}

/** Equal: the next range. What differs is given, and the same range compared again. */
export function takeCompared(turn: Turn, event: Of<'sumsDiffer'>): void {
  const { from } = event;
  const { site } = turn;
  const { check } = site.peers[from];
  if (check?.step !== 'comparing') return;
  const { runs } = event.message;
  if (runs.length === 0) return endRange(turn, from, check);
  const blocks = runs.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, index) => first + index),
  );
  const report = { kind: 'differing', peer: from, at: check.at, blocks: blocks.length } as const;
  emit(turn, { type: 'report', event: report });
  if (check.tries >= triesMax) return giveUp(turn, from, blocks.length);
  changeCheck(turn, from, { step: 'giving', tries: check.tries + 1 });
  send(turn, from, { type: 'blocks', epoch: epochOf(site), blocks, through: check.at });
}

function endRange(turn: Turn, other: SiteId, check: Check): void {
  const { site } = turn;
  const { first, count } = rangeOf(site, check);
  const cursor = first + count;
  if (check.again) return changePeer(turn, other, { check: wholeCheck(site) });
  if (cursor < check.end) {
    changeCheck(turn, other, { step: 'wanted', cursor, tries: 0 });
    return;
  }
  changePeer(turn, other, { check: null });
  if (!check.whole) return;
  emit(turn, { type: 'report', event: { kind: 'converged', peer: other, at: check.at } });
}

export function takeGiven(turn: Turn, event: { from: SiteId }): void {
  if (turn.site.peers[event.from].check?.step !== 'giving') return;
  changeCheck(turn, event.from, { step: 'held' });
}

/** It stood at the same position: what it has there is what this site had. */
export function takeLent(turn: Turn, event: Of<'lent'>): void {
  const { blocks } = event.message;
  if (turn.site.peers[event.from].check?.step !== 'borrowing') return;
  if (blocks.length === 0) return giveUp(turn, event.from, turn.site.rotten.length);
  changeCheck(turn, event.from, { step: 'writing' });
  emit(turn, { type: 'take', blocks });
  emit(turn, { type: 'overwrite', blocks });
}

export function noteMended(turn: Turn, event: { blocks: readonly Block[] }): void {
  const { site } = turn;
  change(turn, { rotten: site.rotten.filter((block) => !event.blocks.includes(block)) });
  emit(turn, { type: 'report', event: { kind: 'mended', blocks: event.blocks.length } });
  for (const other of othersOf(site.config.site)) {
    if (site.peers[other].check?.step === 'writing') changeCheck(turn, other, { step: 'held' });
  }
}

/** Blocks that were lent to it are written when it is the primary no more, or not yet again: they can be read all the same. */
export function noteMendedSince(turn: Turn, event: { blocks: readonly Block[] }): void {
  const isForgotten = weak(turn.site, 'forget-what-was-lent');
  if (turn.site.rotten.length > 0 && !isForgotten) noteMended(turn, event);
}

function giveUp(turn: Turn, other: SiteId, blocks: number): void {
  // One that begins before the mirror has read of the end of this one would be ended by it (several connections).
  const isLoose = weak(turn.site, 'begin-before-released');
  const { first, count } = rangeOf(turn.site, turn.site.peers[other].check!);
  changeCheck(turn, other, { step: isLoose ? 'failed' : 'releasing', end: first + count });
  emit(turn, { type: 'report', event: { kind: 'unmended', peer: other, blocks } });
  send(turn, other, { type: 'release', epoch: epochOf(turn.site) });
}

/** Blocks of its own that cannot be read: what was to carry them is owed, and never sent wrong. */
export function noteUnreadable(
  turn: Turn,
  event: { blocks: readonly Block[]; unsent: Unsent | null },
): void {
  const { blocks, unsent } = event;
  const rotten = new Set([...turn.site.rotten, ...blocks]);
  if (rotten.size > turn.site.rotten.length) {
    emit(turn, { type: 'report', event: { kind: 'unreadable', blocks } });
    askAgainForAll(turn, blocks);
  }
  change(turn, { rotten: [...rotten].sort((one, other) => one - other) });
  if (unsent === null || isOver(turn.site, unsent)) return;
  const { check } = turn.site.peers[unsent.to];
  if (check?.step === 'comparing' || check?.step === 'giving') {
    changeCheck(turn, unsent.to, { step: 'held' });
  }
  const { ship } = turn.site.peers[unsent.to];
  if (ship === null) return;
  if (unsent.message.type === 'blocks' && ship.step === 'copying') {
    const copy = withEach(ship.copy, unsent.message.blocks);
    changePeer(turn, unsent.to, { ship: { ...ship, copy, inFlight: false } });
  } else if (unsent.message.type === 'sums' && ship.step === 'comparing') {
    // Compared as different: they are shipped once they can be read.
    const copy = withEach(ship.copy, blocks);
    const cursor = unsent.message.runs[0]!.first;
    changePeer(turn, unsent.to, { ship: { ...ship, copy, cursor, inFlight: false } });
  }
}

/** Was it a message of a session or an epoch that ended? What has begun since waits for an answer of its own. */
function isOver(site: SiteContext, { to, session, message }: Unsent): boolean {
  const isOfSession = session === site.peers[to].session || weak(site, 'unsent-of-any-session');
  const isOfEpoch =
    'epoch' in message && (message.epoch === epochOf(site) || weak(site, 'unsent-of-any-epoch'));
  return !isOfSession || !isOfEpoch;
}

/** Whoever could not lend one block may lend another, also one found where it has been asked already. */
function askAgainForAll(turn: Turn, found: readonly Block[]): void {
  const { site } = turn;
  for (const other of othersOf(site.config.site)) {
    const { check } = site.peers[other];
    if (check?.step === 'failed') changePeer(turn, other, { check: null });
    else if (check !== null && found.some((block) => block < comesFrom(site, check))) {
      changeCheck(turn, other, { missed: !weak(site, 'forget-what-was-missed') });
    }
  }
}

/** From here on a comparison comes to whatever is found now. */
function comesFrom(site: SiteContext, check: Check): Block {
  const { first, count } = rangeOf(site, check);
  return check.step === 'borrowing' || check.step === 'releasing' ? first + count : first;
}

function changeCheck(turn: Turn, other: SiteId, patch: Partial<Check>): void {
  changePeer(turn, other, { check: { ...turn.site.peers[other].check!, ...patch } });
}

// ---- mirror ----

/** From here on nothing beyond `at` is applied, until the range was compared or the leg is lost. */
export function takeHold(turn: Turn, event: Of<'hold'>): void {
  const { at } = event.message;
  change(turn, {
    committed: Math.max(turn.site.committed, at),
    hold: { from: event.from, at, step: 'waiting' },
  });
}

export const isHeldThere = (site: SiteContext): boolean =>
  site.hold?.step === 'waiting' &&
  ((site.applied >= site.hold.at && site.applying === site.applied && site.working === 0) ||
    weak(site, 'verify-without-hold'));

export function confirmHold(turn: Turn): void {
  const { site } = turn;
  const { from, at } = site.hold!;
  const reached = weak(site, 'verify-without-hold') ? at : site.applied;
  // Beyond it nothing can be compared, and a sidefile that lets nothing go may fill: it goes on.
  const stands = reached === at || weak(site, 'hold-beyond');
  change(turn, { hold: stands ? { from, at: reached, step: 'held' } : null });
  send(turn, from, { type: 'held', epoch: epochOf(site), at: reached });
}

export const isHeld = (site: SiteContext): boolean => site.hold?.step === 'held';

export const isHoldGone = (site: SiteContext): boolean => site.hold === null;

export function answerHeldSums(turn: Turn, event: { differing: readonly Run[] }): void {
  const { site } = turn;
  if (site.hold?.step !== 'held') return; // asked for by a comparison before this one
  const { from } = site.hold;
  if (event.differing.length === 0) change(turn, { hold: null });
  send(turn, from, { type: 'sumsDiffer', epoch: epochOf(site), runs: event.differing });
}

/** The volumes stand at the position of these blocks: each becomes what it should be already. */
export function takeGivenBlocks(turn: Turn, event: Of<'blocks'>): void {
  const { blocks } = event.message;
  emit(turn, { type: 'take', blocks });
  emit(turn, { type: 'overwrite', blocks });
}

export function confirmGivenBlocks(turn: Turn): void {
  const { hold } = turn.site;
  if (hold?.step !== 'held') return;
  send(turn, hold.from, { type: 'blocksStored', epoch: epochOf(turn.site) });
}

export function lendBlocks(turn: Turn, event: Of<'lend'>): void {
  const { blocks } = event.message;
  send(turn, event.from, { type: 'lent', epoch: epochOf(turn.site), blocks });
}

/** Those that can be read here, as long as they are at the position it was asked for. */
export function lendReadable(
  turn: Turn,
  event: { blocks: readonly Block[]; unsent: Unsent | null },
): void {
  const { unsent } = event;
  const { hold } = turn.site;
  if (unsent?.message.type !== 'lent' || isOver(turn.site, unsent)) return;
  // Asked for by a comparison before this one, or by none that goes on: an older content would be taken for the present one.
  const isAsked = hold?.step === 'held' && hold.from === unsent.to;
  if (!isAsked && !weak(turn.site, 'lend-after-release')) return;
  const blocks = unsent.message.blocks.filter((block) => !event.blocks.includes(block));
  send(turn, unsent.to, { type: 'lent', epoch: epochOf(turn.site), blocks });
}

/** It goes on, and says so: from here on another comparison may begin. */
export function endHold(turn: Turn, event: { from: SiteId }): void {
  const { applied } = turn.site;
  change(turn, { hold: null });
  send(turn, event.from, { type: 'held', epoch: epochOf(turn.site), at: applied });
}
