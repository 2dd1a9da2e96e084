import type { Session } from '../../../models/words.ts';
import { unexpected } from './agreement.ts';
import type { Channel } from './channel.ts';
import type { EndReason } from './link-error.ts';
import { TcpLeg } from './tcp-leg.ts';
import type { TcpSession } from './tcp-session.ts';

/** The link to a site with a lower id: it calls, this site answers. */
export class AnsweringLeg extends TcpLeg {
  private opening: TcpSession | null = null;

  override close(): void {
    super.close();
    this.opening?.end('closing', 'The site stops.');
  }

  /** Taken only when the caller has proved itself: a stranger takes no number, whatever floor it claims. */
  nextNumber(floor: Session): Session {
    return Math.max(this.newest, floor) + 1;
  }

  isOpening(session: Session, lane: number): boolean {
    return this.opening?.number === session && !this.opening.has(lane);
  }

  /** Only now that the caller has proved itself does its session end the one before. */
  joined(channel: Channel, lanes: number): void {
    if (this.listener === null) return channel.end('closing', 'The site is not ready.');
    if (channel.lane === 0 && channel.session > this.newest) this.beginOpening(channel.session);
    const { opening } = this;
    if (opening === null || !this.isOpening(channel.session, channel.lane)) {
      return channel.end('session', `Session ${channel.session} is not being opened.`);
    }
    opening.join(channel, (greeting) => channel.end(...unexpected(greeting)));
    if (opening.size < lanes) return;
    this.opening = null;
    this.current = opening;
    opening.sayReady();
    this.begin(opening);
  }

  private beginOpening(number: Session): void {
    this.newest = number;
    this.current?.end('closing', 'The peer opened a newer session.');
    this.opening?.end('closing', 'The peer opened a newer session.');
    this.opening = this.newSession();
    this.opening.number = number;
  }

  protected override ended(session: TcpSession, reason: EndReason): void {
    if (this.opening === session) this.opening = null;
    super.ended(session, reason);
  }
}
