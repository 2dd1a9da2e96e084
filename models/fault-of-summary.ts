import type { EpochRecord, History } from './history.ts';
import { newestEpoch } from './history.ts';
import type { Summary } from './summary.ts';
import { type Epoch, type Holding, type Sequence, type SiteId, siteIds } from './words.ts';

/** What no site that follows the protocol says of itself. Each answers with the reason, or null. */

/** Numbers grow by a few at each election: what is beyond was never proposed. */
export const epochMost = 2 ** 48;
export const sequenceMost = 2 ** 52;

export const isEpoch = (value: Epoch): boolean =>
  Number.isSafeInteger(value) && value >= -1 && value <= epochMost;

export const isSequence = (value: Sequence): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= sequenceMost;

export function faultOfHolding({ contiguous, ranges }: Holding): string | null {
  if (!isSequence(contiguous)) return `holds up to ${contiguous}`;
  let before = contiguous;
  for (const { first, last } of ranges) {
    if (!isSequence(first) || !isSequence(last) || last < first || first <= before + 1) {
      return `holds ${first}..${last} after ${before}`;
    }
    before = last;
  }
  return null;
}

/** A path of records from genesis, each of which follows the one before it. */
export function faultOfHistory(history: History): string | null {
  let before: EpochRecord | null = null;
  for (const record of history) {
    const fault = faultOfRecord(record) ?? (before ? faultOfStep(before, record) : null);
    if (fault !== null) return fault;
    if (before === null && (record.epoch !== 0 || record.how !== 'genesis')) {
      return `history begins with epoch ${record.epoch}, ${record.how}`;
    }
    before = record;
  }
  return null;
}

function faultOfRecord(record: EpochRecord): string | null {
  const { epoch, primary, incarnations, syncSet, parent, lossBeyond } = record;
  const name = `record ${epoch}`;
  if (!isEpoch(epoch) || epoch < 0) return `${name} is not within 0..${epochMost}`;
  if (!siteIds.includes(primary)) return `${name} has primary ${primary}`;
  if (incarnations.length !== 3) return `${name} has ${incarnations.length} incarnations`;
  const sorted = syncSet.every((site, index) => index === 0 || site > syncSet[index - 1]!);
  const known = syncSet.every((site) => siteIds.includes(site) && site !== primary);
  if (!sorted || !known) return `${name} has the sync set ${syncSet.join()}`;
  if (!isSequence(parent.sequence)) return `${name} follows sequence ${parent.sequence}`;
  if (lossBeyond !== null && !isSequence(lossBeyond)) return `${name} loses beyond ${lossBeyond}`;
  return null;
}

function faultOfStep(before: EpochRecord, { epoch, parent, how }: EpochRecord): string | null {
  if (epoch <= before.epoch) return `record ${epoch} comes after record ${before.epoch}`;
  if (parent.epoch !== before.epoch) {
    return `record ${epoch} follows epoch ${parent.epoch}, not ${before.epoch} before it`;
  }
  return how === 'genesis' ? `record ${epoch} is a second genesis` : null;
}

export function faultOfSummary(summary: Summary, from: SiteId): string | null {
  const { site, held, history, start, committed, settled, windowEnd, bases, noted } = summary;
  if (site !== from) return `summary of site ${site}`;
  const fault = faultOfHolding(held) ?? faultOfHistory(history);
  if (fault !== null) return fault;
  const positions = [committed, settled, windowEnd, ...bases, ...noted];
  const wrong = positions.find((value) => !isSequence(value));
  if (wrong !== undefined) return `summary with position ${wrong}`;
  if (!isSequence(start) || start < 1 || start > held.contiguous + 1) {
    return `sidefile begins at ${start} and holds up to ${held.contiguous}`;
  }
  if (settled > committed) return `settled ${settled} is beyond c ${committed}`;
  if (windowEnd < start - 1) return `window ends at ${windowEnd}, sidefile begins at ${start}`;
  if (!isEpoch(summary.promised)) return `promised ${summary.promised}`;
  if (summary.promised < newestEpoch(history)) {
    return `promised ${summary.promised}, stands in ${newestEpoch(history)}`;
  }
  return null;
}
