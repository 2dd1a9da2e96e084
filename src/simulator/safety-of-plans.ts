import { lacking } from '../../models/holding.ts';
import { exchanged, type Plan, plan, planDigest } from '../../models/plan.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import { entryAt } from '../../models/sidefile-log.ts';
import { epochOf, type SiteContext } from '../../models/site.ts';
import type { Summary } from '../../models/summary.ts';
import type { Epoch, Sequence, SiteId } from '../../models/words.ts';
import type { Checker, Evidence } from './evidence.ts';

/** What a plan promised of two sites. */
interface Promised {
  readonly epoch: Epoch;
  readonly end: Sequence;
}

/**
 * S6: a plan is the same from either side, and once a mirror is level the write sets of both are equal,
 * entry by entry as far as both still have them. Their bytes: `volumeIsPrefix`, after each update.
 * Not verified: a plan whose session ended before the mirror was level.
 */
export function plansAreKept(planOf: typeof plan = plan): Checker {
  const promised = new Map<string, Promised>();
  return (evidence, site, { event, site: after, effects }) => {
    for (const effect of effects) {
      if (effect.type !== 'report') continue;
      const report = effect.event;
      if (report.kind === 'planned' || report.kind === 'refused') {
        const summary = summaryIn(event);
        if (summary === null) continue;
        isSymmetric(evidence, planOf, summaryOf(after.context), summary);
        if (report.kind === 'planned') {
          const { peer, to: end } = report;
          promised.set(`${site} ${peer}`, { epoch: epochOf(after.context), end });
        }
      }
      if (report.kind === 'level') {
        const plan = promised.get(`${site} ${report.peer}`);
        if (plan && report.at >= plan.end && plan.epoch === epochOf(after.context)) {
          areEqual(evidence, after.context, report.peer, report.at);
        }
      }
    }
  };
}

function summaryIn(event: { readonly type: string } | null): Summary | null {
  const { message } = (event ?? {}) as { message?: { summary?: Summary } };
  return message?.summary ?? null;
}

function isSymmetric(
  { broken }: Evidence,
  planOf: typeof plan,
  one: Summary,
  other: Summary,
): void {
  const [here, there]: Plan[] = [planOf(one, other), planOf(other, one)] as [Plan, Plan];
  const same = JSON.stringify(exchanged(here!)) === JSON.stringify(there);
  if (same && planDigest(here!) === planDigest(there!)) return;
  broken('S6', `sites ${one.site} and ${other.site} plan differently: ${JSON.stringify(here)}`);
}

function areEqual(evidence: Evidence, site: SiteContext, other: SiteId, at: Sequence): void {
  const peer = evidence.contexts()[other];
  if (!peer || epochOf(peer) !== epochOf(site)) return;
  const own = site.config.site;
  // The primary may still be storing what a mirror holds already.
  if (lacking(peer.held, { contiguous: at, ranges: [] }).length > 0) {
    evidence.broken('S6', `site ${other} is level with ${own} at ${at} and does not hold all`);
  }
  const start = Math.max(site.log.start, peer.log.start);
  for (let sequence = start; sequence <= at; sequence++) {
    const [here, there] = [entryAt(site.log, sequence), entryAt(peer.log, sequence)];
    if (!here || !there) continue;
    if (here.epoch === there.epoch && here.checksum === there.checksum) continue;
    evidence.broken('S6', `sites ${own} and ${other} are level with unlike writes at ${sequence}`);
  }
}
