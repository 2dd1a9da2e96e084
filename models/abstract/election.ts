import type { Sequence, SiteId } from '../words.ts';
import {
  areCompatible,
  forkOfRecords,
  holdersOf,
  MANY,
  onHistory,
  recordIn,
  withoutGap,
} from './reading.ts';
import {
  type AbstractHosts,
  type AbstractRecord,
  type AbstractState,
  type AbstractSummary,
  sequenceOf,
  type Words,
  type Write,
} from './state.ts';

/** What a candidate may decide from what it heard; section 5 of spec/sidefile.qnt. */

export interface AbstractChoice {
  readonly taker: SiteId;
  readonly loss: boolean;
  readonly end: Sequence;
}

export interface Hearing {
  readonly newest: AbstractRecord;
  /** Those whose promise counts: the incarnations that the newest record knows. */
  readonly voters: readonly AbstractSummary[];
}

/** Null: these summaries are no majority, or only an operator may choose between their branches. */
export function hearingOf(
  { words, hosts }: AbstractState,
  heard: readonly AbstractSummary[],
): Hearing | null {
  const newest = recordIn(words, Math.max(...heard.map(({ record }) => record)));
  if (!newest) return null;
  if (!heard.every(({ record }) => areCompatible(words, record, newest.epoch))) return null;
  const named = heard.filter(({ site, incarnation }) => newest.incarnations[site] === incarnation);
  const voters = named.filter((summary) => {
    const others = named.filter((other) => other !== summary);
    const there = new Set(others.flatMap((other) => trusted(words, other, newest)));
    const lost = forgotten(words, hosts, summary).filter((write) => onHistory(write, newest));
    return lost.every((write) => there.has(write));
  });
  return new Set(voters.map(({ site }) => site)).size >= 2 ? { newest, voters } : null;
}

/**
 * What a site held, on its word, when hosts were told of it in its epoch, and does not show any more: its disk was set
 * back to an older copy. What others noted of it says so, or they hold all that themselves: a promise of it counts beside
 * theirs only if they hold it. (Reads of hosts are not abstracted.)
 */
function forgotten(
  words: Words,
  { acknowledged }: AbstractHosts,
  { site, record, held, consistent, damaged }: AbstractSummary,
): readonly Write[] {
  if (damaged || !consistent) return []; // these say so themselves
  const its = recordIn(words, record);
  if (!its || !holdersOf(its).includes(site)) return [];
  return acknowledged
    .filter(({ write, by }) => by === record && !held.includes(write))
    .map(({ write }) => write);
}

export function choicesOf(words: Words, { newest, voters }: Hearing): readonly AbstractChoice[] {
  const trustedOf = (summary: AbstractSummary) => trusted(words, summary, newest);
  const end = withoutGap(voters.flatMap(trustedOf));
  const reachOf = (summary: AbstractSummary): Sequence => {
    const others = voters.filter((other) => other !== summary);
    const given = others.flatMap((other) =>
      trustedOf(other).filter((write) => sequenceOf(write) > other.sidefileFrom),
    );
    return withoutGap([...trustedOf(summary), ...given]);
  };
  const able = voters.filter((summary) => !summary.damaged && isWhole(words, summary, newest));
  const holding = able.filter(
    (summary) =>
      holdersOf(newest).includes(summary.site) &&
      owedBy(words, summary.site, newest) <= end &&
      reachOf(summary) >= end,
  );
  if (holding.length > 0 && committedMost(words, voters, newest) <= end) {
    return holding.map(({ site }) => ({ taker: site, loss: false, end }));
  }
  return able.map((summary) => ({ taker: summary.site, loss: true, end: reachOf(summary) }));
}

/** Who may be in the new sync set: a promiser that is level, or a holder that stays one. */
export function syncCandidates(
  words: Words,
  { newest, voters }: Hearing,
  { taker, loss, end }: AbstractChoice,
): readonly SiteId[] {
  const level = voters.filter((summary) => {
    const there = new Set(summary.held.filter((write) => onHistory(write, newest)).map(sequenceOf));
    const holds = Array.from({ length: end }, (_, index) => index + 1).every((at) => there.has(at));
    return isWhole(words, summary, newest) && holds && !summary.damaged;
  });
  const damaged = voters.filter((summary) => summary.damaged).map(({ site }) => site);
  const staying = loss ? [] : holdersOf(newest).filter((site) => !damaged.includes(site));
  return [...level.map(({ site }) => site), ...staying].filter((site) => site !== taker);
}

/** What is known to have been committed; an end that falls short of it makes nobody a holder (3.9). */
const committedMost = (
  words: Words,
  voters: readonly AbstractSummary[],
  newest: AbstractRecord,
): Sequence =>
  Math.max(...voters.map((summary) => Math.min(summary.commit, forkWith(words, summary, newest))));

/** What a holder has to show: all that the record kept by which it became one. By those that followed it may just have stayed a member. */
function owedBy(words: Words, site: SiteId, record: AbstractRecord): Sequence {
  const before = recordIn(words, record.parent.epoch);
  return before !== undefined && stays(site, before, record)
    ? owedBy(words, site, before)
    : record.parent.sequence;
}

const stays = (site: SiteId, before: AbstractRecord, record: AbstractRecord): boolean =>
  record.how === 'majority' &&
  !record.loss &&
  before.primary === record.primary &&
  before.incarnations[site] === record.incarnations[site] &&
  [before, record].every(({ syncSet }) => syncSet.includes(site));

function forkWith(words: Words, summary: AbstractSummary, newest: AbstractRecord): Sequence {
  const own = recordIn(words, summary.record);
  return own ? Math.min(forkOfRecords(own, newest), MANY) : 0;
}

/** Is its volume a prefix of that history? Not if it may have applied what the history has cut. */
function isWhole(words: Words, summary: AbstractSummary, newest: AbstractRecord): boolean {
  const applied = Math.min(summary.commit, withoutGap(summary.held));
  return summary.consistent && applied <= forkWith(words, summary, newest);
}

/** Blocks that cannot be trusted are nothing; entries are what they are. */
function trusted(words: Words, summary: AbstractSummary, newest: AbstractRecord): readonly Write[] {
  const whole = isWhole(words, summary, newest);
  return summary.held.filter(
    (write) => onHistory(write, newest) && (whole || sequenceOf(write) > summary.sidefileFrom),
  );
}
