/**
 * The words of the protocol. Everything else in `models/` is written with these.
 * Source: spec/protocol.md, Glossary.
 */

/** One of the three sites of an arrangement. */
export type SiteId = 0 | 1 | 2;
export const siteIds: readonly SiteId[] = [0, 1, 2];

/** Order of host writes, from 1, continuing across epochs; 0 is "before the first write". */
export type Sequence = number;

/** Number of an epoch: 3k + proposer, so no two sites ever name an epoch alike. 0 is genesis. */
export type Epoch = number;

/** Index of a block in the arrangement's address space: all volumes laid end to end. */
export type Block = number;

/** One session between two boots of two sites: the number its connection was given by the link. */
export type Session = number;

/** Names one write for ever. */
export interface Position {
  readonly epoch: Epoch;
  readonly sequence: Sequence;
}

/** Where a write goes. Unit: blocks of `blockBytes`. */
export interface Extent {
  readonly volume: number;
  readonly first: number;
  readonly count: number;
}

export type WriteKind = 'data' | 'zeroes' | 'trim';

/**
 * One tracked write without its payload: location, sequence and checksum (claim 26).
 * The payload stays with the backend; charts never see it.
 */
export interface Entry {
  readonly epoch: Epoch;
  readonly sequence: Sequence;
  readonly extent: Extent;
  readonly kind: WriteKind;
  /** CRC-32 of the payload (0 for zeroes and trim). Invariant: one position, one checksum. */
  readonly checksum: number;
}

/** A run of sequences, both ends included. */
export interface Range {
  readonly first: Sequence;
  readonly last: Sequence;
}

/** What a site holds: everything up to `contiguous`, and the ranges beyond the first hole. */
export interface Holding {
  readonly contiguous: Sequence;
  /** Sorted, disjoint, not adjacent, all beyond `contiguous + 1`. */
  readonly ranges: readonly Range[];
}

export const proposerOf = (epoch: Epoch): SiteId => (epoch % 3) as SiteId;

/** The smallest epoch number of `site` above `floor`. */
export function nextEpoch(site: SiteId, floor: Epoch): Epoch {
  const base = Math.floor(floor / 3) * 3 + site;
  return base > floor ? base : base + 3;
}

export const othersOf = (site: SiteId): readonly [SiteId, SiteId] => others[site];

const others = [
  [1, 2],
  [0, 2],
  [0, 1],
] as const;

/** The third site, given two. */
export const thirdOf = (one: SiteId, other: SiteId): SiteId => (3 - one - other) as SiteId;
