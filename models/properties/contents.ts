import { isEmpty } from '../bits.ts';
import type { History } from '../history.ts';
import type { Node } from '../node.ts';
import { entriesOf } from '../sidefile-log.ts';
import type { Entry, Sequence } from '../words.ts';

/** What a site has of the hosts' writes as they read it now. */
export interface Contents {
  readonly entries: readonly Entry[];
  /** Null where nothing is claimed of it: it is down, writes to it are under way, or it is being repaired. */
  readonly volume: Volume | null;
}

interface Volume {
  readonly history: History;
  readonly applied: Sequence;
  readonly committed: Sequence;
  readonly cached: readonly number[];
}

/** A part of a site (`ofParts`): what is claimed of contents is asked once for all sites that have the same. */
export const itsContents = (node: Node): Contents => ({
  entries: entriesIn(node),
  volume: volumeOf(node),
});

export function entriesIn({ disk, site }: Node): readonly Entry[] {
  if (site === null) return disk.entries;
  const { log } = site.context;
  return entriesOf(log, log.start, log.newest);
}

function volumeOf({ disk, site }: Node): Volume | null {
  if (site === null) return null;
  if (disk.rest.some(({ type }) => type === 'apply' || type === 'applyStage')) return null;
  const { applied, committed, header, staging } = site.context;
  if (header.consistency.kind !== 'consistent' || !isEmpty(header.repair)) return null;
  if (staging !== null) return null;
  return { history: header.history, applied, committed, cached: disk.cached };
}
