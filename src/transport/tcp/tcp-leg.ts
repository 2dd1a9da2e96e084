import type { Session, SiteId } from '../../../models/words.ts';
import type { Frame, LinkListener } from '../port.ts';
import type { EndReason } from './link-error.ts';
import type { TcpSetup } from './tcp-options.ts';
import { TcpSession } from './tcp-session.ts';

/** Numbers a site can give in one boot before they reach those of the next. */
const sessionsPerBoot = 2 ** 20;

/** This site's link to one peer: at most one session, told to the site as `up` and `down`. */
export class TcpLeg {
  protected readonly peer: SiteId;
  protected readonly setup: TcpSetup;
  protected listener: LinkListener | null = null;
  protected current: TcpSession | null = null;
  /** Largest number of a session with this peer that is known here. */
  protected newest: Session;

  constructor(peer: SiteId, setup: TcpSetup) {
    this.peer = peer;
    this.setup = setup;
    this.newest = setup.boot * sessionsPerBoot;
  }

  open(listener: LinkListener): void {
    this.listener = listener;
  }

  close(): void {
    this.listener = null;
    this.current?.end('closing', 'The site stops.');
  }

  send(session: Session, frame: Frame): void {
    const { current } = this;
    if (current?.isUp && current.number === session) current.send(frame);
  }

  reset(session: Session): void {
    const { current } = this;
    if (current?.isUp && current.number === session) {
      current.end('closing', 'What was to be sent cannot be sent: a new session is needed.');
    }
  }

  protected newSession(): TcpSession {
    return new TcpSession(
      (session, frame) => this.listener?.received(this.peer, session, frame),
      (session, reason) => this.ended(session, reason),
    );
  }

  protected begin(session: TcpSession): void {
    session.begin();
    this.listener?.up(this.peer, session.number, session.incarnation);
  }

  protected ended(session: TcpSession, _reason: EndReason): void {
    if (this.current === session) this.current = null;
    if (session.isUp) this.listener?.down(this.peer, session.number);
  }
}
