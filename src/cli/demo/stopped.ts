import type { Arrangement } from '../../runtime/arrangement.ts';
import { CommandError } from '../command-error.ts';

/** A site that gave up its disk, say as that is full, does not come back: there is no need to wait for what it will not do. */
export function refuseStopped(arrangement: Arrangement): void {
  const told: string[] = [];
  for (const { site, event } of arrangement.timeline()) {
    if (event.kind !== 'stoppedItself' || arrangement.loopOf(site) !== null) continue;
    told.push(`site ${site} stopped: ${event.cause ?? event.reason}`);
  }
  if (told.length > 0) throw new CommandError('site-stopped', told.join('; '), 1);
}
