import { bitsOfPeer, blocksOfExtent, resetPeer } from '../bitmap.ts';
import {
  type Bits,
  blocksOf,
  coveringRuns,
  hasBlock,
  isEmpty,
  noBits,
  withBlocks,
  withEach,
  withoutBlocks,
  withoutEach,
  withoutRuns,
  withRuns,
} from '../bits.ts';
import { runsMax } from '../frame-limits.ts';
import type { PeerHeader } from '../header.ts';
import { include } from '../holding.ts';
import type { Message, Run } from '../message.ts';
import { entriesOf, retireTo } from '../sidefile-log.ts';
import {
  change,
  changeHeader,
  changePeer,
  emit,
  epochOf,
  isFenced,
  isRecordDurable,
  recordOf,
  type Ship,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import { othersOf, type SiteId, siteIds } from '../words.ts';
import { isStageIdle } from './adopt.ts';
import { askAgain } from './commit.ts';
import { forgetConsent } from './consent.ts';
import { send } from './epoch.ts';
import { notBeforeOf } from './fold.ts';
import { wayTo } from './leg.ts';
import { withEntries } from './storage.ts';
import { summaryOf } from './summary.ts';
import { wholeCheck } from './verify.ts';

/**
 * A staged update: blocks are stored beside the target's volumes until one durable mark turns
 * them into its volumes at position `through`. Until then nothing happened.
 */

type Of<Type extends Message['type']> = {
  readonly from: SiteId;
  readonly message: Extract<Message, { type: Type }>;
};

// ---- source ----

export function beginShipping(turn: Turn, other: SiteId): void {
  const { site } = turn;
  const summary = site.peers[other].summary!;
  const way = wayTo(site, summary);
  if (way === null) return;
  const { verdict } = way;
  const compare = verdict === 'compare-blocks';
  const reached =
    summary.consistency.kind === 'inconsistent' || summary.repairCount > 0
      ? Math.min(summary.settled, summary.held.contiguous)
      : summary.held.contiguous;
  const lacking = entriesOf(site.log, reached + 1, site.applied);
  // What is folded is in the sidefile, all of it.
  const isFolded = verdict === 'folded' || weak(site, 'update-without-bits');
  const bits = isFolded ? noBits : bitsOfPeer(site.header.peers[other]);
  const ship: Ship = {
    step: 'beginning',
    compare,
    folded: verdict === 'folded',
    copy: compare ? noBits : withEntries(site.header, bits, lacking),
    cursor: 0,
    notBefore: notBeforeOf(site, summary),
    inFlight: false,
    passes: 0,
  };
  changePeer(turn, other, {
    phase: 'shipping',
    held: summary.held,
    start: summary.start,
    summary: null,
    shown: null,
    ship,
  });
  const { applied } = site;
  send(turn, other, { type: 'stageBegin', epoch: epochOf(site), compare, applied });
  // The end of the update may itself wait for what hosts write.
  if (!weak(site, 'ask-only-whom-it-streams-to')) askAgain(turn, other);
}

export function takeStageReady(turn: Turn, event: Of<'stageReady'>): void {
  const ship = turn.site.peers[event.from].ship;
  if (ship === null || ship.step !== 'beginning') return;
  const copy = withRuns(ship.copy, event.message.repair);
  changeShip(turn, event.from, { step: ship.compare ? 'comparing' : 'copying', copy });
}

export function takeSumsDiffer(turn: Turn, event: Of<'sumsDiffer'>): void {
  const ship = turn.site.peers[event.from].ship;
  if (ship === null || ship.step !== 'comparing') return;
  const copy = withRuns(ship.copy, event.message.runs);
  changeShip(turn, event.from, { copy, inFlight: false });
}

export function takeBlocksStored(turn: Turn, event: Of<'blocksStored'>): void {
  const ship = turn.site.peers[event.from].ship;
  if (ship === null || ship.step !== 'copying') return;
  const { copy } = ship;
  const { frameBlocks } = turn.site.config;
  const little = blocksOf(copy, frameBlocks + 1).length <= frameBlocks;
  const late = weak(turn.site, 'clear-after-shipping');
  changeShip(turn, event.from, {
    inFlight: false,
    copy: late ? withoutShipped(ship) : copy,
    passes: ship.passes + (little ? 1 : 0),
  });
}

/** All but what lies beyond the last block that was shipped. */
function withoutShipped({ copy, cursor }: Ship): Bits {
  return withoutBlocks(copy, 0, cursor);
}

/** Its mirror has no room for it, and can be given the writes instead, which keep it a prefix. */
export const isNeedless = ({ peers }: SiteContext, other: SiteId): boolean =>
  peers[other].ship?.folded === true;

export const noteRoomless = (turn: Turn, event: Of<'stageRefused'>): void =>
  changePeer(turn, event.from, { roomless: true });

/** They found no room: they are owed again, and go in place. */
export function takeStageRefused(turn: Turn, event: Of<'stageRefused'>): void {
  const { ship } = turn.site.peers[event.from];
  if (ship === null || ship.step !== 'copying') return;
  const copy = withEach(ship.copy, event.message.blocks);
  changeShip(turn, event.from, { copy, inFlight: false });
}

/** Whatever is next for each update under way; one frame in flight. */
export function shipMore(turn: Turn): void {
  for (const other of othersOf(turn.site.config.site)) {
    const ship = turn.site.peers[other].ship;
    if (ship === null || ship.inFlight) continue;
    if (ship.step === 'comparing') compareMore(turn, other, ship);
    else if (ship.step === 'copying') copyMore(turn, other, ship);
  }
}

function compareMore(turn: Turn, other: SiteId, ship: Ship): void {
  const { site } = turn;
  const total = site.header.identity.volumes.reduce((sum, blocks) => sum + blocks, 0);
  if (ship.cursor >= total) {
    changeShip(turn, other, { step: 'copying', cursor: 0 });
    const copying = turn.site.peers[other].ship!;
    return copyMore(turn, other, copying);
  }
  if (site.rotten.includes(ship.cursor)) {
    // Owed: it counts as different, and is shipped once it can be read.
    const copy = withBlocks(ship.copy, ship.cursor, 1);
    changeShip(turn, other, { cursor: ship.cursor + 1, copy });
    return compareMore(turn, other, turn.site.peers[other].ship!);
  }
  const next = site.rotten.find((block) => block > ship.cursor) ?? total;
  const count = Math.min(site.config.frameBlocks, next - ship.cursor);
  changeShip(turn, other, { cursor: ship.cursor + count, inFlight: true });
  const runs: Run[] = [{ first: ship.cursor, count }];
  send(turn, other, { type: 'sums', epoch: epochOf(site), runs });
}

/** Clear the bit, read, ship: a write applied meanwhile sets it again. */
function copyMore(turn: Turn, other: SiteId, ship: Ship): void {
  const { site } = turn;
  const epoch = epochOf(site);
  if (isEmpty(ship.copy)) {
    // Between two applies the volumes are exactly at `applied`.
    if (site.applying !== site.applied || site.applied < ship.notBefore) return;
    changeShip(turn, other, { step: 'committing', inFlight: true });
    send(turn, other, { type: 'stageCommit', epoch, through: site.applied });
    return;
  }
  // Round and round: no block waits for ever behind others that are written again and again.
  const ready = readyToShip(site, ship.copy);
  if (isEmpty(ready)) return;
  const ahead = blocksOf(ready, site.config.frameBlocks, ship.cursor);
  const wraps = ahead.length === 0;
  const blocks = wraps ? blocksOf(ready, site.config.frameBlocks) : ahead;
  let { copy } = ship;
  if (!weak(site, 'clear-after-shipping')) copy = withoutEach(copy, blocks);
  const passes = ship.passes + (wraps ? 1 : 0);
  changeShip(turn, other, { copy, inFlight: true, cursor: blocks.at(-1)! + 1, passes });
  // An apply under way may show in what is read.
  send(turn, other, { type: 'blocks', epoch, blocks, through: site.applying });
}

/**
 * Blocks that writes of the sidefile are about to change go last, so that they go once. A new primary applies
 * first what it may of the writes it was elected with; no update waits for what nobody promised to commit.
 */
function readyToShip(site: SiteContext, copy: Bits): Bits {
  const ready = readable(site, copy);
  const ahead = entriesOf(site.log, site.applied + 1, site.log.newest);
  const calm = withoutRuns(
    ready,
    ahead.map(({ extent }) => blocksOfExtent(site.header.identity.volumes, extent)),
  );
  const elected = recordOf(site)!.parent.sequence;
  const isApplying = site.applied < Math.min(elected, site.committed, site.held.contiguous);
  return isEmpty(calm) && !isApplying ? ready : calm;
}

/** What cannot be read here is owed until it was mended, or written anew. */
const readable = (site: SiteContext, copy: Ship['copy']): Ship['copy'] =>
  withoutEach(copy, site.rotten);

/** The writes of hosts wait while an update that never ends is given its one exchange. */
export const isPaused = (site: SiteContext): boolean =>
  othersOf(site.config.site).some((other) => isOutrun(site, other));

/**
 * Did hosts write faster than this update was shipped, again and again? Not if it waits for a block that cannot be read: only
 * a write may end that. A rotten block that it does not need is mended by a mirror that is streamed to: perhaps by its target.
 */
export function isOutrun(site: SiteContext, other: SiteId): boolean {
  const { ship } = site.peers[other];
  return (
    ship !== null && ship.passes >= 3 && !site.rotten.some((block) => hasBlock(ship.copy, block))
  );
}

/** The target stands at `through`: bits up to there have done their work. */
export function endShipping(turn: Turn, event: Of<'stageCommitted'>): void {
  const { site } = turn;
  const through = event.message.summary.held.contiguous;
  const isWanted = site.config.verify === 'after-update' || isOwed(site, event.from);
  const check = isWanted ? wholeCheck(site) : null;
  changePeer(turn, event.from, { ship: null, check });
  if (site.header.start > through + 1) return;
  const peers = [...site.header.peers] as [PeerHeader, PeerHeader, PeerHeader];
  peers[event.from] = resetPeer(peers[event.from], through);
  changeHeader(turn, { peers });
}

/** Was it to be compared before? What an update changed was not compared with anything yet. */
const isOwed = (site: SiteContext, other: SiteId): boolean =>
  site.peers[other].check !== null && !weak(site, 'update-ends-a-check');

function changeShip(turn: Turn, other: SiteId, patch: Partial<Ship>): void {
  const ship = turn.site.peers[other].ship!;
  changePeer(turn, other, { ship: { ...ship, ...patch } });
}

// ---- target ----

export function openStage(turn: Turn, event: Of<'stageBegin'>): void {
  const { site } = turn;
  if (site.staging !== null) emit(turn, { type: 'dropStage' });
  const { applied } = event.message;
  change(turn, {
    committed: Math.max(site.committed, applied),
    staging: {
      from: event.from,
      session: site.peers[event.from].session,
      through: applied,
      step: 'waiting',
      compare: event.message.compare,
      full: false,
      inPlace: false,
      shipped: 0,
      pending: [],
    },
    hold: null,
  });
  // Only a primary ships: its target waits for no other one.
  changePeer(turn, event.from, { standing: epochOf(site) });
  forgetConsent(turn);
}

/** A whole volume first takes what its own sidefile has: only what is missing is shipped. */
export const isCaughtUp = (site: SiteContext): boolean =>
  site.staging?.step === 'waiting' &&
  (site.working === 0 || weak(site, 'credit-old-work')) &&
  site.applying === site.applied &&
  (site.applied <= site.header.settled || weak(site, 'stage-before-settled')) &&
  (site.header.consistency.kind !== 'consistent' ||
    weak(site, 'stage-before-applied') ||
    site.applied >= Math.min(site.held.contiguous, site.staging.through));

export function readyStage(turn: Turn): void {
  const { staging, header } = turn.site;
  const { from } = staging!;
  change(turn, { staging: { ...staging!, step: 'open' } });
  const repair = coveringRuns(header.repair, runsMax);
  send(turn, from, { type: 'stageReady', epoch: epochOf(turn.site), repair });
}

export const isStageOpen = (site: SiteContext): boolean => site.staging?.step === 'open';

/** Is what the disk answers what this update asked for, and not the one before? */
const isAnswered = (site: SiteContext): boolean =>
  isStageOpen(site) || weak(site, 'credit-old-work');

export function takeSums(turn: Turn, event: Of<'sums'>): void {
  emit(turn, { type: 'compare', runs: event.message.runs });
}

export function answerSums(turn: Turn, event: { differing: readonly Run[] }): void {
  const { staging } = turn.site;
  if (!isAnswered(turn.site) || staging === null) return;
  const { differing } = event;
  send(turn, staging.from, { type: 'sumsDiffer', epoch: epochOf(turn.site), runs: differing });
}

export function confirmBlocks(turn: Turn): void {
  const { staging } = turn.site;
  if (!isAnswered(turn.site) || staging === null) return;
  send(turn, staging.from, { type: 'blocksStored', epoch: epochOf(turn.site) });
}

export function flushStage(turn: Turn, event: Of<'stageCommit'>): void {
  const { through } = event.message;
  change(turn, { staging: { ...turn.site.staging!, through, step: 'flushing' } });
  emit(turn, { type: 'flushStage' });
}

export const isStageFlushing = (site: SiteContext): boolean => site.staging?.step === 'flushing';

/** In place nothing is staged: the one durable step is the end of the mark. */
export function markInPlace(turn: Turn, event: Of<'stageCommit'>): void {
  const { through } = event.message;
  change(turn, { staging: { ...turn.site.staging!, through } });
  markStage(turn);
}

/** The commit mark: one durable step makes the stage this site's content at `through`. */
export function markStage(turn: Turn): void {
  const { site } = turn;
  const staging = site.staging!;
  const { through, from } = staging;
  const elected = recordOf(site)?.parent.sequence ?? 0;
  const held = include(site.held, { first: 1, last: through });
  const reached = weak(site, 'sound-by-blocks-only') ? through : held.contiguous;
  change(turn, {
    mended: true,
    staging: { ...staging, step: 'marking' },
    // What lies beyond stays: it was acknowledged, and follows in order.
    log: retireTo(site.log, through + 1),
    held,
    storing: site.storing.filter(({ sequence }) => sequence > through),
    committed: Math.max(site.committed, through),
    durable: through,
    applied: through,
    applying: through,
    flushing: 0,
  });
  changeHeader(turn, {
    committed: through,
    settled: through,
    start: through + 1,
    consistency: staging.inPlace
      ? { kind: 'consistent' }
      : { kind: 'staged', epoch: epochOf(site), through },
    repair: noBits,
    damaged: site.header.damaged && reached < elected,
    peers: siteIds.map((id) =>
      afterUpdate(site, site.header.peers[id], id === from, through),
    ) as unknown as readonly [PeerHeader, PeerHeader, PeerHeader],
  });
}

/** Of the source it is known that it holds all this; of the third site no more than before. */
function afterUpdate(
  site: SiteContext,
  peer: PeerHeader,
  isSource: boolean,
  through: number,
): PeerHeader {
  const reset = resetPeer(peer, through);
  if (weak(site, 'update-keeps-bases')) return peer;
  return isSource ? reset : { ...reset, noted: peer.noted };
}

/** What it holds is decided, but not durable yet: nobody may be told. */
export const isMarking = (site: SiteContext): boolean =>
  !isStageIdle(site.staging) && !weak(site, 'tell-before-mark');

export const isMarkDurable = (site: SiteContext): boolean =>
  site.staging?.step === 'marking' && site.stable.consistency.kind === 'staged';

export function applyStage(turn: Turn): void {
  change(turn, { staging: { ...turn.site.staging!, step: 'applying' } });
  emit(turn, { type: 'applyStage' });
}

export function closeStage(turn: Turn): void {
  const { staging } = turn.site;
  if (staging !== null) change(turn, { staging: { ...staging, step: 'closing' } });
  changeHeader(turn, { consistency: { kind: 'consistent' } });
}

/** Also after a restart that found the mark: nobody waits for an answer then. */
export const isStageClosed = (site: SiteContext): boolean =>
  (site.staging === null || site.staging.step === 'closing') &&
  site.stable.consistency.kind === 'consistent';

export function endStage(turn: Turn): void {
  const { site } = turn;
  emit(turn, { type: 'dropStage' });
  if (site.staging === null) return;
  const { from, session, through } = site.staging;
  change(turn, { staging: null });
  emit(turn, { type: 'report', event: { kind: 'staged', through } });
  if (session !== site.peers[from].session && !weak(site, 'end-in-any-session')) return;
  // Whoever began to promise says nothing more in this epoch, and nobody speaks in one before its record
  // is durable there: the promise, or the confirmation of the record, tells where the volumes stand.
  if (isFenced(site) || !isRecordDurable(site)) return;
  send(turn, from, { type: 'stageCommitted', epoch: epochOf(site), summary: summaryOf(turn.site) });
}

/** The source is gone before the mark: nothing happened. */
export function abandonStage(turn: Turn): void {
  const { staging } = turn.site;
  if (staging === null || !isStageIdle(staging)) return;
  change(turn, { staging: null });
  emit(turn, { type: 'dropStage' });
}
