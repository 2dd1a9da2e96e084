import { newestOfHolding } from '../../../models/holding.ts';
import { newestSequence } from '../../../models/rules/commit.ts';
import { recordOf } from '../../../models/site.ts';
import { type SiteId, siteIds } from '../../../models/words.ts';
import type { Arrangement } from '../../runtime/arrangement.ts';
import { pause, systemClock } from '../../runtime/clock.ts';

/** Milliseconds. Of an input that has no write left nothing more reaches the far mirror. */
const aheadMost = 2000;

/**
 * Cuts the near mirror off and lets hosts write on, until the far mirror holds a write that the near one was never
 * sent. None of these writes can be acknowledged: the near mirror is in the primary's sync set.
 */
export async function untilAhead(
  arrangement: Arrangement,
  primary: SiteId,
  signal: AbortSignal,
  writeOn: () => void,
): Promise<void> {
  const contextOf = (site: SiteId) => arrangement.loopOf(site)!.site.context;
  const { syncSet } = recordOf(contextOf(primary))!;
  const near = syncSet[0]!;
  const far = siteIds.find((site) => site !== primary && site !== near)!;
  // What was numbered before may be on its way to the near mirror's disk.
  const sent = newestSequence(contextOf(primary));
  arrangement.network.part(primary, near);
  writeOn();
  const deadline = systemClock.now() + aheadMost;
  const isAhead = () => newestOfHolding(contextOf(far).held) > sent;
  while (!signal.aborted && !isAhead() && systemClock.now() < deadline) {
    await pause(systemClock, 1);
  }
}
