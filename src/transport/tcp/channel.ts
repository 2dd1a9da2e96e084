import type { Socket } from 'node:net';
import type { Session, SiteId } from '../../../models/words.ts';
import type { Cancel } from '../../runtime/clock.ts';
import { type Decoded, encodeFrame, encodeGreeting } from '../frame.ts';
import { FrameDecoder } from '../frame-decoder.ts';
import type { Frame } from '../port.ts';
import type { GoodbyeReason, Greeting } from '../wire/greeting.ts';
import { digestOf, type Envelope, type Header } from '../wire/header.ts';
import { sessionCeiling } from '../wire/limits.ts';
import { unexpected } from './agreement.ts';
import type { EndReason, LinkIncident } from './link-error.ts';
import { Outgoing } from './outgoing.ts';
import type { TcpSetup } from './tcp-options.ts';

/** What whoever leads a connection hears of it. */
export interface ChannelListener {
  greeted(greeting: Greeting, header: Header): void;
  received(frame: Frame): void;
  /** Once, and nothing after it. */
  ended(reason: EndReason): void;
}

const lingerMax = 1000;
/** A ping and its answer wait behind what is on its way, each in one direction: seconds, on a slow link. The other end is heard meanwhile. */
const answerSilences = 8;
/** At a ping each millisecond they are those of 16 seconds. */
const unreadMax = 2 ** 14;

/** One connection: frames both ways, each checked for belonging here; pings; an end with a reason. */
export class Channel {
  /** Who is at the other end; null: nobody has said so yet. */
  peer: SiteId | null;
  lane = 0;
  session: Session = 0;
  listener: ChannelListener | null = null;
  private readonly socket: Socket;
  private readonly setup: TcpSetup;
  private readonly arrangement: string;
  private readonly decoder = new FrameDecoder();
  private readonly outgoing: Outgoing;
  private first: Header | null = null;
  private caller: SiteId | null = null;
  private sent = 0;
  private arrived = 0;
  private pinged = 0;
  private answered = 0;
  private answeredAt = 0;
  private heardAt = 0;
  /** Pongs that were said since the socket was last empty. */
  private unread = 0;
  private cancelDeadline: Cancel;
  private cancelPing: Cancel = () => {};
  private begun = false;
  private ending = false;
  private over = false;

  constructor(socket: Socket, setup: TcpSetup, peer: SiteId | null) {
    this.socket = socket;
    this.setup = setup;
    this.peer = peer;
    this.arrangement = digestOf(setup.identity.arrangement);
    this.outgoing = new Outgoing(socket, (frame) =>
      this.write(encodeFrame(this.envelope(), frame)),
    );
    const { clock, durations } = setup;
    this.cancelDeadline = clock.after(durations.handshakeMax, () =>
      this.end('silence', `No session within ${durations.handshakeMax} ms.`),
    );
    socket.setNoDelay(true);
    socket.on('drain', () => {
      this.unread = 0;
    });
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.close('broken', 'this site', error.message));
    socket.on('close', () => this.close('broken', 'the peer', 'The connection was closed.'));
    socket.on('end', () => this.close('broken', 'the peer', 'The connection was ended.'));
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Bytes that wait for the peer to read. */
  get waitingBytes(): number {
    return this.outgoing.bytes + this.socket.writableLength;
  }

  /** The bytes said; they are not behind what waits. */
  say(greeting: Greeting): Uint8Array {
    const result = encodeGreeting(this.envelope(), greeting);
    this.write(result.ok ? { ok: true, value: [result.value] } : result);
    return result.ok ? result.value : new Uint8Array(0);
  }

  send(frame: Frame): void {
    if (this.over) return;
    const { waitingBytesMax } = this.setup;
    // Counted without the frame itself: one that is larger would end each session that it is sent in.
    const { waitingBytes } = this;
    if (waitingBytes <= waitingBytesMax) return this.outgoing.add(frame);
    this.end('crowded', `${waitingBytes} bytes wait, allowed ${waitingBytesMax}.`);
  }

  /** The peer has proved who it is. */
  trust(): void {
    this.decoder.ceiling = sessionCeiling;
  }

  /** Of the peer, once a frame of it has come. */
  get incarnation(): number {
    return this.first!.incarnation;
  }

  /** The session begins: from now on it lives as long as the other end is heard, and answers pings. */
  begin(): void {
    this.begun = true;
    this.cancelDeadline();
    this.answeredAt = this.setup.clock.now();
    this.heardAt = this.answeredAt;
    this.ping();
  }

  end(reason: GoodbyeReason, sentence: string): void {
    // Where the goodbye itself cannot be said, it ends without one.
    if (this.over || this.ending) return;
    this.ending = true;
    const { lowest, highest } = this.setup.spoken;
    this.say({ type: 'goodbye', reason, lowest, highest, sentence: sentence.slice(0, 160) });
    this.close(reason, 'this site', sentence);
  }

