import type { SiteEvent } from '../event.ts';
import {
  blankPeerState,
  change,
  changePeer,
  type Peer,
  recordOf,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import { othersOf, type SiteId } from '../words.ts';
import { checkAgain } from './hold.ts';
import { keepNote } from './storage.ts';
import { abandonStage } from './update.ts';

/** Sessions: one connection between two boots of two sites. */

/**
 * What outlives a session with it: what was noted of it, to recognise a site that shows less (protocol 3.5), and between two
 * mirrors what their primary told of it, which does not tell it again.
 */
function keptOf(site: SiteContext, other: SiteId): Peer {
  const { held, check, start, informed } = site.peers[other];
  const primary = recordOf(site)?.primary;
  const isOfPrimary =
    primary !== site.config.site && primary !== other && !weak(site, 'forget-what-was-told');
  const told = isOfPrimary ? { start, informed } : {};
  return { ...blankPeerState, held, check: checkAgain(check), ...told };
}

export function connect(
  turn: Turn,
  { peer, session, incarnation }: Extract<SiteEvent, { type: 'link.up' }>,
): void {
  changePeer(turn, peer, { ...keptOf(turn.site, peer), session, incarnation });
}

export function disconnect(turn: Turn, event: { peer: SiteId }): void {
  changePeer(turn, event.peer, keptOf(turn.site, event.peer));
  keepNote(turn, event.peer);
  if (turn.site.staging?.from === event.peer) abandonStage(turn);
  if (turn.site.hold?.from === event.peer) change(turn, { hold: null });
}

export const isConnected = (site: SiteContext): boolean =>
  othersOf(site.config.site).some((other) => site.peers[other].session !== 0);
