import type { AnswerCode } from '../effect.ts';
import type { HostWrite } from '../event.ts';
import { newestOfHolding } from '../holding.ts';
import { entriesOf } from '../sidefile-log.ts';
import {
  change,
  emit,
  epochOf,
  isFenced,
  isNamed,
  recordOf,
  type SiteContext,
  type Turn,
  type WaitingRead,
  weak,
} from '../site.ts';
import { type Entry, type Extent, othersOf, type Sequence, type SiteId } from '../words.ts';
import { receive, windowEndOf } from './storage.ts';

/** The primary's side of the host: sequences, the commit position, answers. */

/** Writes get the next sequences as far as there is room; the rest waits in the order it came. */
export function takeWrites(turn: Turn, event: { writes: readonly HostWrite[] }): void {
  const room = turn.site.config.pendingMax - turn.site.pending.length;
  const taken = event.writes.slice(0, Math.max(0, room));
  answer(
    turn,
    event.writes.slice(taken.length).map(({ request }) => request),
    'refused-busy',
  );
  if (taken.length > 0) change(turn, { pending: [...turn.site.pending, ...taken] });
}

/** Gives sequences to pending writes while every holder has room for them. */
export function admitPending(turn: Turn, most = Number.POSITIVE_INFINITY): void {
  const { site } = turn;
  const newest = newestSequence(site);
  const count = Math.min(site.pending.length, admissionEnd(site) - newest, most);
  if (count <= 0) return;
  const writes = site.pending.slice(0, count);
  const epoch = epochOf(site);
  const entries: Entry[] = writes.map(({ extent, kind, checksum }, index) => ({
    epoch,
    sequence: newest + 1 + index,
    extent,
    kind,
    checksum,
  }));
  change(turn, {
    pending: site.pending.slice(count),
    waiting: [
      ...site.waiting,
      ...writes.map(({ request }, index) => ({ request, sequence: newest + 1 + index })),
    ],
  });
  receive(
    turn,
    entries,
    writes.map(({ request }) => request),
  );
}

/** Largest sequence given out on this history. */
export const newestSequence = (site: SiteContext): Sequence =>
  Math.max(
    weak(site, 'number-from-committed') ? site.committed : newestOfHolding(site.held),
    weak(site, 'number-from-committed') ? 0 : site.log.newest,
    recordOf(site)?.parent.sequence ?? 0,
  );

/** The primary keeps no more uncommitted than the smallest window of itself and the sync set. */
function admissionEnd(site: SiteContext): Sequence {
  let end = windowEndOf(site);
  for (const mirror of recordOf(site)?.syncSet ?? []) {
    const peer = site.peers[mirror];
    if (peer.phase === 'streaming') end = Math.min(end, peer.windowEnd);
  }
  return end;
}

/** Largest position that the primary and every member of the sync set hold contiguously. */
export function commitPoint(site: SiteContext): Sequence {
  const record = recordOf(site);
  if (!record || !site.stands || isFenced(site)) return site.committed;
  const own = weak(site, 'commit-before-own-flush') ? site.log.newest : site.held.contiguous;
  if (record.how === 'forced') return own;
  if (record.syncSet.length === 0) {
    return weak(site, 'commit-without-evidence') ? own : site.committed;
  }
  let point = own;
  for (const mirror of record.syncSet) {
    const peer = site.peers[mirror];
    if (peer.phase !== 'streaming') {
      if (weak(site, 'leave-without-record')) continue;
      return site.committed;
    }
    // Who took a member's place knows nothing of what that one promised.
    if (!isNamed(site, mirror) && !weak(site, 'commit-by-number')) return site.committed;
    const held = weak(site, 'commit-by-maximum')
      ? newestOfHolding(peer.held)
      : peer.held.contiguous;
    point = Math.min(point, held);
  }
  return Math.max(site.committed, point);
}

/** Does an answer to a host wait for what this site stores? Nobody waits for a mirror outside of the sync set. */
export function isAwaited(site: SiteContext): boolean {
  const record = recordOf(site);
  const me = site.config.site;
  return !record || record.primary === me || record.syncSet.includes(me);
}

/** Moves c and answers the hosts it reached. */
export function advanceCommit(turn: Turn): void {
  raiseCommit(turn, commitPoint(turn.site));
  askEvidence(turn);
}

export function raiseCommit(turn: Turn, committed: Sequence): void {
  const { site } = turn;
  if (committed > site.committed) change(turn, { committed });
  const end = weak(site, 'answer-when-stored') ? site.held.contiguous : turn.site.committed;
  const reached = turn.site.waiting.filter(({ sequence }) => sequence <= end);
  if (reached.length === 0) return;
  change(turn, { waiting: turn.site.waiting.slice(reached.length) });
  answer(
    turn,
    reached.map(({ request }) => request),
    'done',
  );
}

/** One evidence exchange at a time, asked after what it shall show was held and read requests came. */
export function askEvidence(turn: Turn): void {
  const { site } = turn;
  if (site.asking !== null || isFenced(site) || !site.stands) return;
  const record = recordOf(site)!;
  const unshown =
    record.syncSet.length === 0 && record.how !== 'forced' && site.held.contiguous > site.committed;
  // What an older epoch acknowledged lies at or below the parent: no read before c is there.
  const isWhole = site.committed >= record.parent.sequence || weak(site, 'read-before-parent');
  const unread = site.reads.length > 0 && isWhole;
  if (!unshown && !unread) return;
  if (record.how === 'forced') return answerReads(turn, Number.MAX_SAFE_INTEGER);
  const voters = othersOf(site.config.site).filter((other) => canWitness(site, other));
  if (voters.length === 0) return;
  const token = site.token + 1;
  change(turn, { token, asking: { token, through: site.held.contiguous } });
  for (const other of voters) ask(turn, other);
}

