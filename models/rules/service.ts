import type { Command } from '../event.ts';
import { cutHolding, holdingFrom, lacking, newestOfHolding } from '../holding.ts';
import {
  change,
  emit,
  epochOf,
  isNamed,
  recordOf,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import { othersOf, type SiteId } from '../words.ts';
import * as commit from './commit.ts';
import { fetchFrom, lacksElected } from './leg.ts';
import { isPaused } from './update.ts';

/** What a primary does as a whole: serve, and see that its epoch can be served. */

export function reportServing(turn: Turn): void {
  const { site } = turn;
  const event = {
    kind: 'serving',
    epoch: epochOf(site),
    contiguous: site.held.contiguous,
  } as const;
  emit(turn, { type: 'report', event });
}

export function admitPending(turn: Turn): void {
  if (!isPaused(turn.site)) commit.admitPending(turn);
}

/** At high water one write at a time: the next one when the one before it is committed. */
export function admitOne(turn: Turn): void {
  const { waiting, storing } = turn.site;
  const isBusy = waiting.length > 0 || storing.length > 0;
  if (!isPaused(turn.site) && !isBusy) commit.admitPending(turn, 1);
}

/**
 * Asks every mirror on a leg, once, for what it has of the elected history and this site lacks: also one that must be
 * given blocks, as its update ends nowhere before the writes that its own sidefile has.
 */
export function fetchElected(turn: Turn): void {
  if (!lacksElected(turn.site) || turn.site.storing.length > 0) return;
  for (const other of othersOf(turn.site.config.site)) {
    const { phase, fetching } = turn.site.peers[other];
    const isFilled = phase === 'shipping' && !weak(turn.site, 'fetch-of-streamed-only');
    if ((phase === 'streaming' || isFilled) && !fetching) fetchFrom(turn, other);
  }
}

/**
 * Can the epoch not be served as it is, or be served better? A newer promise exists, what was elected can be had from nobody,
 * a member of the sync set is away, a near mirror streams outside of it, or a site waits for its vote.
 */
export function needsRecord(site: SiteContext): boolean {
  const others = othersOf(site.config.site);
  if (!isPromotable(site)) return others.some((other) => mayVote(site, other));
  if (isOutbid(site)) return true;
  if (!others.some((other) => hasVoice(site, other))) return false;
  if (lacksGiver(site) && !weak(site, 'collect-for-ever')) return true;
  return others.some(
    (other) =>
      leaves(site, other) ||
      enters(site, other) ||
      waitsForVote(site, other) ||
      endsForce(site, other),
  );
}

/**
 * Does it collect what nobody it talks to has? Those that are left begin an epoch with less, or say whose consent is missing. Not
 * where that was tried, and somebody who reaches the giver had it elected with the same once more: epoch would follow epoch.
 */
const lacksGiver = (site: SiteContext): boolean => hasNoGiver(site) && !isElectedAgain(site);

/** Is what was elected, and this site lacks, with nobody it talks to? `but`: nor with this one. */
export const hasNoGiver = (site: SiteContext, but: SiteId | null = null): boolean =>
  lacksElected(site) &&
  site.storing.length === 0 &&
  !othersOf(site.config.site).some((other) => other !== but && mayGive(site, other));

/**
 * Named twice with the same end, and between the two it began a number of its own that became no record: that was the try. It is
 * durable like the records, so a restart neither forgets nor repeats it.
 */
function isElectedAgain({ header }: SiteContext): boolean {
  const [before, last] = header.history.slice(-2);
  if (before === undefined || last === undefined) return false;
  const isSame = before.primary === last.primary && before.parent.sequence === last.parent.sequence;
  return isSame && before.epoch < header.used && header.used < last.epoch;
}

/** It has some of it, or has not said yet what it has. */
function mayGive(site: SiteContext, other: SiteId): boolean {
  const { phase, fetching, held, session, start } = site.peers[other];
  if (session === 0) return false;
  if (fetching || (phase !== 'streaming' && phase !== 'shipping')) return true;
  const end = recordOf(site)!.parent.sequence;
  return lacking(site.held, cutHolding(holdingFrom(held, start), end)).length > 0;
}

/**
 * Elected with what it promised, and lost since: its volume is no prefix, and nobody gives a primary blocks. It does
 * not serve, and looks for one that can.
 */
export const isPromotable = (site: SiteContext): boolean =>
  site.header.consistency.kind !== 'inconsistent' || weak(site, 'serve-inconsistent');

/** An operator's force ends once a majority can be had without it. */
const endsForce = (site: SiteContext, other: SiteId): boolean =>
  recordOf(site)?.how === 'forced' &&
  hasVoice(site, other) &&
  site.peers[other].phase === 'streaming';

/**
 * May an operator admit this mirror? It is filled and has no vote, and nobody is there who has one:
 * two votes admit by themselves.
 */
export function mayAdmit(site: SiteContext, event: { command: Command }): boolean {
  const { command } = event;
  if (command.name !== 'admit' || command.site === site.config.site) return false;
  const others = othersOf(site.config.site);
  return waitsForVote(site, command.site) && !others.some((other) => hasVoice(site, other));
}

/** Entering, and handing over, want a moment without writes under way. */
export const mustDrain = (site: SiteContext): boolean =>
  needsRecord(site) && othersOf(site.config.site).some((other) => enters(site, other));

/** Is it connected, and the incarnation its record names? */
const mayVote = (site: SiteContext, other: SiteId): boolean =>
  site.peers[other].session !== 0 && isNamed(site, other);

/** Is there a newer number than its epoch, and a site with a vote to ask? Who refused it for that tells nothing of itself. */
export const isOutbid = (site: SiteContext): boolean =>
  site.floor > epochOf(site) && othersOf(site.config.site).some((other) => mayVote(site, other));

/** Has it told of itself as well? */
export const hasVoice = (site: SiteContext, other: SiteId): boolean =>
  mayVote(site, other) && site.peers[other].greeted;

function leaves(site: SiteContext, other: SiteId): boolean {
  if (site.config.onLegLoss === 'stop') return false;
  const member = recordOf(site)?.syncSet.includes(other) === true;
  return member && site.peers[other].phase !== 'streaming';
}

/**
 * It streams and is level with the elected history: no record takes it in before. It need not be level with c, which
 * goes on ahead of it for as long as hosts write: the pause makes it so.
 */
function enters(site: SiteContext, other: SiteId): boolean {
  const record = recordOf(site);
  if (!record || record.syncSet.includes(other) || !hasVoice(site, other)) return false;
  if (site.config.distances[other] === 'far' && !site.config.syncFar) return false;
  const peer = site.peers[other];
  const isLate = weak(site, 'wish-for-who-is-level') && peer.held.contiguous < site.committed;
  return peer.phase === 'streaming' && peer.held.contiguous >= record.parent.sequence && !isLate;
}

function waitsForVote(site: SiteContext, other: SiteId): boolean {
  const peer = site.peers[other];
  return peer.phase === 'streaming' && !hasVoice(site, other);
}

/** Nothing under way: every sequence given out is committed and held by whoever is to be level. */
export function isDrained(site: SiteContext): boolean {
  const newest = Math.max(site.log.newest, newestOfHolding(site.held));
  const level = othersOf(site.config.site).every((other) => {
    const peer = site.peers[other];
    const wanted = enters(site, other) || site.handover === other;
    return !wanted || peer.held.contiguous >= newest;
  });
  return site.waiting.length === 0 && site.storing.length === 0 && level;
}

export function maySwitch(site: SiteContext, event: { command: Command }): boolean {
  const { command } = event;
  return command.name === 'switchover' && site.peers[command.to]?.phase === 'streaming';
}

export function noteSwitchover(turn: Turn, event: { command: Command }): void {
  if (event.command.name === 'switchover') change(turn, { handover: event.command.to });
}
