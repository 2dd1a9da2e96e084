import { type EpochRecord, forkOf, type History, newestEpoch, newestOf } from './history.ts';
import { cutHolding, holdingFrom, nothing, unionOfHoldings } from './holding.ts';
import { isWeak } from './site.ts';
import type { Summary } from './summary.ts';
import type { Holding, Sequence, SiteId } from './words.ts';

/** What two or more summaries agree to keep (protocol 3.7). */
export interface Elected {
  /** Newest record any of them holds; null: all are blank. */
  readonly record: EpochRecord | null;
  readonly history: History;
  /** Last sequence all of them together hold on that history without a gap. */
  readonly end: Sequence;
  /** Per summary, in order given: up to where its own history is the elected one. */
  readonly forks: readonly Sequence[];
}

export type ChoiceReason =
  | 'standing primary proposes'
  | 'holder named by the operator'
  | 'near holder'
  | 'holder of lowest id'
  | 'named by the operator, no holder'
  | 'holds most, no holder'
  | 'nobody can be primary';

export interface Choice {
  readonly primary: SiteId | null;
  /** Every acknowledged write up to it is kept, none beyond; null: none is lost. */
  readonly loss: Sequence | null;
  readonly needsConsent: boolean;
  readonly reason: ChoiceReason;
}

export function elect(one: Summary, other: Summary): Elected {
  return electAmong([one, other]);
}

/** The newest record decides the history; its end is what all together hold of it (3.7). */
export function electAmong(summaries: readonly Summary[]): Elected {
  const ordered = [...summaries].sort((one, other) => one.site - other.site);
  let history: History = [];
  for (const summary of ordered) {
    if (newestEpoch(summary.history) > newestEpoch(history)) history = summary.history;
  }
  const kept = summaries.map((summary) => trusted(summary, history));
  return {
    record: newestOf(history) ?? null,
    history,
    end: kept.reduce(unionOfHoldings, nothing).contiguous,
    forks: summaries.map((summary) => forkFrom(summary, history)),
  };
}

/** Up to where a site's own history is the elected one; MAX_SAFE_INTEGER when nothing parts them. */
export function forkFrom(summary: Summary, history: History): Sequence {
  const fork = forkOf(summary.history, history);
  return Math.max(0, Math.min(fork, Number.MAX_SAFE_INTEGER));
}

/**
 * Is the site's volume a prefix of the elected history, once its own entries are applied? Not
 * while it is marked inconsistent, must be given blocks, or applied what the history has cut.
 */
export function isWhole(summary: Summary, history: History): boolean {
  if (summary.consistency.kind === 'inconsistent' || summary.repairCount > 0) return false;
  return appliedMost(summary) <= forkFrom(summary, history);
}

/** What may be in its volume at most. */
export function appliedMost(summary: Summary): Sequence {
  return Math.min(summary.committed, summary.held.contiguous);
}

/** A site's write set on a history; that of a site that is not whole is its sidefile only. */
export function trusted(summary: Summary, history: History): Holding {
  const held = cutHolding(summary.held, forkFrom(summary, history));
  return isWhole(summary, history) ? held : holdingFrom(held, summary.start);
}

/**
 * Has the site a vote after `record`? Not if it is another incarnation than the record names, or
 * shows less than one of the others noted of it (3.5), each cut to the elected history by its own:
 * a note of a newer epoch is not met by what an older copy still has of another branch. What was noted
 * by who knows another incarnation there was noted of that one.
 */
export function hasVote(
  summary: Summary,
  record: EpochRecord,
  history: History,
  others: readonly Summary[],
): boolean {
  const named = record.incarnations[summary.site];
  if (named === 0 || named !== summary.incarnation) return false;
  const shown = Math.min(summary.held.contiguous, forkFrom(summary, history));
  return others.every((other) => {
    const known = newestOf(other.history)?.incarnations[summary.site];
    const noted = known === named ? other.noted[summary.site] : 0;
    return Math.min(noted, forkFrom(other, history)) <= shown;
  });
}

/**
 * Who becomes primary among those that promised (3.8), and what that loses (3.9).
 * `standing`: the site that proposes while it is the standing primary; `named`: the operator's.
 */
