import { blankPeer } from '../../models/bitmap.ts';
import { noBits } from '../../models/bits.ts';
import type { Header, Identity, PeerHeader } from '../../models/header.ts';
import type { EpochRecord } from '../../models/history.ts';
import { type SiteId, siteIds } from '../../models/words.ts';

export type Distances = readonly ['near' | 'far', 'near' | 'far', 'near' | 'far'];
export type Incarnations = readonly [number, number, number];

/** What a new arrangement writes to all three sites before anything else. */
export function genesisRecord(
  incarnations: Incarnations,
  distances: Distances,
  syncFar: boolean,
): EpochRecord {
  return {
    epoch: 0,
    primary: 0,
    incarnations,
    syncSet: siteIds.filter((site) => site !== 0 && (syncFar || distances[site] === 'near')),
    parent: { epoch: 0, sequence: 0 },
    how: 'genesis',
    lossBeyond: null,
  };
}

/** The header of a new site. `history` empty: a blank one, that has no vote until it is admitted. */
export function newHeader(
  identity: Identity,
  incarnation: number,
  capacity: number,
  history: readonly EpochRecord[],
): Header {
  const incarnations = history[0]?.incarnations ?? [0, 0, 0];
  const peers = siteIds.map((site) => ({
    ...blankPeer(),
    incarnation: site === identity.site ? 0 : incarnations[site],
  })) as unknown as readonly [PeerHeader, PeerHeader, PeerHeader];
  return {
    identity,
    incarnation,
    boot: 0,
    promised: 0,
    used: 0,
    history,
    committed: 0,
    settled: 0,
    start: 1,
    capacity,
    consistency: { kind: 'consistent' },
    repair: noBits,
    damaged: false,
    halted: [],
    peers,
  };
}

export const identityOf = (
  arrangement: string,
  site: SiteId,
  distances: Distances,
  blockBytes: number,
  volumes: readonly number[],
): Identity => ({ arrangement, site, distance: distances[site], blockBytes, volumes });