  private ping(): void {
    const { clock, durations } = this.setup;
    const now = clock.now();
    const [silence, unanswered] = [now - this.heardAt, now - this.answeredAt];
    if (silence > durations.silenceMax) {
      return this.end('silence', `Nothing was heard for ${Math.round(silence)} ms.`);
    }
    if (unanswered > durations.silenceMax * answerSilences) {
      return this.end('silence', `No ping was answered for ${Math.round(unanswered)} ms.`);
    }
    this.say({ type: 'ping', token: ++this.pinged });
    this.cancelPing = clock.after(durations.ping, () => this.ping());
  }

  private take(chunk: Buffer): void {
    if (this.over) return;
    this.heardAt = this.setup.clock.now();
    const fault = this.decoder.push(chunk, (decoded) => {
      this.takeFrame(decoded);
      return !this.over;
    });
    if (fault) this.end('protocol', `${fault.code}: ${fault.message}`);
  }

  private takeFrame(decoded: Decoded): void {
    const { header } = decoded;
    if (this.peer === null && this.first === null) {
      // Also a refusal goes to whom it concerns.
      this.caller = header.from;
      this.lane = header.lane;
    }
    const strange = this.strangeness(header, decoded);
    if (strange !== null) return this.end(...strange);
    this.first ??= header;
    this.arrived++;
    if (decoded.kind === 'frame') return this.listener?.received(decoded.frame);
    const { greeting } = decoded;
    switch (greeting.type) {
      case 'ping':
        // Answers to a stranger who does not read them would pile up here.
        if (!this.begun) return this.end(...unexpected(greeting));
        return this.takePing(greeting.token);
      case 'pong':
        return this.takePong(greeting.token);
      case 'goodbye':
        return this.close(greeting.reason, 'the peer', greeting.sentence);
      default:
        this.listener?.greeted(greeting, header);
    }
  }

  /** A peer of a session may ask on and on as well, and read nothing. */
  private takePing(token: number): void {
    if (this.socket.writableNeedDrain && ++this.unread > unreadMax) {
      return this.end('crowded', `${unreadMax} pongs wait to be read.`);
    }
    this.say({ type: 'pong', token });
  }

  private takePong(token: number): void {
    if (token <= this.answered || token > this.pinged) {
      return this.end(
        'protocol',
        `A pong of ${token}, asked ${this.answered + 1}..${this.pinged}.`,
      );
    }
    this.answered = token;
    this.answeredAt = this.setup.clock.now();
  }

  /** Why a frame does not belong to this connection; null: it does. */
  private strangeness(header: Header, decoded: Decoded): [GoodbyeReason, string] | null {
    const { identity } = this.setup;
    if (header.arrangement !== this.arrangement) {
      return ['arrangement', `Arrangement ${header.arrangement}, expected ${this.arrangement}.`];
    }
    if (header.to !== identity.site)
      return ['site', `To site ${header.to}, this is ${identity.site}.`];
    const wrong = (name: keyof Envelope, expected: number): [GoodbyeReason, string] | null =>
      header[name] === expected
        ? null
        : ['protocol', `${name} ${header[name]}, expected ${expected}.`];
    const { first, peer } = this;
    const strange = wrong('number', this.arrived);
    if (strange !== null || (first === null && peer === null)) return strange;
    const place = wrong('from', peer ?? first!.from) ?? wrong('lane', this.lane);
    if (place !== null || first === null) return place;
    const isFarewell = decoded.kind === 'greeting' && decoded.greeting.type === 'goodbye';
    return (
      wrong('incarnation', first.incarnation) ??
      wrong('boot', first.boot) ??
      (isFarewell ? null : wrong('session', this.session))
    );
  }

  private envelope(): Envelope {
    const { identity, incarnation, boot, newestEpoch } = this.setup;
    const { peer, lane, session, arrangement } = this;
    const to = peer ?? this.caller ?? identity.site;
    const number = this.sent++;
    return {
      from: identity.site,
      to,
      lane,
      incarnation,
      boot,
      arrangement,
      session,
      epoch: newestEpoch(),
      number,
    };
  }

  private write(pieces: ReturnType<typeof encodeFrame>): void {
    if (this.over) return;
    if (!pieces.ok) {
      this.sent--;
      return this.end('protocol', `${pieces.error.code}: ${pieces.error.message}`);
    }
    this.socket.cork();
    for (const piece of pieces.value) this.socket.write(piece);
    this.socket.uncork();
  }

  private close(reason: EndReason, by: LinkIncident['by'], sentence: string): void {
    if (this.over) return;
    this.over = true;
    this.cancelDeadline();
    this.cancelPing();
    this.outgoing.clear();
    const { socket } = this;
    socket.on('error', () => {});
    socket.end();
    // Whoever does not read does not get the last word either.
    const cancel = this.setup.clock.after(lingerMax, () => socket.destroy());
    socket.once('close', cancel);
    this.setup.incident({ peer: this.peer, reason, by, sentence });
    this.listener?.ended(reason);
  }
}
