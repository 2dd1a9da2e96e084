import type { Effect } from '../effect.ts';
import type { SiteEvent } from '../event.ts';
import type { SiteContext } from '../site.ts';

/**
 * Work on stage and blocks that the disk was asked for. Its answers name no update: an update, or a
 * comparison, begins when those of the one before have come, or it would take them for its own.
 */
const asked = new Set<Effect['type']>([
  'stage',
  'flushStage',
  'applyStage',
  'compare',
  'overwrite',
]);

const answers = new Set<SiteEvent['type']>([
  'staged',
  'stageFull',
  'stageFlushed',
  'stageApplied',
  'compared',
  'overwritten',
]);

/** With what this event answers, if it does, not under way any more. */
export function withAnswer(site: SiteContext, { type }: SiteEvent): SiteContext {
  return answers.has(type) ? { ...site, working: Math.max(0, site.working - 1) } : site;
}

/** With what these effects ask for under way. */
export function withAsked(site: SiteContext, effects: readonly Effect[]): SiteContext {
  const more = effects.filter(({ type }) => asked.has(type)).length;
  return more === 0 ? site : { ...site, working: site.working + more };
}
