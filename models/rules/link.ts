import { blankPeerState, change, changePeer, type SiteContext, type Turn } from '../site.ts';
import { othersOf, type Session, type SiteId } from '../words.ts';
import { checkAgain } from './hold.ts';
import { keepNote } from './storage.ts';
import { abandonStage } from './update.ts';

/** Sessions: one connection between two boots of two sites. */

export function connect(turn: Turn, event: { peer: SiteId; session: Session }): void {
  // What was noted of it before is kept only to recognise a site that shows less (protocol 3.5).
  const { held, check } = turn.site.peers[event.peer];
  const again = checkAgain(check);
  changePeer(turn, event.peer, { ...blankPeerState, held, check: again, session: event.session });
}

export function disconnect(turn: Turn, event: { peer: SiteId }): void {
  const { held, check } = turn.site.peers[event.peer];
  changePeer(turn, event.peer, { ...blankPeerState, held, check: checkAgain(check) });
  keepNote(turn, event.peer);
  if (turn.site.staging?.from === event.peer) abandonStage(turn);
  if (turn.site.hold?.from === event.peer) change(turn, { hold: null });
}

export const isConnected = (site: SiteContext): boolean =>
  othersOf(site.config.site).some((other) => site.peers[other].session !== 0);
