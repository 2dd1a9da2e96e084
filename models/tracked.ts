import type { EpochRecord } from './history.ts';
import { holds, newestOfHolding } from './holding.ts';
import { entriesOf } from './sidefile-log.ts';
import { recordOf, type SiteConfig, type SiteContext } from './site.ts';
import { type Entry, type Sequence, type SiteId, siteIds } from './words.ts';

/**
 * One write as a sidefile tracks it, with its acknowledgement fields. They are kept as positions and
 * ranges, never written on a host's path, and read here entry by entry.
 */
export interface TrackedWrite {
  readonly sequence: Sequence;
  /** Null: not received here yet; the first sidefile tracks it all the same (claims 28, 29). */
  readonly entry: Entry | null;
  /** Held durably here. */
  readonly stored: boolean;
  /** The async mirror acknowledged it (claims 10, 11, 23, 24); null: this sidefile has no such field. */
  readonly heldByAsync: boolean | null;
  /** The sync mirror confirmed being told so (claims 12, 25); null: this sidefile has no such field. */
  readonly noticeConfirmed: boolean | null;
}

/** The two mirrors of an epoch by what the claims call them; null: nobody is. */
export interface Mirrors {
  readonly sync: SiteId | null;
  readonly async: SiteId | null;
}

/** The far mirror is the async one; with none or two of them, the one outside of the sync set. */
export function mirrorsOf(record: EpochRecord, distances: SiteConfig['distances']): Mirrors {
  const mirrors = siteIds.filter((site) => site !== record.primary);
  const far = mirrors.filter((site) => distances[site] === 'far');
  const outside = mirrors.filter((site) => !record.syncSet.includes(site));
  const async = far.length === 1 ? far[0]! : outside.length === 1 ? outside[0]! : null;
  const sync = async === null ? null : mirrors.find((site) => site !== async)!;
  return { sync, async };
}

/** The writes first..last of a site's sidefile, sorted by sequence (claim 15); default: all it tracks. */
export function trackedWrites(
  site: SiteContext,
  first: Sequence = site.log.start,
  last: Sequence = newestTracked(site),
): readonly TrackedWrite[] {
  const entries = new Map(entriesOf(site.log, first, last).map((entry) => [entry.sequence, entry]));
  const tracked: TrackedWrite[] = [];
  for (let sequence = Math.max(first, site.log.start); sequence <= last; sequence++) {
    const entry = entries.get(sequence) ?? null;
    const fields = fieldsOf(site, sequence);
    if (entry === null && fields.heldByAsync !== true) continue;
    tracked.push({ sequence, entry, stored: holds(site.held, sequence), ...fields });
  }
  return tracked;
}

type Fields = Pick<TrackedWrite, 'heldByAsync' | 'noticeConfirmed'>;

function fieldsOf(site: SiteContext, sequence: Sequence): Fields {
  const { sync, async } = mirrorsHere(site);
  const { peers } = site;
  if (async === null || async === site.config.site) {
    return { heldByAsync: null, noticeConfirmed: null };
  }
  // The primary notes what the sync mirror confirmed; the sync mirror notes that it did.
  const confirmed = sync === site.config.site ? peers[async].informed : peers[sync!].informed;
  return {
    heldByAsync: holds(peers[async].held, sequence),
    noticeConfirmed: holds(confirmed, sequence),
  };
}

function newestTracked(site: SiteContext): Sequence {
  const { async } = mirrorsHere(site);
  const noted = async === null ? 0 : newestOfHolding(site.peers[async].held);
  return Math.max(site.log.newest, noted);
}

function mirrorsHere(site: SiteContext): Mirrors {
  const record = recordOf(site);
  return record === undefined
    ? { sync: null, async: null }
    : mirrorsOf(record, site.config.distances);
}
