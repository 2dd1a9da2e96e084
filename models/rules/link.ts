import { newestEpoch } from '../history.ts';
import { nothing } from '../holding.ts';
import { blankPeerState, changePeer, emit, epochOf, type SiteContext, type Turn } from '../site.ts';
import { othersOf, type Session, type SiteId } from '../words.ts';
import { summaryOf } from './summary.ts';
import { abandonStage } from './update.ts';

/** Sessions: one connection between two boots of two sites. */

export function connect(turn: Turn, event: { peer: SiteId; session: Session }): void {
  // What was noted of it before is kept only to recognise a site that shows less (protocol 3.5).
  const { held } = turn.site.peers[event.peer];
  changePeer(turn, event.peer, { ...blankPeerState, held, session: event.session });
  sayHello(turn, event.peer);
}

function sayHello(turn: Turn, to: SiteId): void {
  const { site } = turn;
  const { session } = site.peers[to];
  const message = { type: 'hello', summary: summaryOf(site), standing: site.stands } as const;
  emit(turn, { type: 'send', to, session, message });
}

export function disconnect(turn: Turn, event: { peer: SiteId }): void {
  const { held } = turn.site.peers[event.peer];
  changePeer(turn, event.peer, { ...blankPeerState, held });
  if (turn.site.staging?.from === event.peer) abandonStage(turn);
}

export const isConnected = (site: SiteContext): boolean =>
  othersOf(site.config.site).some((other) => site.peers[other].session !== 0);

/** A new session's notes replace the old ones; what lies off this site's history is no note. */
export function isNewer(
  site: SiteContext,
  event: { message: { summary: { history: Parameters<typeof newestEpoch>[0] } } },
): boolean {
  return newestEpoch(event.message.summary.history) > epochOf(site);
}

export { nothing };
