import {
  epochAt,
  forkOf,
  type History,
  liesOn,
  newestEpoch,
  sameRecord,
} from '../../models/history.ts';
import { cutHolding, holds, lacking } from '../../models/holding.ts';
import { blankPeerState, epochOf, recordOf, type SiteContext } from '../../models/site.ts';
import type { Holding, Sequence, SiteId } from '../../models/words.ts';
import { type Checker, type Evidence, isWaived, nameOf } from './evidence.ts';
import { FlushMarks } from './flush-marks.ts';

/**
 * S1: what is acknowledged is held by each holder of its epoch; a primary that begins to serve
 * holds everything acknowledged but for what a record waives.
 * Not verified: writes acknowledged in a forced epoch; a holder that was replaced, as long as the primary has not heard so.
 */
export const acknowledgedIsHeld: Checker = (evidence, site, { before, site: after, effects }) => {
  for (const effect of effects) {
    if (effect.type !== 'answer' || effect.code !== 'done' || before === null) continue;
    for (const request of effect.requests)
      noteAcknowledged(evidence, site, before.context, request);
  }
  if (!beginsToServe(effects)) return;
  const { header, held } = after.context;
  for (const acknowledged of evidence.acknowledged) {
    const { position } = acknowledged;
    if (holds(held, position.sequence) || isWaived(header.history, acknowledged)) continue;
    const lost = `site ${site} serves epoch ${epochOf(after.context)} without ${nameOf(position)}`;
    evidence.broken('S1', lost);
  }
};

function noteAcknowledged(
  evidence: Evidence,
  site: SiteId,
  context: SiteContext,
  request: number,
): void {
  const { acknowledged, broken, contexts, journal } = evidence;
  const waited = context.waiting.find((waiting) => waiting.request === request);
  if (!waited) return; // a flush
  const { sequence } = waited;
  const position = { epoch: epochAt(context.header.history, sequence), sequence };
  const write = journal.at(position.epoch, sequence);
  if (write) write.acknowledged ??= journal.moment();
  const record = recordOf(context)!;
  const holders = [site, ...record.syncSet];
  const noted = { position, told: context.header.history, holders };
  acknowledged.push(noted);
  for (const holder of holders) {
    const holding = contexts()[holder];
    if (!holding || holds(holding.held, sequence) || evidence.isExcused(holder)) continue;
    if (isReplacedUnheard(context, holder, holding)) continue;
    broken('S1', `${nameOf(position)} is acknowledged and not held by ${holder}`);
  }
  const { newest } = evidence;
  if (newestEpoch(newest) <= record.epoch) return;
  if (liesOn(newest, position) || isWaived(newest, noted)) return;
  const late = `${nameOf(position)} is acknowledged after epoch ${newestEpoch(newest)} gave it up`;
  broken('S2', late);
}

const beginsToServe = (effects: readonly { readonly type: string }[]): boolean =>
  effects.some(
    (effect) =>
      effect.type === 'report' &&
      (effect as { event?: { kind?: string } }).event?.kind === 'serving',
  );

/** What a site was last seen to hold durably, over all its lives. */
interface Remembered {
  readonly history: History;
  readonly held: Holding;
  readonly incarnation: number;
}

/**
 * S1: what a site held durably it holds in its next life, and after each record and update, but for
 * what lies off its history. A site that lost something says that it is damaged.
 * Not verified: a disk that was set back to the past; on a disk that lies, what no mark proves.
 */
export function durableStays(): Checker {
  const seen: (Remembered | null)[] = [null, null, null];
  const marks = new FlushMarks();
  return (evidence, site, observed) => {
    const { header, held, staging } = observed.site.context;
    const known = seen[site] ?? null;
    // What the mark of an update will say is told to nobody before it is durable.
    const durable = staging?.step === 'marking' ? (known?.held ?? held) : held;
    seen[site] = { history: header.history, held: durable, incarnation: header.incarnation };
    const lost = known === null ? [] : forgotten(evidence, site, known, observed.site.context);
    const isSilent = (sequence: number) =>
      !evidence.hasLied(site) ||
      marks.isProven(site, { epoch: epochAt(known!.history, sequence), sequence });
    const first = lost.find(isSilent);
    marks.follow(site, observed);
    if (first === undefined) return;
    const when = observed.event === null ? 'after a restart' : 'while it runs';
    evidence.broken('S1', `site ${site} has forgotten ${first} ${when}`);
  };
}

function forgotten(
  evidence: Evidence,
  site: SiteId,
  known: Remembered,
  { header, held }: SiteContext,
): number[] {
  if (known.held === held || evidence.isExcused(site)) return [];
  if (known.incarnation !== header.incarnation || header.damaged) return [];
  const fork = Math.min(forkOf(known.history, header.history), Number.MAX_SAFE_INTEGER);
  return lacking(held, cutHolding(known.held, Math.max(0, fork))).flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  );
}

/**
 * S1: c never passes what the primary and its whole sync set hold, unless an older primary of this history reached it: a mirror may
 * know that. Not verified: a forced epoch; a holder whose disk lost what it had acknowledged, and that says since that it is
 * damaged, or was replaced unheard of: what it said is still on its way.
 */
