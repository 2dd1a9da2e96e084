import { type SiteId, siteIds } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import type { Evidence } from './evidence.ts';
import { claimsPrefix } from './safety-of-sites.ts';

/** Nothing is left to do: one primary, all sites up and level, every leg streaming. */
export function isAtRest(arrangement: Arrangement): boolean {
  const status = arrangement.status();
  if (!status.level || status.sites.some((site) => site === null)) return false;
  const primary = status.sites[status.primary!]!;
  if (primary.peers.some(({ phase }) => phase !== 'streaming')) return false;
  return siteIds.every((site) => {
    const { context } = arrangement.loopOf(site)!.site;
    // What cannot be mended is said: nothing is under way for it.
    const isChecked = context.peers.every(({ check }) => check === null || check.step === 'failed');
    return claimsPrefix(context, context.stable) && context.storing.length === 0 && isChecked;
  });
}

/**
 * It has not come to rest in time: L2: nobody serves; L1: somebody does, and a site that he reaches does
 * not hold the same; L3: something waits that nothing will end.
 */
export function notAtRest(arrangement: Arrangement, evidence: Evidence, when: string): void {
  const status = arrangement.status();
  const sentence = `${when}${stuckSentence(arrangement)}`;
  if (status.primary === null) {
    evidence.broken('L2', sentence);
    return;
  }
  if (!status.level) evidence.broken('L1', sentence);
  const { peers } = status.sites[status.primary]!;
  const waits = peers.some(({ phase }) => phase !== 'streaming');
  if (waits || status.level) evidence.broken('L3', sentence);
}

function stuckSentence(arrangement: Arrangement): string {
  return siteIds.map((site) => siteSentence(arrangement, site)).join(' / ');
}

function siteSentence(arrangement: Arrangement, id: SiteId): string {
  const site = arrangement.status().sites[id];
  if (!site) return `${id} down`;
  const legs = site.role === 'primary' ? site.peers.map(({ phase }) => phase).join('+') : '';
  const state = JSON.stringify(site.state).replaceAll('"', '');
  return `${id} ${site.role} ${state} ${legs} e${site.epoch} p${site.promised} held ${site.held.contiguous} c ${site.committed} a ${site.applied} ${site.consistency} repair ${site.repairBlocks}`;
}
