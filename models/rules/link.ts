import { blankPeerState, changePeer, type SiteContext, type Turn } from '../site.ts';
import { othersOf, type Session, type SiteId } from '../words.ts';
import { keepNote } from './storage.ts';
import { abandonStage } from './update.ts';

/** Sessions: one connection between two boots of two sites. */

export function connect(turn: Turn, event: { peer: SiteId; session: Session }): void {
  // What was noted of it before is kept only to recognise a site that shows less (protocol 3.5).
  const { held } = turn.site.peers[event.peer];
  changePeer(turn, event.peer, { ...blankPeerState, held, session: event.session });
}

export function disconnect(turn: Turn, event: { peer: SiteId }): void {
  const { held } = turn.site.peers[event.peer];
  changePeer(turn, event.peer, { ...blankPeerState, held });
  keepNote(turn, event.peer);
  if (turn.site.staging?.from === event.peer) abandonStage(turn);
}

export const isConnected = (site: SiteContext): boolean =>
  othersOf(site.config.site).some((other) => site.peers[other].session !== 0);