export const commitIsHeld: Checker = (evidence, site, { before, site: after }) => {
  const { committed } = after.context;
  const isOrWas = after.role === 'primary' || before?.role === 'primary';
  if (!isOrWas || before?.context.committed === committed) return;
  const record = recordOf(after.context);
  if (!record) return;
  const known = reachedOn(evidence, after.context.header.history);
  const here = evidence.reached.get(record.epoch) ?? 0;
  if (committed > here) evidence.reached.set(record.epoch, committed);
  if (record.how === 'forced' || before?.role !== 'primary' || committed <= known) return;
  const contexts = evidence.contexts();
  for (const holder of [site, ...record.syncSet]) {
    const holding = holder === site ? after.context : contexts[holder];
    if (!holding || holding.held.contiguous >= committed) continue;
    if (evidence.isExcused(holder) || holding.header.damaged) continue;
    if (isReplacedUnheard(before.context, holder, holding)) continue;
    const sentence = `c of epoch ${record.epoch} is ${committed}, site ${holder} holds ${holding.held.contiguous}`;
    evidence.broken('S1', sentence);
  }
};

/** Was its disk replaced, and the primary has heard of the one before only? What that one said may still arrive. */
const isReplacedUnheard = (
  primary: SiteContext,
  holder: SiteId,
  { config, header }: SiteContext,
): boolean => {
  const { incarnation } = primary.peers[holder];
  const isHeard = incarnation === header.incarnation || config.site === primary.config.site;
  return !isHeard && incarnation !== blankPeerState.incarnation;
};

/** The largest c that a primary reached and every later record kept. */
const reachedOn = (evidence: Evidence, history: History): Sequence =>
  history.reduce(
    (most, { epoch, parent }) =>
      Math.max(Math.min(most, parent.sequence), evidence.reached.get(epoch) ?? 0),
    0,
  );

/**
 * S2: an epoch has one record and one primary; what is acknowledged is on the history of every newer
 * one, or beyond its R, or behind a forced epoch. What a record gives up is exactly what it cuts.
 */
export const historiesAgree: Checker = (evidence, site, { before, site: after, effects }) => {
  if (beginsToServe(effects)) isOnePrimary(evidence, site, after.context);
  const { history } = after.context.header;
  if (before?.context.header.history === history) return;
  for (const record of history) {
    const known = evidence.records.get(record.epoch);
    if (!known) evidence.records.set(record.epoch, record);
    else if (!sameRecord(known, record)) {
      evidence.broken('S2', `two records are named ${record.epoch}`);
    }
    if (record.lossBeyond !== null && record.lossBeyond !== record.parent.sequence) {
      const { epoch, lossBeyond, parent } = record;
      evidence.broken(
        'S2',
        `record ${epoch}: loss beyond ${lossBeyond}, cut at ${parent.sequence}`,
      );
    }
  }
  const newest = newestEpoch(history);
  if (newest > newestEpoch(evidence.newest)) evidence.newest = history;
  for (const acknowledged of evidence.acknowledged) {
    const { position } = acknowledged;
    if (newest <= position.epoch) continue;
    if (liesOn(history, position) || isWaived(history, acknowledged)) continue;
    evidence.broken('S2', `epoch ${newest} at site ${site} has lost ${nameOf(position)}`);
  }
};

function isOnePrimary({ serving, broken }: Evidence, site: SiteId, context: SiteContext): void {
  const record = recordOf(context)!;
  const known = serving.get(record.epoch) ?? site;
  serving.set(record.epoch, site);
  if (known !== site || record.primary !== site) {
    broken('S2', `site ${site} serves epoch ${record.epoch} of site ${record.primary}`);
  }
}

/** A position has one write, and a write one position: else an acknowledgement may name another. */
export const positionsAreUnique: Checker = (evidence, site, { effects }) => {
  for (const effect of effects) {
    if (effect.type !== 'store' || effect.requests.length === 0) continue;
    for (const entry of effect.entries) {
      if (evidence.journal.at(entry.epoch, entry.sequence)) {
        evidence.broken('S2', `site ${site} uses the position ${nameOf(entry)} twice`);
      }
      const write = evidence.journal.place(entry);
      if (!write) evidence.broken('S9', `site ${site} stores what no host asked for`);
      else if (write.positions.length > 1) {
        evidence.broken('S8', `write ${write.id} is given two positions`);
      }
    }
  }
};

/**
 * S3: nothing is applied that no primary of its history has committed.
 * Not verified: what a restart redoes of a life this run did not see (there is none).
 */
export const onlyCommittedIsApplied: Checker = (evidence, site, { site: after, effects }) => {
  for (const effect of effects) {
    if (effect.type !== 'apply') continue;
    const { history } = after.context.header;
    const reached = history.map(({ epoch }) => evidence.reached.get(epoch) ?? 0);
    const most = Math.max(0, ...reached);
    if (effect.through <= most) continue;
    evidence.broken('S3', `site ${site} applies up to ${effect.through}, c was ${most} at most`);
  }
};
