import { countOf } from '../bits.ts';
import { toldOf } from '../holding.ts';
import { type SiteContext, weak } from '../site.ts';
import type { Summary } from '../summary.ts';
import { siteIds } from '../words.ts';
import { windowEndOf } from './storage.ts';

/** What this site tells of itself. Final once nothing it began to store is under way. */
export function summaryOf(site: SiteContext): Summary {
  const { header, config } = site;
  const perSite = <Value>(value: (id: 0 | 1 | 2) => Value) =>
    siteIds.map(value) as unknown as readonly [Value, Value, Value];
  return {
    site: config.site,
    incarnation: header.incarnation,
    boot: header.boot,
    distance: header.identity.distance,
    volumes: header.identity.volumes,
    history: header.history,
    promised: header.promised,
    held: weak(site, 'compare-only-maxima')
      ? { contiguous: Math.max(site.log.newest, site.held.contiguous), ranges: [] }
      : toldOf(site.held),
    start: site.log.start,
    committed: site.durable,
    settled: header.settled,
    windowEnd: windowEndOf(site),
    bases: perSite((id) => header.peers[id].base),
    noted: perSite((id) =>
      Math.max(header.peers[id].noted.contiguous, site.peers[id].held.contiguous),
    ),
    consistency: header.consistency,
    repairCount: countOf(header.repair),
    damaged: header.damaged,
  };
}
