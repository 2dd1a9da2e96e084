import type { Bits } from './bits.ts';
import { isEmpty, noBits, unionOf, withRuns } from './bits.ts';
import type { PeerHeader } from './header.ts';
import { cutHolding, nothing } from './holding.ts';
import type { Run } from './message.ts';
import type { Block, Entry, Extent, Holding, Sequence } from './words.ts';

/**
 * The bitmap a site keeps for one other site (protocol 2.8): which blocks the entries it dropped
 * had written, as long as the other may lack them.
 * Invariant: each entry dropped beyond `base` has its blocks in old ∪ young; bits in `old` stand
 * for drops up to `mark`, bits in `young` for drops up to `youngest`.
 */
export function blankPeer(): PeerHeader {
  return {
    incarnation: 0,
    noted: nothing,
    base: 0,
    mark: 0,
    youngest: 0,
    old: noBits,
    young: noBits,
  };
}

/** Where an extent lies when all volumes are laid end to end. Unit: blocks. */
export function blocksOfExtent(
  volumes: readonly number[],
  extent: Extent,
): { readonly first: Block; readonly count: number } {
  let first = extent.first;
  for (let volume = 0; volume < extent.volume; volume++) first += volumes[volume]!;
  return { first, count: extent.count };
}

/**
 * A new note replaces the older one. Bits whose drops the peer holds without a gap are cleared,
 * half by half, and `base` rises to what was cleared.
 */
export function noteHeld(peer: PeerHeader, held: Holding): PeerHeader {
  let next: PeerHeader = { ...peer, noted: held };
  for (let half = 0; half < 2 && held.contiguous >= next.mark; half++) next = exchange(next);
  return next;
}

/**
 * Entries up to `through` leave the sidefile. Those at or below the noted contiguous position
 * only raise `base`; all others, also those noted beyond a hole, get bits (S5).
 */
export function dropEntries(
  peer: PeerHeader,
  entries: readonly Entry[],
  volumes: readonly number[],
  through: Sequence,
): PeerHeader {
  let { base, youngest } = peer;
  const runs: Run[] = [];
  for (const entry of entries) {
    if (entry.sequence > through) continue;
    if (entry.sequence <= peer.noted.contiguous) base = Math.max(base, entry.sequence);
    else {
      runs.push(blocksOfExtent(volumes, entry.extent));
      youngest = Math.max(youngest, entry.sequence);
    }
  }
  return { ...peer, base, young: withRuns(peer.young, runs), youngest };
}

/** A new record with that parent: nothing beyond it was dropped or noted on the new history. */
export function lowerBase(peer: PeerHeader, parent: Sequence): PeerHeader {
  return {
    ...peer,
    noted: cutHolding(peer.noted, parent),
    base: Math.min(peer.base, parent),
    mark: Math.min(peer.mark, parent),
    youngest: Math.min(peer.youngest, parent),
  };
}

/** Entries up to there are gone, and which blocks they wrote is not known. */
export const raiseBase = (peer: PeerHeader, through: Sequence): PeerHeader =>
  through <= peer.base ? peer : { ...peer, base: through };

export function bitsOfPeer(peer: PeerHeader): Bits {
  return unionOf(peer.old, peer.young);
}

/** After a staged update both sites stand at `through`; what came before is in neither sidefile. */
export function resetPeer(peer: PeerHeader, through: Sequence): PeerHeader {
  return {
    ...peer,
    noted: { contiguous: through, ranges: [] },
    base: through,
    mark: through,
    youngest: through,
    old: noBits,
    young: noBits,
  };
}

function exchange(peer: PeerHeader): PeerHeader {
  const base = isEmpty(peer.old) ? peer.base : Math.max(peer.base, peer.mark);
  return { ...peer, base, mark: peer.youngest, old: peer.young, young: noBits };
}