/** A leg is back: what is being asked is asked there too. */
export function askAgain(turn: Turn, other: SiteId): void {
  if (turn.site.asking !== null && canWitness(turn.site, other)) ask(turn, other);
}

function ask(turn: Turn, other: SiteId): void {
  const { site } = turn;
  emit(turn, {
    type: 'send',
    to: other,
    session: site.peers[other].session,
    message: { type: 'ask', epoch: epochOf(site), token: site.asking!.token },
  });
}

/** Only a site with a vote can show that no newer epoch has a majority without it. */
function canWitness(site: SiteContext, other: SiteId): boolean {
  const peer = site.peers[other];
  if (peer.session === 0 || peer.phase === 'down' || peer.phase === 'greeting') return false;
  return isNamed(site, other) || weak(site, 'evidence-without-vote');
}

/** An answer to the latest question: c covers what was held then, reads that had come are answered. */
export function takeEvidence(
  turn: Turn,
  event: { message: { epoch: number; token: number } },
): void {
  const { site } = turn;
  const { epoch, token } = event.message;
  if (site.asking === null || token !== site.asking.token || epoch !== epochOf(site)) return;
  const early = weak(site, 'evidence-of-an-earlier-question');
  const through = early ? site.held.contiguous : site.asking.through;
  change(turn, { asking: null });
  if (recordOf(site)!.syncSet.length === 0) raiseCommit(turn, Math.max(site.committed, through));
  answerReads(turn, token);
  askEvidence(turn);
}

export function takeRead(turn: Turn, event: { request: number; extent: Extent }): void {
  const { site } = turn;
  const read: WaitingRead = {
    request: event.request,
    extent: event.extent,
    token: site.token + 1,
  };
  change(turn, { reads: [...site.reads, read] });
  if (site.config.reads === 'local' || weak(site, 'read-without-evidence')) {
    answerReads(turn, Number.MAX_SAFE_INTEGER);
  } else askEvidence(turn);
}

function answerReads(turn: Turn, token: number): void {
  const { site } = turn;
  const ready = site.reads.filter((read) => read.token <= token);
  if (ready.length === 0) return;
  change(turn, { reads: site.reads.filter((read) => read.token > token) });
  const end = weak(site, 'read-uncommitted') ? site.log.newest : site.committed;
  for (const { request, extent } of ready) {
    const overlay = entriesOf(site.log, site.applied + 1, end).filter((entry) =>
      overlaps(entry.extent, extent),
    );
    emit(turn, { type: 'read', request, extent, overlay });
  }
}

export function overlaps(one: Extent, other: Extent): boolean {
  return (
    one.volume === other.volume &&
    one.first < other.first + other.count &&
    other.first < one.first + one.count
  );
}

/** Their time is over: whether they were written is not known; what got no sequence was not. */
export function expire(turn: Turn, event: { requests: readonly number[] }): void {
  const { site } = turn;
  const late = new Set(event.requests);
  const unsequenced = site.pending.filter(({ request }) => late.has(request));
  const sequenced = site.waiting.filter(({ request }) => late.has(request));
  const reads = site.reads.filter(({ request }) => late.has(request));
  change(turn, {
    pending: site.pending.filter(({ request }) => !late.has(request)),
    waiting: site.waiting.filter(({ request }) => !late.has(request)),
    reads: site.reads.filter(({ request }) => !late.has(request)),
  });
  answer(
    turn,
    sequenced.map(({ request }) => request),
    'unknown-fate',
  );
  answer(
    turn,
    [...unsequenced, ...reads].map(({ request }) => request),
    'not-serving',
  );
}

/** Somebody else writes now: nothing this site still owes its hosts will be known here. */
export function disownHosts(turn: Turn): void {
  const { site } = turn;
  const unsequenced = [...site.pending, ...site.reads].map(({ request }) => request);
  answer(
    turn,
    site.waiting.map(({ request }) => request),
    'unknown-fate',
  );
  answer(turn, unsequenced, 'not-primary');
  change(turn, { pending: [], waiting: [], reads: [], asking: null });
}

/** What a newer history cuts will never be done; a new write gets its sequence, and c reaches that one. */
export function disownCut(turn: Turn, fork: Sequence): void {
  const { waiting } = turn.site;
  const cut = waiting.filter(({ sequence }) => sequence > fork);
  if (cut.length === 0 || weak(turn.site, 'answer-for-the-cut')) return;
  change(turn, { waiting: waiting.filter(({ sequence }) => sequence <= fork) });
  answer(
    turn,
    cut.map(({ request }) => request),
    'unknown-fate',
  );
}

export function refuseWrites(turn: Turn, event: { writes: readonly HostWrite[] }): void {
  answer(
    turn,
    event.writes.map(({ request }) => request),
    refusalOf(turn.site),
  );
}

export function refuseRequest(turn: Turn, event: { request: number }): void {
  answer(turn, [event.request], refusalOf(turn.site));
}

/** A flush has nothing to wait for: every acknowledged write is durable. */
export function takeFlush(turn: Turn, event: { request: number }): void {
  answer(turn, [event.request], 'done');
}

function refusalOf(site: SiteContext): AnswerCode {
  return recordOf(site)?.primary === site.config.site ? 'not-serving' : 'not-primary';
}

function answer(turn: Turn, requests: readonly number[], code: AnswerCode): void {
  if (requests.length > 0) emit(turn, { type: 'answer', requests, code });
}
