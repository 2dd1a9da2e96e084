import type { Socket } from 'node:net';
import type { Session, SiteId } from '../../../models/words.ts';
import { encodeGreeting } from '../frame.ts';
import { isSameProof, proofOf } from '../proof.ts';
import type { Greeting } from '../wire/greeting.ts';
import type { Header } from '../wire/header.ts';
import {
  commonVersion,
  type Disagreement,
  keyOfLink,
  ownTerms,
  unexpected,
  versionDisagreement,
  volumeDisagreement,
} from './agreement.ts';
import type { Channel } from './channel.ts';
import type { TcpSetup } from './tcp-options.ts';

type Hello = Extract<Greeting, { type: 'hello' }>;

/** What the site knows of a caller's sessions. */
export interface Desk {
  /** A number for a new session with this caller, above what it knows of. */
  newSession(caller: SiteId, floor: Session): Session;
  /** Is a lane of this session still to come? */
  isOpening(caller: SiteId, session: Session, lane: number): boolean;
  /** The caller has proved itself on this lane. */
  joined(caller: SiteId, channel: Channel, lanes: number): void;
}

/** The responder's side of a handshake on one lane, until the caller has proved itself. */
export class Answering {
  private readonly channel: Channel;
  private readonly setup: TcpSetup;
  private readonly socket: Socket;
  private readonly desk: Desk;
  private due: 'hello' | 'proof' | 'nothing' = 'hello';
  private lanes = 0;
  private expectedProof = '';
  private ownProof = '';

  constructor(channel: Channel, setup: TcpSetup, socket: Socket, desk: Desk) {
    this.channel = channel;
    this.setup = setup;
    this.socket = socket;
    this.desk = desk;
  }

  take(greeting: Greeting, header: Header): void {
    const { due } = this;
    if (greeting.type === 'hello' && due === 'hello') return this.takeHello(greeting, header);
    if (greeting.type === 'proof' && due === 'proof') {
      return this.takeProof(greeting.proof, header.from);
    }
    this.channel.end(...unexpected(greeting));
  }

  private takeHello(hello: Hello, header: Header): void {
    const { channel, setup } = this;
    const other = this.disagreement(hello, header);
    if (other) return channel.end(...other);
    this.due = 'proof';
    this.lanes = hello.lanes;
    channel.peer = header.from;
    channel.lane = header.lane;
    channel.session =
      header.lane === 0 ? this.desk.newSession(header.from, hello.sessionFloor) : header.session;
    const version = commonVersion(setup.spoken, hello)!;
    const welcome = channel.say({ type: 'welcome', version, ...ownTerms(setup) });
    const asked = encodeGreeting(header, hello);
    if (!asked.ok) return channel.end('protocol', asked.error.message);
    const key = keyOfLink(setup, this.socket);
    this.expectedProof = proofOf(key, 'caller', asked.value, welcome);
    this.ownProof = proofOf(key, 'responder', asked.value, welcome);
  }

  private takeProof(proof: string, caller: SiteId): void {
    const { channel } = this;
    if (!isSameProof(proof, this.expectedProof)) {
      return channel.end('proof', 'The caller does not have the key.');
    }
    this.due = 'nothing';
    channel.say({ type: 'proof', proof: this.ownProof });
    channel.trust();
    this.desk.joined(caller, channel, this.lanes);
  }

  private disagreement(hello: Hello, header: Header): Disagreement | null {
    const { setup, desk } = this;
    const { from, lane, session } = header;
    const { sessionFloor } = hello;
    const own = setup.identity.site;
    if (from >= own) return ['site', `Site ${from} is called by site ${own}, not the other way.`];
    const other = versionDisagreement(setup.spoken, hello) ?? volumeDisagreement(setup, hello);
    if (other) return other;
    if (sessionFloor >= Number.MAX_SAFE_INTEGER) {
      return ['session', `Beyond session ${sessionFloor} there is no number.`];
    }
    const fits =
      lane === 0 ? session === 0 : lane < hello.lanes && desk.isOpening(from, session, lane);
    return fits ? null : ['session', `Lane ${lane} of session ${session} is not being opened.`];
  }
}