export function choosePrimary(
  candidates: readonly Summary[],
  newestRecord: EpochRecord,
  standing: SiteId | null = null,
  named: SiteId | null = null,
  weakness: string | null = null,
): Choice {
  const { history, end } = electAmong(candidates);
  const able = candidates.filter(
    (site) =>
      hasVote(site, newestRecord, history, candidates) && !site.damaged && isWhole(site, history),
  );
  const isKnownLonger =
    committedMost(candidates, history) > end && !isWeak({ weakness }, 'forget-what-was-committed');
  const holders = able.filter(
    (site) =>
      !isKnownLonger &&
      isHolder(site.site, newestRecord) &&
      owedBy(site.site, history, weakness) <= end &&
      reachOf(site, candidates, history) >= end,
  );
  if (holders.length > 0) return choiceAmongHolders(holders, standing, named);
  return choiceWithLoss(able, candidates, history, named, weakness);
}

/** Holders of an epoch: every acknowledged write of it is durable at each of them. */
export const isHolder = (site: SiteId, record: EpochRecord): boolean =>
  record.primary === site || record.syncSet.includes(site);

/** What is known to have been committed: a shorter elected end makes nobody a holder (3.9). */
const committedMost = (candidates: readonly Summary[], history: History): Sequence =>
  Math.max(...candidates.map((site) => Math.min(site.committed, forkFrom(site, history))));

/**
 * What a holder of the newest record has to show of what was kept: all that its record kept, as a primary may be lost before it is
 * given that. But a member that stays with its primary is not asked (EPOCH-140), and nobody was told of what is on its way to it:
 * it owes what was kept where it entered.
 */
function owedBy(site: SiteId, history: History, weakness: string | null): Sequence {
  const entered = history.findLast(
    (record, at) => !stays(site, history[at - 1], record) || isWeak({ weakness }, 'unasked-owes'),
  );
  return entered!.parent.sequence;
}

const stays = (site: SiteId, before: EpochRecord | undefined, record: EpochRecord): boolean =>
  before !== undefined &&
  record.how === 'majority' &&
  record.lossBeyond === null &&
  before.primary === record.primary &&
  before.incarnations[site] === record.incarnations[site] &&
  [before, record].every(({ syncSet }) => syncSet.includes(site));

function choiceAmongHolders(
  holders: readonly Summary[],
  standing: SiteId | null,
  named: SiteId | null,
): Choice {
  const lossless = (primary: SiteId, reason: ChoiceReason): Choice => ({
    primary,
    loss: null,
    needsConsent: false,
    reason,
  });
  const sites = holders.map((holder) => holder.site);
  if (standing !== null && sites.includes(standing)) {
    return lossless(standing, 'standing primary proposes');
  }
  if (named !== null && sites.includes(named))
    return lossless(named, 'holder named by the operator');
  const best = [...holders].sort(byRank)[0]!;
  return lossless(best.site, best.distance === 'near' ? 'near holder' : 'holder of lowest id');
}

function choiceWithLoss(
  able: readonly Summary[],
  candidates: readonly Summary[],
  history: History,
  named: SiteId | null,
  weakness: string | null,
): Choice {
  if (able.length === 0) {
    return { primary: null, loss: null, needsConsent: true, reason: 'nobody can be primary' };
  }
  const own = (site: Summary) => trusted(site, history).contiguous;
  const [best] = [...able].sort(
    (one, other) =>
      (isWeak({ weakness }, 'rank-before-position') ? 0 : own(other) - own(one)) ||
      byRank(one, other),
  );
  const wanted = able.find((site) => site.site === named);
  const reason = wanted ? 'named by the operator, no holder' : 'holds most, no holder';
  const site = wanted ?? best!;
  const loss = reachOf(site, candidates, history);
  return { primary: site.site, loss, needsConsent: true, reason };
}

/** Up to where it holds, or is given in order, the elected history: others may have retired entries. */
function reachOf(site: Summary, candidates: readonly Summary[], history: History): Sequence {
  const given = candidates.map((other) =>
    other === site ? trusted(site, history) : holdingFrom(trusted(other, history), other.start),
  );
  return given.reduce(unionOfHoldings, nothing).contiguous;
}

function byRank(one: Summary, other: Summary): number {
  const farness = Number(one.distance === 'far') - Number(other.distance === 'far');
  return farness || one.site - other.site;
}
