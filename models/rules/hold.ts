import { blocksOfExtent } from '../bitmap.ts';
import { type Check, isFenced, recordOf, type SiteContext, weak } from '../site.ts';
import { type Block, type Entry, type Sequence, siteIds } from '../words.ts';

/** What a comparison of volumes means for the rest of a site: nothing is applied beyond where both are to stand. */

export const isHolding = (check: Check | null): boolean =>
  check !== null && check.step !== 'wanted' && check.step !== 'failed';

/** A session or an epoch ended in the middle of it: what was not compared still is to be. */
export function checkAgain(check: Check | null): Check | null {
  const isGivenUp = check?.step === 'failed' || (check?.step === 'releasing' && !check.again);
  return check === null || isGivenUp ? null : { ...check, step: 'wanted', tries: 0 };
}

/** Up to where the volumes may be applied while one of them is being compared. */
export function heldAt(site: SiteContext): Sequence {
  const isLoose = weak(site, 'verify-without-hold');
  let at = isLoose ? Number.MAX_SAFE_INTEGER : (site.hold?.at ?? Number.MAX_SAFE_INTEGER);
  const isPrimary = recordOf(site)?.primary === site.config.site && !isFenced(site);
  for (const id of siteIds) {
    const { check } = site.peers[id];
    if (isPrimary && isHolding(check)) at = Math.min(at, check!.at);
  }
  return at;
}

/** What a write covers whole can be read again. */
export function forgetRotten(site: SiteContext, entries: readonly Entry[]): readonly Block[] {
  if (site.rotten.length === 0) return site.rotten;
  const written = entries.map(({ extent }) => blocksOfExtent(site.header.identity.volumes, extent));
  return site.rotten.filter(
    (block) => !written.some(({ first, count }) => block >= first && block < first + count),
  );
}
