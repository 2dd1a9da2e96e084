import type { Session } from '../../../models/words.ts';
import type { Frame } from '../port.ts';
import type { GoodbyeReason } from '../wire/greeting.ts';
import type { Channel, ChannelListener } from './channel.ts';
import type { EndReason } from './link-error.ts';

/** The connections of one session, begun or about to: when one ends, all end. */
export class TcpSession {
  number: Session = 0;
  isUp = false;
  private readonly lanes = new Map<number, Channel>();
  private readonly received: (session: Session, frame: Frame) => void;
  private readonly ended: (session: TcpSession, reason: EndReason) => void;
  private over = false;

  constructor(
    received: (session: Session, frame: Frame) => void,
    ended: (session: TcpSession, reason: EndReason) => void,
  ) {
    this.received = received;
    this.ended = ended;
  }

  get size(): number {
    return this.lanes.size;
  }

  /** Of the peer: all its connections are of one boot of it. */
  get incarnation(): number {
    const [channel] = this.lanes.values();
    return channel!.incarnation;
  }

  has(lane: number): boolean {
    return this.lanes.has(lane);
  }

  /** The session hears of this connection from now on; `greeted` leads its handshake. */
  join(channel: Channel, greeted: ChannelListener['greeted']): void {
    this.lanes.set(channel.lane, channel);
    channel.listener = {
      greeted,
      received: (frame) => {
        if (this.isUp) this.received(this.number, frame);
        else channel.end('protocol', 'A message came before the session began.');
      },
      ended: (reason) => this.finish(reason, 'Another connection of the session ended.'),
    };
  }

  /** The responder says that all lanes are here. */
  sayReady(): void {
    for (const channel of this.lanes.values()) channel.say({ type: 'ready' });
  }

  begin(): void {
    this.isUp = true;
    for (const channel of this.lanes.values()) channel.begin();
  }

  /** By the connection with the least waiting. */
  send(frame: Frame): void {
    let best: Channel | null = null;
    for (const channel of this.lanes.values()) {
      if (best === null || channel.waitingBytes < best.waitingBytes) best = channel;
    }
    best?.send(frame);
  }

  end(reason: GoodbyeReason, sentence: string): void {
    for (const channel of this.lanes.values()) channel.end(reason, sentence);
    this.finish(reason, sentence);
  }

  private finish(reason: EndReason, sentence: string): void {
    if (this.over) return;
    this.over = true;
    for (const channel of this.lanes.values()) channel.end('closing', sentence);
    this.ended(this, reason);
  }
}
