import { appliedMost, type Elected } from './election.ts';
import { type EpochRecord, type History, sharedRecords } from './history.ts';
import type { Summary } from './summary.ts';
import type { Sequence } from './words.ts';

/** Why two sites must not be resynced without an operator (protocol 4.3). */
export type RefuseReason =
  | 'different volumes'
  | 'no record on either side'
  | 'no common record'
  | 'two records of one name'
  /** A forced epoch on each branch: split brain (F10, F54). */
  | 'forced on both branches'
  /** A forced branch against one with a record the forced site did not hold. */
  | 'forced against another branch'
  /** Writes a host was told of are cut, and no record says so. */
  | 'uncovered fork'
  /** Blocks are needed and the other volume is no prefix either: the third site is needed. */
  | 'neither can give blocks';

/** Decided by records alone, before anything is compared; null: nothing speaks against a plan. */
export function refusalOf(one: Summary, other: Summary, elected: Elected): RefuseReason | null {
  if (one.volumes.join() !== other.volumes.join()) return 'different volumes';
  if (elected.record === null) return 'no record on either side';
  if (one.history.length > 0 && other.history.length > 0) {
    const branches = refusalOfBranches(one.history, other.history);
    if (branches) return branches;
  }
  const covered = [one, other].every((site) => isCovered(site, elected));
  return covered ? null : 'uncovered fork';
}

/** Why nobody may choose between two histories but an operator; null: one of them simply goes on. */
export function refusalOfBranches(one: History, other: History): RefuseReason | null {
  const shared = sharedRecords(one, other);
  const branch = one.slice(shared);
  const rival = other.slice(shared);
  if (branch.some((record) => rival.some((peer) => peer.epoch === record.epoch))) {
    return 'two records of one name';
  }
  if (shared === 0) return 'no common record';
  if (branch.length === 0 || rival.length === 0) return null;
  const forced = [branch, rival].filter((records) => records.some(isForced)).length;
  if (forced === 2) return 'forced on both branches';
  return forced === 1 ? 'forced against another branch' : null;
}

/**
 * Does a record that says so (a loss, a force) cut off what the site may have applied? Nothing else
 * may: when the elected end falls short because a volume cannot be trusted, a record comes first.
 */
function isCovered(site: Summary, elected: Elected): boolean {
  const reach = coveredReach(site.history, appliedMost(site), elected.history);
  return reach !== null && reach <= elected.end;
}

/** Would this newer history cut off what a site may have applied, and does no record of it say so? */
export const cutsUncovered = (own: History, applied: Sequence, newer: History): boolean =>
  coveredReach(own, applied, newer) === null;

function coveredReach(site: History, applied: Sequence, elected: History): Sequence | null {
  const shared = sharedRecords(site, elected);
  const own = site.slice(shared).map((record) => record.parent.sequence);
  let reach: Sequence = applied;
  for (const [index, record] of elected.slice(shared).entries()) {
    const parts = index === 0 ? Math.min(record.parent.sequence, ...own) : record.parent.sequence;
    if (parts >= reach) continue;
    if (record.lossBeyond === null && !isForced(record)) return null;
    reach = parts;
  }
  return reach;
}

const isForced = (record: EpochRecord): boolean => record.how === 'forced';
