import { blocksOfExtent, dropEntries, noteHeld } from '../bitmap.ts';
import { noBits, withRuns } from '../bits.ts';
import { type Header, isPrefix, type PeerHeader } from '../header.ts';
import { newestEpoch } from '../history.ts';
import { holds, include, newestOfHolding } from '../holding.ts';
import { appendEntries, conflictsOf, entriesOf, epochOfEntry, retireTo } from '../sidefile-log.ts';
import {
  change,
  changeHeader,
  changePeer,
  emit,
  epochOf,
  isFenced,
  recordOf,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import { type Entry, othersOf, type Range, type Sequence, type SiteId } from '../words.ts';
import { firstCopied, isKeeping } from './export.ts';
import { isGivenUp, strideOf } from './high-water.ts';
import { forgetRotten, heldAt } from './hold.ts';

/**
 * An entry's life at a site, in this order:
 * received, stored, committed, applied, settled, retired.
 */

export const windowEndOf = (site: SiteContext): Sequence =>
  weak(site, 'keep-every-write')
    ? Number.MAX_SAFE_INTEGER
    : site.stable.start - 1 + site.stable.capacity;

/** Stores what is new of these entries. Requests: the host's, entry by entry, at the primary. */
export function receive(turn: Turn, entries: readonly Entry[], requests: readonly number[]): void {
  const { site } = turn;
  if (conflictsOf(site.log, entries).length > 0) {
    emit(turn, { type: 'stop', reason: 'position-conflict' });
    return;
  }
  const end = weak(site, 'accept-beyond-window') ? Number.MAX_SAFE_INTEGER : windowEndOf(site);
  const unknown = entries.filter(
    ({ sequence }) =>
      sequence <= end && !holds(site.held, sequence) && epochOfEntry(site.log, sequence) === null,
  );
  if (unknown.length === 0) return;
  const fresh = weak(site, 'forget-location') ? unknown.map(withoutLocation) : unknown;
  const carries = fresh.every((entry) => entry.epoch === epochOf(site));
  change(turn, {
    log: appendEntries(site.log, fresh),
    storing: [...site.storing, ...fresh.map(({ epoch, sequence }) => ({ epoch, sequence }))],
  });
  emit(turn, { type: 'store', entries: fresh, committed: carries ? site.committed : 0, requests });
}

const withoutLocation = (entry: Entry): Entry => ({
  ...entry,
  extent: { ...entry.extent, first: 0 },
});

/** A store ended: its entries are durable, and so is the c it carried. */
export function noteStored(
  turn: Turn,
  event: { entries: readonly Entry[]; committed: Sequence },
): void {
  const { site } = turn;
  let { held } = site;
  for (const run of runsKept(site, event.entries)) held = include(held, run);
  const current = event.entries.every(({ epoch }) => epoch === epochOf(site));
  change(turn, {
    held,
    storing: without(site.storing, event.entries),
    durable: current ? Math.max(site.durable, event.committed) : site.durable,
  });
  mend(turn);
}

/** Of these entries those that no newer record cut meanwhile, as runs of sequences, in their order. */
function runsKept(site: SiteContext, entries: readonly Entry[]): readonly Range[] {
  const runs: { first: Sequence; last: Sequence }[] = [];
  for (const { epoch, sequence } of entries) {
    if (epochOfEntry(site.log, sequence) !== epoch) continue;
    const run = runs.at(-1);
    if (run?.last === sequence - 1) run.last = sequence;
    else runs.push({ first: sequence, last: sequence });
  }
  return runs;
}

/** Stores mostly end as they began, all together: then there is nothing to look up. */
function without(
  storing: SiteContext['storing'],
  entries: readonly Entry[],
): SiteContext['storing'] {
  const areAll =
    storing.length === entries.length &&
    storing.every(({ epoch, sequence }, index) => {
      const ended = entries[index]!;
      return ended.epoch === epoch && ended.sequence === sequence;
    });
  if (areAll) return [];
  const ended = new Set(entries.map(({ epoch, sequence }) => `${epoch}.${sequence}`));
  return storing.filter(({ epoch, sequence }) => !ended.has(`${epoch}.${sequence}`));
}

/** A damaged site that was given blocks is sound once it holds all that was elected. */
function mend(turn: Turn): void {
  const { header, mended, held } = turn.site;
  if (!header.damaged || !mended) return;
  const elected = recordOf(turn.site)?.parent.sequence ?? 0;
  if (held.contiguous >= elected) changeHeader(turn, { damaged: false });
}

export function notePersisted(turn: Turn): void {
  const { site } = turn;
  const stable = site.persisting ?? site.stable;
  // A header written before a newer record was adopted tells nothing about c on this history.
  const current = newestEpoch(stable.history) === epochOf(site);
  const durable = current ? Math.max(site.durable, stable.committed) : site.durable;
  change(turn, { stable, persisting: null, durable });
  // Nor is what a newer record has cut retired: the sidefile begins where the history goes on.
  const start = Math.min(stable.start, site.header.start);
  if (start > site.stable.start) {
    change(turn, { log: retireTo(turn.site.log, start) });
    // What is cut is still read.
    if (!isKeeping(site)) emit(turn, { type: 'retire', start });
  }
}

/** The volumes moved: an update under way must ship what changed. */
export function noteApplied(turn: Turn, event: { through: Sequence }): void {
  const { site } = turn;
  // What a newer record cut while it was being applied is marked for repair, and does not count.
  const through = Math.min(event.through, site.applying);
  const shipping = othersOf(site.config.site).filter((other) => site.peers[other].ship !== null);
  const isAsked = shipping.length > 0 || site.rotten.length > 0;
  const entries = isAsked ? entriesOf(site.log, site.applied + 1, through) : [];
  for (const other of shipping) {
    if (weak(site, 'update-misses-new-writes')) continue;
    const ship = site.peers[other].ship!;
    changePeer(turn, other, {
      ship: { ...ship, copy: withEntries(site.header, ship.copy, entries) },
    });
  }
  change(turn, { applied: through, rotten: forgetRotten(site, entries) });
}

export function noteFlushed(turn: Turn, event: { through: Sequence }): void {
  const settled = Math.min(event.through, turn.site.applied);
  change(turn, { flushing: 0 });
  if (settled > turn.site.header.settled) changeHeader(turn, { settled });
}

export const withEntries = (header: Header, bits: PeerHeader['old'], entries: readonly Entry[]) =>
  withRuns(
    bits,
    entries.map(({ extent }) => blocksOfExtent(header.identity.volumes, extent)),
  );

/** Is there anything for the sidefile to do of its own? Use: spares a transition on most events. */
export function hasWork(site: SiteContext): boolean {
  return (
    (applicable(site) > site.applied && isApplyDue(site)) ||
    wantedStart(site) > site.header.start ||
    mustSettleAhead(site) ||
    wantedCapacity(site) !== site.header.capacity ||
    (mayCarry(site) && isUrgent(site)) ||
    (site.dirty && site.persisting === null && !isKeeping(site)) ||
    mustSettle(site)
  );
}

const applyEntriesMax = 1024;

/** Nothing beyond the durable c, beyond a hole, or into volumes that an update is changing. */
function applicable(site: SiteContext): Sequence {
  if (site.applying !== site.applied) return site.applied;
  if (site.header.consistency.kind !== 'consistent') return site.applied;
  if (site.staging !== null && site.staging.step !== 'waiting') return site.applied;
  const committed = weak(site, 'apply-before-durable-commit') ? site.committed : site.durable;
  const bound = weak(site, 'apply-beyond-commit') ? newestOfHolding(site.held) : committed;
  const reach = weak(site, 'apply-beyond-hole')
    ? Math.min(bound, newestOfHolding(site.held))
    : Math.min(bound, site.held.contiguous);
  const through = Math.min(reach, heldAt(site));
  return Math.max(site.applied, Math.min(through, site.applied + applyEntriesMax));
}

/**
 * A lazy site applies in strides, off the way of its hosts' writes, or when nothing else happens;
 * at once where something waits for it: room, an update or a check at either end. So is redo after a start, as
 * blocks that it has not reached may read as rot: it ends before any session opens.
 */
function isApplyDue(site: SiteContext): boolean {
  if (!site.config.lazyCommit || isPressed(site)) return true;
  if (site.staging !== null || site.hold !== null) return true;
  if (site.peers.some(({ ship, check }) => ship !== null || check !== null)) return true;
  if (site.peers.every(({ session }) => session === 0)) return true;
  return applicable(site) - site.applied >= lotOf(site.header.capacity);
}

export function applyCommitted(turn: Turn): void {
  if (isApplyDue(turn.site)) applyWaiting(turn);
}

/** Is there a lot too small to be due, and nothing under way that makes it larger? */
export const mayApply = (site: SiteContext): boolean =>
  site.storing.length === 0 && applicable(site) > site.applied;

export function applyWaiting(turn: Turn): void {
  const { site } = turn;
  const through = applicable(site);
  if (through <= site.applied) return;
  change(turn, { applying: through });
  emit(turn, { type: 'apply', entries: entriesOf(site.log, site.applied + 1, through), through });
}

/** An update's mark says that the volumes are settled: what was applied before is flushed first. */
const mustSettle = (site: SiteContext): boolean =>
  site.staging?.step === 'waiting' &&
  site.applying === site.applied &&
  site.applied > site.header.settled &&
  site.flushing === 0;

export function settleForStage(turn: Turn): void {
  const { applied } = turn.site;
  if (!mustSettle(turn.site)) return;
  change(turn, { flushing: applied });
  emit(turn, { type: 'flush', through: applied });
}

/** Is there no room for the next entry in order? */
export const isFull = (site: SiteContext): boolean => site.held.contiguous >= windowEndOf(site);

/** Does what comes next wait for entries to be settled and retired? */
export const isPressed = (site: SiteContext): boolean => wantedStart(site) > site.stable.start;

/** Once less than an eighth of the sidefile is free, a quarter is made free: the window strides. */
function wantedStart(site: SiteContext): Sequence {
  const { start } = site.header;
  const capacity = usefulCapacity(site);
  const least = newestOfHolding(site.held) + lotOf(capacity) - capacity + 1;
  return least > start ? Math.max(start, strideStart(site)) : start;
}

/** Where the sidefile would begin with a quarter of it free. */
function strideStart(site: SiteContext): Sequence {
  const capacity = usefulCapacity(site);
  return newestOfHolding(site.held) + strideOf(capacity) - capacity + 1;
}

/** An adaptive sidefile that is larger than it need be lets go of what nobody lacks, so that it can shrink. */
const usefulCapacity = (site: SiteContext): number =>
  Math.min(site.header.capacity, targetCapacity(site));

const lotOf = (capacity: number): number => Math.max(1, Math.floor(capacity / 8));

export function makeRoom(turn: Turn): void {
  resize(turn);
  const { site } = turn;
  const settled = weak(site, 'retire-before-settled') ? site.applied : site.stable.settled;
  const start = Math.min(wantedStart(site), settled + 1, firstCopied(site));
  if (start > site.header.start && mayRetire(site)) {
    retire(turn, start);
    resize(turn);
  }
  if (!mustSettleAhead(turn.site)) return;
  const { applied } = turn.site;
  change(turn, { flushing: applied });
  emit(turn, { type: 'flush', through: applied });
}

/** Blocks that cannot be trusted hold nothing: of such a site the entries are all there is, and none of them goes. */
const mayRetire = (site: SiteContext): boolean =>
  isPrefix(site.header) || weak(site, 'retire-from-a-mixture');

/** Is what must go next, or an eighth of the sidefile later, not settled yet? */
function mustSettleAhead(site: SiteContext): boolean {
  if (site.flushing !== 0 || site.applied <= site.header.settled) return false;
  const ahead = Math.floor(site.header.capacity / 8);
  return strideStart(site) + ahead > Math.max(site.header.start, site.header.settled + 1);
}

/** Drops what is settled: what a peer is not known to hold becomes bits in the same durable step. */
function retire(turn: Turn, start: Sequence): void {
  const { site } = turn;
  const dropped = entriesOf(site.log, firstTold(site, start - 1), start - 1);
  const { volumes } = site.header.identity;
  const peers = [...site.header.peers] as [PeerHeader, PeerHeader, PeerHeader];
  for (const other of othersOf(site.config.site)) {
    const noted = withNote(site, other);
    peers[other] = weak(site, 'retire-without-bits')
      ? noted
      : dropEntries(noted, bitless(site, other, dropped), volumes, start - 1);
  }
  changeHeader(turn, { start, peers });
}

/** Of what both others hold the last entry dropped says how far that goes; the rest need not be looked at. */
function firstTold(site: SiteContext, last: Sequence): Sequence {
  const [one, other] = othersOf(site.config.site);
  const both = Math.min(site.peers[one].held.contiguous, site.peers[other].held.contiguous, last);
  const isKept = both > site.header.start && epochOfEntry(site.log, both) !== null;
  return isKept && !weak(site, 'ranges-without-bits') ? both : site.header.start;
}

/** Entries that get their bits, or raise the base. */
function bitless(site: SiteContext, other: SiteId, dropped: readonly Entry[]): readonly Entry[] {
  if (!weak(site, 'ranges-without-bits')) return dropped;
  return dropped.filter(({ sequence }) => !holds(site.peers[other].held, sequence));
}

function withNote(site: SiteContext, other: SiteId): PeerHeader {
  const peer = noteHeld(site.header.peers[other], site.peers[other].held);
  if (!weak(site, 'clear-bits-at-any-note') || peer.noted.contiguous === 0) return peer;
  return { ...peer, old: noBits, young: noBits };
}

/** What an adaptive sidefile should span (claims 6-8, 19-21). */
function targetCapacity(site: SiteContext): number {
  const { mode, capacity, limit, headroom } = site.config.sidefile;
  if (mode === 'fixed' || weak(site, 'never-adapts')) return site.header.capacity;
  const newest = newestOfHolding(site.held);
  let span = 0;
  for (const other of othersOf(site.config.site)) {
    const peer = site.peers[other];
    if (peer.session === 0 && peer.held.contiguous === 0) continue;
    if (isGivenUp(site, other)) continue;
    span = Math.max(span, newest - floorOf(site, other));
  }
  // Room for what comes is made of what nobody lacks: the stride, a quarter, is part of what it spans.
  const room = Math.max(headroom, strideOf(capacity), Math.ceil(span / 3));
  return Math.min(limit, Math.max(capacity, span + room));
}

/**
 * Up to where nothing is kept for that site. Basis o is the first sidefile's, about the async mirror:
 * it spans what that one still stores. All others span what is lacking, or none would ever let go.
 */
function floorOf(site: SiteContext, other: SiteId): Sequence {
  const { held, start } = site.peers[other];
  const { site: me, distances, sidefile } = site.config;
  const primary = recordOf(site)?.primary;
  // Of two near mirrors one spans what the other stores: both would hold each other at their size.
  const isLesser = distances[other] === 'far' || me < other;
  const isFirst = primary !== me && distances[me] === 'near' && other !== primary && isLesser;
  if (sidefile.basis === 'newest' || !isFirst) return held.contiguous;
  return Math.min(start - 1, held.contiguous);
}

/** Growing is free; it shrinks as far as nothing outstanding or promised is taken back. */
function wantedCapacity(site: SiteContext): number {
  const { mode, capacity, limit } = site.config.sidefile;
  if (mode === 'fixed') return site.header.capacity;
  const newest = newestOfHolding(site.held);
  const target = targetCapacity(site);
  if (target > site.header.capacity) return target;
  if (weak(site, 'never-shrink')) return site.header.capacity;
  const outstanding = newest - site.header.start + 1;
  // Nothing that a window tells of, or is about to, is taken back: what was sent into it finds room.
  const next = site.persisting ?? site.stable;
  const end = Math.max(windowEndOf(site), next.start - 1 + next.capacity);
  const told = end - site.header.start + 1;
  const shrunk = Math.max(target, Math.min(outstanding, limit), told);
  // Hysteresis: a little too large is left alone; what is much too large shrinks as entries retire.
  return target <= (site.header.capacity * 3) / 4 || shrunk === capacity
    ? Math.min(shrunk, site.header.capacity)
    : site.header.capacity;
}

function resize(turn: Turn): void {
  const capacity = wantedCapacity(turn.site);
  if (capacity === turn.site.header.capacity) return;
  changeHeader(turn, { capacity });
  emit(turn, { type: 'report', event: { kind: 'resized', capacity } });
}

/** c rides on stores; when none is under way the header carries it, at once or after a moment. */
export function persistCommitted(turn: Turn): void {
  if (mayCarry(turn.site) && isUrgent(turn.site)) carryCommit(turn);
}

/** No store came in time to carry c. */
export function carryCommit(turn: Turn): void {
  if (mayCarry(turn.site)) changeHeader(turn, { committed: reachOf(turn.site) });
}

const reachOf = (site: SiteContext): Sequence => Math.min(site.committed, site.held.contiguous);

/** Is there a c that neither a store nor a header under way makes durable? */
export const mayCarry = (site: SiteContext): boolean =>
  // What it told of its c when it promised is final (EPOCH-50).
  (!isFenced(site) || weak(site, 'carry-after-promise')) &&
  reachOf(site) > Math.max(site.durable, site.header.committed) &&
  site.storing.length === 0 &&
  site.persisting === null;

const isUrgent = (site: SiteContext): boolean => !site.config.lazyCommit || isPressed(site);

export function persistChanges(turn: Turn): void {
  const { site } = turn;
  if (site.persisting !== null || !site.dirty || isKeeping(site)) return;
  const header = weak(site, 'forget-notes')
    ? site.header
    : { ...site.header, peers: withNotes(site) };
  change(turn, { header, persisting: header, dirty: false });
  emit(turn, { type: 'persist', header });
}

/** What others are noted to hold rides on each header: by it one is known that shows less (3.5). */
function withNotes(site: SiteContext): Header['peers'] {
  const peers = [...site.header.peers] as [PeerHeader, PeerHeader, PeerHeader];
  for (const other of othersOf(site.config.site)) {
    peers[other] = withNote(site, other);
  }
  return peers;
}

/** A session ended: what was noted in it becomes durable with the next header. */
export function keepNote(turn: Turn, other: SiteId): void {
  const { site } = turn;
  const { noted } = site.header.peers[other];
  if (site.peers[other].held.contiguous > noted.contiguous) changeHeader(turn, {});
}

/** Is everything begun before durable: may a summary be final? */
export const isQuiet = (site: SiteContext): boolean =>
  (site.storing.length === 0 || weak(site, 'promise-during-store')) &&
  site.persisting === null &&
  !site.dirty;
