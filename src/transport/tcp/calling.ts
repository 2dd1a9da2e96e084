import type { Socket } from 'node:net';
import type { Session } from '../../../models/words.ts';
import { encodeGreeting } from '../frame.ts';
import { isSameProof, proofOf } from '../proof.ts';
import type { Greeting } from '../wire/greeting.ts';
import type { Header } from '../wire/header.ts';
import { keyOfLink, ownTerms, unexpected, volumeDisagreement } from './agreement.ts';
import type { Channel } from './channel.ts';
import type { TcpSetup } from './tcp-options.ts';

/** The caller's side of a handshake on one lane, until the responder has proved itself. */
export class Calling {
  private readonly channel: Channel;
  private readonly setup: TcpSetup;
  private readonly socket: Socket;
  private readonly proved: () => void;
  private readonly floor: Session;
  private readonly hello: Uint8Array;
  private expectedProof: string | null = null;
  /** The responder has the key. */
  isProved = false;

  /** `session` 0: lane 0, which is given one above `floor`. */
  constructor(
    channel: Channel,
    setup: TcpSetup,
    socket: Socket,
    session: Session,
    floor: Session,
    proved: () => void,
  ) {
    this.channel = channel;
    this.setup = setup;
    this.socket = socket;
    this.proved = proved;
    this.floor = floor;
    channel.session = session;
    const { lanes, spoken } = setup;
    const terms = ownTerms(setup);
    this.hello = channel.say({ type: 'hello', ...spoken, lanes, sessionFloor: floor, ...terms });
  }

  take(greeting: Greeting, header: Header): void {
    if (greeting.type === 'welcome' && this.expectedProof === null) {
      return this.takeWelcome(greeting, header);
    }
    if (greeting.type !== 'proof' || this.expectedProof === null || this.isProved) {
      return this.channel.end(...unexpected(greeting));
    }
    if (!isSameProof(greeting.proof, this.expectedProof)) {
      return this.channel.end('proof', 'The responder does not have the key.');
    }
    this.isProved = true;
    this.channel.trust();
    this.proved();
  }

  private takeWelcome(welcome: Extract<Greeting, { type: 'welcome' }>, header: Header): void {
    const { channel, setup } = this;
    const { lowest, highest } = setup.spoken;
    const { version } = welcome;
    if (version < lowest || version > highest) {
      return channel.end('version', `Version ${version}, spoken here are ${lowest}..${highest}.`);
    }
    const other = volumeDisagreement(setup, welcome);
    if (other) return channel.end(...other);
    const given =
      channel.session === 0 ? header.session > this.floor : header.session === channel.session;
    if (!given) return channel.end('protocol', `Session ${header.session} was there before.`);
    channel.session = header.session;
    const told = encodeGreeting(header, welcome);
    if (!told.ok) return channel.end('protocol', told.error.message);
    const key = keyOfLink(setup, this.socket);
    this.expectedProof = proofOf(key, 'responder', this.hello, told.value);
    channel.say({ type: 'proof', proof: proofOf(key, 'caller', this.hello, told.value) });
  }
}
