import { bitsOfPeer } from '../bitmap.ts';
import { countOf, noBits } from '../bits.ts';
import { rangesMax } from '../frame-limits.ts';
import { newestEpoch, newestOf, sameRecord } from '../history.ts';
import {
  cutHolding,
  holdingFrom,
  holds,
  lacking,
  newestOfHolding,
  nothing,
  toldOf,
  unionOfHoldings,
} from '../holding.ts';
import type { Message } from '../message.ts';
import { type Direction, type Plan, plan, planDigest } from '../plan.ts';
import { entriesOf, entryAt, type SidefileLog } from '../sidefile-log.ts';
import {
  change,
  changeHeader,
  changePeer,
  emit,
  epochOf,
  isFenced,
  type Peer,
  recordOf,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import type { Summary } from '../summary.ts';
import {
  type Entry,
  type Holding,
  othersOf,
  type Sequence,
  type SiteId,
  thirdOf,
} from '../words.ts';
import { askAgain, newestSequence } from './commit.ts';
import { send } from './epoch.ts';
import { isWorthFolding } from './fold.ts';
import { checkAgain, isHolding } from './hold.ts';
import { disconnect } from './link.ts';
import { receive, windowEndOf, withEntries } from './storage.ts';
import { summaryOf } from './summary.ts';

/** The primary's side of one mirror: greet, plan, stream, inform. */

type Of<Type extends Message['type']> = {
  readonly from: SiteId;
  readonly message: Extract<Message, { type: Type }>;
};

/** Tells the mirror the newest record, and what this site is; it answers in kind once it stands on it. */
export function greet(turn: Turn, other: SiteId): void {
  const check = checkAgain(turn.site.peers[other].check);
  const fresh = { ship: null, informing: null, informed: nothing, fetching: false } as const;
  const summary = summaryOf(turn.site);
  changePeer(turn, other, { phase: 'greeting', ...fresh, check, shown: summary });
  send(turn, other, { type: 'record', summary });
}

export function noteSummary(
  turn: Turn,
  event: { from: SiteId; message: { summary: Summary } },
): void {
  const { summary } = event.message;
  changePeer(turn, event.from, { greeted: true, summary });
  const { site } = turn;
  const record = recordOf(site);
  const newest = newestOf(summary.history);
  // By all that it says, not by its name.
  if (!record || !newest || !sameRecord(newest, record)) return;
  const votes = record.incarnations[event.from] === summary.incarnation;
  if (!site.stands && votes) change(turn, { stands: true });
  learnCommitOf(turn, summary);
}

/**
 * What a mirror of its record knows to be committed is: an older primary said so, and the mirror cut it to this history. The
 * primary may have forgotten it, and an update of that mirror ends no earlier. It may lie beyond what is held here so far.
 */
function learnCommitOf(turn: Turn, { committed }: Summary): void {
  const { site } = turn;
  if (committed <= site.committed || weak(site, 'unheard-commit')) return;
  change(turn, { committed });
}

/** c as mirrors are told of it: they note that this site holds as much. */
const commitTold = ({ committed, held }: SiteContext): Sequence =>
  Math.min(committed, held.contiguous);

/** Which way the resync of this mirror goes: the comparison of two sidefiles by sequence. */
export function planFor(site: SiteContext, summary: Summary): Plan {
  const known = plans.get(summary);
  if (known?.site === site) return known.plan;
  const planned = plan(summaryOf(site), summary, site.config.weakness);
  plans.set(summary, { site, plan: planned });
  return planned;
}

/** How the mirror is given what it lacks: as planned, or a delta folded. */
export function wayTo(site: SiteContext, summary: Summary): Direction | null {
  const planned = planFor(site, summary);
  if (planned.kind === 'refuse') return null;
  const way = planned.toSecond;
  const mayFold = way.verdict === 'delta' && !site.peers[summary.site].roomless;
  return mayFold && isWorthFolding(site, summary)
    ? { ...way, verdict: 'folded', reason: 'blocks written again' }
    : way;
}

/** Several guards ask for the same plan of the same event; both keys are values that never change. */
const plans = new WeakMap<Summary, { readonly site: SiteContext; readonly plan: Plan }>();

/** The plan both sites were to make: of what each told the other, whatever has moved on since. */
const planTold = (site: SiteContext, other: SiteId, summary: Summary): Plan =>
  plan(site.peers[other].shown!, summary, site.config.weakness);

/** Does the mirror plan something else? Then nothing begins; both tell of themselves again after a pause. */
export function isUnlike(site: SiteContext, event: Of<'recordStored'>): boolean {
  const { digest, summary } = event.message;
  if (weak(site, 'ignore-the-digest')) return false;
  return planDigest(planTold(site, event.from, summary)) !== digest;
}

export function reportUnlike(turn: Turn, event: Of<'recordStored'>): void {
  changePeer(turn, event.from, { unlike: true });
  const { digest, summary } = event.message;
  const own = planDigest(planTold(turn.site, event.from, summary));
  emit(turn, {
    type: 'report',
    event: { kind: 'unlikePlans', peer: event.from, own, theirs: digest },
  });
}

export function verdictFor(
  site: SiteContext,
  summary: Summary,
): Direction['verdict'] | 'refuse' | 'outdated' {
  if (newestEpoch(summary.history) !== epochOf(site)) return 'outdated';
  return wayTo(site, summary)?.verdict ?? 'refuse';
}

export function reportPlan(
  turn: Turn,
  event: { from: SiteId; message: { summary: Summary } },
): void {
  const { summary } = event.message;
  if (turn.site.peers[event.from].unlike) changePeer(turn, event.from, { unlike: false });
  const planned = planFor(turn.site, summary);
  if (planned.kind === 'refuse') {
    emit(turn, {
      type: 'report',
      event: { kind: 'refused', peer: event.from, reason: planned.reason },
    });
    return;
  }
  const way = wayTo(turn.site, summary)!;
  const { verdict, reason, count } = way;
  emit(turn, {
    type: 'report',
    event: {
      kind: 'planned',
      peer: event.from,
      verdict,
      reason,
      count,
      blocks: blocksMoved(turn.site, event.from, summary, way),
      from: summary.held.contiguous,
      to: planned.end,
    },
  });
}

/** In blocks: those of the writes lacking, those an update ships, or all that are compared. */
function blocksMoved(
  site: SiteContext,
  other: SiteId,
  summary: Summary,
  { verdict }: Direction,
): number {
  const { volumes } = site.header.identity;
  if (verdict === 'none') return 0;
  if (verdict === 'compare-blocks') return volumes.reduce((sum, blocks) => sum + blocks, 0);
  const lacking = entriesOf(site.log, summary.held.contiguous + 1, site.log.newest).filter(
    ({ sequence }) => !holds(summary.held, sequence),
  );
  if (verdict === 'delta') return lacking.reduce((sum, { extent }) => sum + extent.count, 0);
  const bits = verdict === 'folded' ? noBits : bitsOfPeer(site.header.peers[other]);
  return Math.max(countOf(withEntries(site.header, bits, lacking)), summary.repairCount);
}

/** What it holds is known: from here on everything beyond goes to it in order. */
export function beginStreaming(turn: Turn, other: SiteId): void {
  const peer = turn.site.peers[other];
  const summary = peer.summary!;
  const held = heldBy(turn.site, peer.held, summary);
  changePeer(turn, other, {
    phase: 'streaming',
    held,
    start: summary.start,
    windowEnd: Math.max(peer.windowEnd, summary.windowEnd),
    summary: null,
    shown: null,
    sent: held.contiguous,
    told: -1,
    informing: null,
    informed: nothing,
    fetching: false,
    ship: null,
  });
  askAgain(turn, other);
}

/** What it summarised now, whatever was noted of it before. */
function heldBy(site: SiteContext, noted: Holding, summary: Summary): Holding {
  if (weak(site, 'merge-notes')) return unionOfHoldings(noted, summary.held);
  return weak(site, 'compare-by-notes') ? noted : summary.held;
}

/** Sends what the mirror lacks, in order, up to the end of its window. */
export function pump(turn: Turn): void {
  const read: LastRead = { stretch: null };
  for (const other of othersOf(turn.site.config.site)) {
    while (pumpFrame(turn, other, read)) {
      // one frame after the other, until the window or the sidefile ends
    }
  }
}

function pumpFrame(turn: Turn, other: SiteId, read: LastRead): boolean {
  const { site } = turn;
  const peer = site.peers[other];
  if (peer.phase !== 'streaming' || isFenced(site)) return false;
  const window = weak(site, 'send-beyond-window') ? Number.MAX_SAFE_INTEGER : peer.windowEnd;
  const ready = weak(site, 'forward-after-store') ? site.held.contiguous : site.log.newest;
  const end = Math.min(ready, window);
  const from = weak(site, 'send-only-newest') ? Math.max(peer.sent, end - 1) : peer.sent;
  if (from >= end) return false;
  const { entries, sent } = frameFrom(site, from, end, peer.held, read);
  if (sent === peer.sent) return false;
  changePeer(turn, other, { sent });
  if (entries.length > 0) {
    const committed = commitTold(site);
    changePeer(turn, other, { told: committed });
    send(turn, other, { type: 'write', epoch: epochOf(site), entries, committed });
  }
  return true;
}

/** What lies beyond `from` without a gap and the mirror does not hold, and up to where that is. */
function frameFrom(
  site: SiteContext,
  from: Sequence,
  end: Sequence,
  held: Holding,
  read: LastRead,
): Pick<Stretch, 'entries' | 'sent'> {
  const { frameEntries } = site.config;
  const isAllLacking = newestOfHolding(held) <= from;
  if (isAllLacking) return stretchFrom(site.log, from, Math.min(end, from + frameEntries), read);
  const entries: Entry[] = [];
  let sent = from;
  while (sent < end && entries.length < frameEntries) {
    const entry = entryAt(site.log, sent + 1);
    if (entry === null) break;
    sent++;
    if (!holds(held, sent)) entries.push(entry);
  }
  return { entries, sent };
}

/** Entries beyond `from`, up to `end` or the first gap: `sent` is the last of them. */
interface Stretch {
  readonly from: Sequence;
  readonly end: Sequence;
  readonly entries: readonly Entry[];
  readonly sent: Sequence;
}

/** The stretch read last in this step: both mirrors are mostly sent the same. */
interface LastRead {
  stretch: Stretch | null;
}

function stretchFrom(log: SidefileLog, from: Sequence, end: Sequence, read: LastRead): Stretch {
  const { stretch } = read;
  if (stretch?.from === from && stretch.end === end) return stretch;
  const kept = entriesOf(log, from + 1, end);
  const gap = kept.findIndex(({ sequence }, index) => sequence !== from + 1 + index);
  const entries = gap < 0 ? kept : kept.slice(0, gap);
  read.stretch = { from, end, entries, sent: from + entries.length };
  return read.stretch;
}

/** A retired entry is wanted: this leg cannot go on in order. */
export function isPunctured(site: SiteContext, other: SiteId): boolean {
  const peer = site.peers[other];
  return peer.phase === 'streaming' && peer.held.contiguous + 1 < site.log.start;
}

/** c without a write to carry it: only to a mirror that has nothing under way. */
export function tellCommit(turn: Turn): void {
  for (const other of othersOf(turn.site.config.site)) {
    const { site } = turn;
    const peer = site.peers[other];
    if (!site.stands || isFenced(site)) continue;
    // Who is sent nothing still hears that its primary stands, once: else it would look for another.
    if (peer.phase === 'suspended' && !weak(site, 'silent-while-suspended'))
      tellStanding(turn, other);
    if (peer.phase !== 'streaming') continue;
    const committed = commitTold(site);
    if (peer.told >= committed || peer.held.contiguous < peer.sent) continue;
    if (site.config.lazyCommit && site.durable < committed) continue; // the next write tells it
    changePeer(turn, other, { told: committed });
    send(turn, other, { type: 'advance', epoch: epochOf(site), committed });
  }
}

function tellStanding(turn: Turn, other: SiteId): void {
  const { session, told } = turn.site.peers[other];
  if (session === 0 || told >= 0) return;
  changePeer(turn, other, { told: 0 });
  send(turn, other, { type: 'advance', epoch: epochOf(turn.site), committed: 0 });
}

/** Notes are cumulative within a session: frames of several connections may overtake each other. */
export function takeAcknowledged(turn: Turn, event: Of<'acknowledged'>): void {
  const { site } = turn;
  const peer = site.peers[event.from];
  const { held, start, windowEnd } = event.message;
  const impossible = held.contiguous > newestSequence(site);
  if (impossible) return;
  // A window that moved is told once, and may overtake the answer to a greeting.
  if (peer.phase !== 'streaming') {
    if (weak(site, 'window-of-streamed-only')) return;
    return changePeer(turn, event.from, { windowEnd: Math.max(peer.windowEnd, windowEnd) });
  }
  const before = peer.held.contiguous;
  changePeer(turn, event.from, {
    held: toldOf(unionOfHoldings(peer.held, held)),
    start: Math.max(peer.start, start),
    windowEnd: Math.max(peer.windowEnd, windowEnd),
  });
  const now = turn.site.peers[event.from].held.contiguous;
  if (now > before && now === newestSequence(site)) {
    emit(turn, { type: 'report', event: { kind: 'level', peer: event.from, at: now } });
  }
}

/** Informs each mirror of what the other one holds (claims 9, 22, 30, 31); one notice at a time. */
export function inform(turn: Turn): void {
  for (const other of othersOf(turn.site.config.site)) {
    const { site } = turn;
    if (weak(site, 'never-inform')) continue;
    const peer = site.peers[other];
    const about = thirdOf(site.config.site, other);
    const subject = site.peers[about];
    if (peer.phase !== 'streaming' || subject.phase !== 'streaming') continue;
    if (!site.stands || peer.informing !== null) continue;
    const { held, start } = subject;
    // c tells what a member of the sync set holds; where its sidefile begins, nothing else tells.
    const known = recordOf(site)?.syncSet.includes(about) === true;
    const isOfStart = site.config.sidefile.basis === 'oldest' && start !== peer.informedStart;
    if ((known || !isNews(site, held, peer)) && !isOfStart) continue;
    changePeer(turn, other, { informing: held });
    // Nobody else asks when it was told of: kept only where it counts.
    if (site.config.sidefile.basis === 'oldest') changePeer(turn, other, { informedStart: start });
    send(turn, other, { type: 'notice', epoch: epochOf(site), about, held, start });
  }
}

/**
 * Worth a notice: any difference. While hosts of a lazy site write: a lot of entries, or what the
 * informed one does not hold itself.
 */
function isNews(site: SiteContext, subject: Holding, peer: Peer): boolean {
  const isWaiting = site.config.lazyCommit && site.durable < site.log.newest;
  const lot = site.header.capacity / 8;
  const isLot = Math.abs(subject.contiguous - peer.informed.contiguous) >= lot;
  const isAhead = newestOfHolding(subject) > newestOfHolding(peer.held);
  if (isWaiting && !isLot && !isAhead) return false;
  return JSON.stringify(subject) !== JSON.stringify(peer.informed);
}

/** The sync mirror confirmed what it was told (claims 12, 25). */
export function takeNoticed(turn: Turn, event: Of<'noticed'>): void {
  const { site } = turn;
  if (weak(site, 'forget-confirmation')) return;
  // Also one that nobody waits for any more: a late notice may have taken back what a later one told.
  const isAwaited = site.peers[event.from].informing !== null;
  if (!isAwaited && weak(site, 'awaited-confirmations-only')) return;
  changePeer(turn, event.from, { informing: null, informed: event.message.held });
}

export const lacksElected = (site: SiteContext): boolean =>
  site.held.contiguous < (recordOf(site)?.parent.sequence ?? 0);

/** Fetches what the elected history has and this site lacks: of each mirror what its sidefile still has, as far as there is room. */
export function fetchFrom(turn: Turn, other: SiteId): void {
  const { site } = turn;
  const end = Math.min(recordOf(site)!.parent.sequence, windowEndOf(site));
  const { held, start } = site.peers[other];
  const missing = lacking(site.held, cutHolding(holdingFrom(held, start), end));
  const ranges = missing.slice(0, rangesMax);
  if (ranges.length === 0) return;
  changePeer(turn, other, { fetching: true });
  send(turn, other, { type: 'fetch', epoch: epochOf(site), ranges });
}

export function takeFetched(turn: Turn, event: Of<'fetched'>): void {
  changePeer(turn, event.from, { fetching: false });
  receive(turn, event.message.entries, []);
}

export function loseLeg(turn: Turn, other: SiteId): void {
  const check = checkAgain(turn.site.peers[other].check);
  const idle = {
    shown: null,
    unlike: false,
    ship: null,
    informing: null,
    fetching: false,
  } as const;
  changePeer(turn, other, { phase: 'down', ...idle, check });
}

/**
 * What is under way on the leg is answered one by one. An answer to it, or a frame that its mirror has not read
 * yet, would be taken for a part of what comes next: the session ends, and with it all that was said in it.
 */
export function suspendLeg(turn: Turn, other: SiteId): void {
  const { check: before, phase, ship, session } = turn.site.peers[other];
  const isUnderWay =
    (ship !== null || isHolding(before)) && !weak(turn.site, 'one-session-for-all');
  const check = checkAgain(before);
  const idle = {
    summary: null,
    shown: null,
    ship: null,
    informing: null,
    fetching: false,
    told: -1,
  } as const;
  changePeer(turn, other, { phase: 'suspended', ...idle, check });
  emit(turn, { type: 'report', event: { kind: 'suspended', peer: other } });
  if (phase === 'greeting' && !weak(turn.site, 'ask-only-whom-it-streams-to')) {
    askAgain(turn, other);
  }
  if (!isUnderWay) return;
  disconnect(turn, { peer: other });
  changePeer(turn, other, { phase: 'suspended' });
  emit(turn, { type: 'endSession', peer: other, session });
}

/** An operator's word on a leg stays until he says otherwise, whatever its link does. */
export const isHalted = ({ header }: SiteContext, other: SiteId): boolean =>
  header.halted.includes(other);

export function haltLeg(turn: Turn, other: SiteId): void {
  if (isHalted(turn.site, other)) return;
  changeHeader(turn, { halted: [...turn.site.header.halted, other].sort() });
}

export function resumeLeg(turn: Turn, other: SiteId): void {
  if (!isHalted(turn.site, other)) return;
  changeHeader(turn, { halted: turn.site.header.halted.filter((site) => site !== other) });
}
