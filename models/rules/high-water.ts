import { recordOf, type SiteContext } from '../site.ts';
import { othersOf, type SiteId } from '../words.ts';

/**
 * An adaptive sidefile between its floor and its limit (protocol 2.7): below the high water lag is
 * absorbed, from there on the host is slowed, at the limit what a mirror lacks becomes bits.
 */

/** A quarter of the sidefile is kept free for what comes, so that the window moves in strides. */
export const strideOf = (capacity: number): number => Math.max(1, Math.floor(capacity / 4));

/**
 * Is a delta to this site out of reach: its leg is suspended, or entries it lacks are gone? Then
 * nothing is kept for it beyond the floor: bits stand for it, until it is level again.
 */
export function isGivenUp(site: SiteContext, other: SiteId): boolean {
  const { phase, held } = site.peers[other];
  const isPrimary = recordOf(site)?.primary === site.config.site;
  if (isPrimary && phase === 'suspended') return true;
  const { noted } = site.header.peers[other];
  return Math.max(held.contiguous, noted.contiguous) + 1 < site.header.start;
}

/** Lag of the mirror that is furthest behind and not given up. */
function lagOf(site: SiteContext): number {
  const lags = othersOf(site.config.site)
    .filter((other) => !isGivenUp(site, other))
    .map((other) => site.log.newest - site.peers[other].held.contiguous);
  return Math.max(0, ...lags);
}

/** Three quarters of the way from the floor to where entries that somebody lacks must go. */
function highWaterOf({ capacity, limit }: SiteContext['config']['sidefile']): number {
  const most = limit - strideOf(limit);
  return most > capacity ? capacity + Math.ceil(((most - capacity) * 3) / 4) : Infinity;
}

/** From here on the primary takes one write at a time, each when the one before is committed. */
export const isHighWater = (site: SiteContext): boolean =>
  site.config.sidefile.mode === 'adaptive' && lagOf(site) >= highWaterOf(site.config.sidefile);
