import { recordOf, type SiteContext } from '../../../models/site.ts';
import type { SiteId } from '../../../models/words.ts';
import type { Arrangement } from '../../runtime/arrangement.ts';
import { pause, systemClock } from '../../runtime/clock.ts';
import { CommandError } from '../command-error.ts';
import { refuseStopped } from './stopped.ts';

/** Milliseconds that sites may take to become level, or to take each other in again. */
export const levelMost = 30_000;

/**
 * A primary serves with its sync mirror: on a machine that is busy the sites may suspect each other for a while, and whoever
 * is lost then is missed by an operator's consent only.
 */
export async function untilHeld(arrangement: Arrangement, signal: AbortSignal): Promise<SiteId> {
  const deadline = systemClock.now() + levelMost;
  for (;;) {
    const context = arrangement.primary()?.site.context;
    if (context && isHeld(context)) return context.config.site;
    refuseStopped(arrangement);
    if (signal.aborted || systemClock.now() >= deadline) {
      const sentence = `no primary serves with a sync mirror, after ${levelMost} ms`;
      throw new CommandError('not-ready', sentence, 1);
    }
    await pause(systemClock, 5);
  }
}

/** Its record is durable at another site too, names a sync mirror, and that one is streamed to. */
function isHeld(site: SiteContext): boolean {
  const members = recordOf(site)?.syncSet ?? [];
  return (
    site.stands && members.length > 0 && members.every((id) => site.peers[id].phase === 'streaming')
  );
}
