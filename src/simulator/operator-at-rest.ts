import { newestOf } from '../../models/history.ts';
import { refusalOfBranches } from '../../models/refusal.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';

/**
 * What only an operator may decide: a loss, when a site asks for that consent; force, when there is
 * no majority of sites with a vote and waiting has not helped; which of two branches is given up: that
 * of whoever does not follow the primary.
 */
export function operatorAct(
  arrangement: Arrangement,
  attempt: number,
  acted: (act: string) => void,
): void {
  const status = arrangement.status();
  if (status.primary !== null) {
    if (giveUpBranches(arrangement, status.primary)) acted('discard');
    return;
  }
  const asked = arrangement
    .timeline()
    .slice(-100)
    .findLast(({ event }) => event.kind === 'consentMissing');
  if (asked?.event.kind === 'consentMissing') {
    arrangement.loopOf(asked.site)?.operate({ name: 'consent', primary: asked.event.primary });
    acted('consent');
    return;
  }
  if (attempt < 2 || voters(arrangement) >= 2) return;
  const best = [...status.sites]
    .filter((site) => site !== null)
    .sort((one, other) => other.epoch - one.epoch || other.committed - one.committed)[0];
  if (!best || best.epoch < 0) return;
  arrangement.loopOf(best.site)?.operate({ name: 'force' });
  acted('force');
}

/**
 * A leg stays suspended until its primary is told otherwise. Told while it moves to another epoch, it
 * does not hear it: whoever suspended looks whether his word was taken, and says it again.
 */
export function resumeLegs(arrangement: Arrangement): void {
  const primary = arrangement.primary();
  for (const peer of primary?.site.context.header.halted ?? [])
    primary!.operate({ name: 'resume', peer });
}

function giveUpBranches(arrangement: Arrangement, primary: SiteId): boolean {
  const historyOf = (site: SiteId) => arrangement.loopOf(site)?.site.context.header.history ?? [];
  const rivals = siteIds.filter((site) => {
    const [own, kept] = [historyOf(site), historyOf(primary)];
    return own.length > 0 && kept.length > 0 && refusalOfBranches(own, kept) !== null;
  });
  for (const site of rivals) arrangement.loopOf(site)?.operate({ name: 'discard', branch: site });
  return rivals.length > 0;
}

/** Is it the incarnation that the newest record anybody holds names? */
function voters(arrangement: Arrangement): number {
  const contexts = siteIds.map((site) => arrangement.loopOf(site)?.site.context ?? null);
  const newest = contexts
    .map((context) => context && newestOf(context.header.history))
    .filter((record) => record != null)
    .sort((one, other) => other.epoch - one.epoch)[0];
  return contexts.filter(
    (context, site) => context && newest?.incarnations[site] === context.header.incarnation,
  ).length;
}
