import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Cancel } from '../../runtime/clock.ts';
import type { LinkListener } from '../port.ts';
import { unexpected } from './agreement.ts';
import { Calling } from './calling.ts';
import { Channel } from './channel.ts';
import type { EndReason } from './link-error.ts';
import { TcpLeg } from './tcp-leg.ts';
import { faultOfAddress } from './tcp-limits.ts';
import type { Address, TcpSetup } from './tcp-options.ts';
import type { TcpSession } from './tcp-session.ts';

/** Refusals that waiting does not mend: called again, but not soon. */
const lasting: readonly EndReason[] = ['version', 'arrangement', 'site', 'volumes', 'proof'];

/** The link to a site with a higher id: this site calls, again and again. */
export class CallingLeg extends TcpLeg {
  private failures = 0;
  private cancelCall: Cancel = () => {};

  override open(listener: LinkListener): void {
    super.open(listener);
    this.call();
  }

  override close(): void {
    this.cancelCall();
    super.close();
  }

  private call(): void {
    if (this.listener === null) return;
    const address = this.setup.addressOf(this.peer);
    if (address === null) return this.callLater('broken');
    const fault = faultOfAddress(address);
    if (fault !== null) {
      const { peer } = this;
      this.setup.incident({ peer, reason: 'broken', by: 'this site', sentence: fault });
      return this.callLater('broken');
    }
    const session = this.newSession();
    this.current = session;
    this.dial(session, 0, address);
  }

  private dial(session: TcpSession, lane: number, address: Address): void {
    const { setup } = this;
    const socket = dialed(setup, address);
    const channel = new Channel(socket, setup, this.peer);
    channel.lane = lane;
    let calling: Calling | null = null;
    let isReady = false;
    session.join(channel, (greeting, header) => {
      if (greeting.type !== 'ready') return calling?.take(greeting, header);
      if (isReady || !calling?.isProved) return channel.end(...unexpected(greeting));
      isReady = true;
      if (!session.isUp) this.begin(session);
    });
    socket.once(setup.certificates === null ? 'connect' : 'secureConnect', () => {
      calling = new Calling(channel, setup, socket, session.number, this.newest, () => {
        if (lane === 0) this.dialOthers(session, channel.session, address);
      });
    });
  }

  private dialOthers(session: TcpSession, number: number, address: Address): void {
    session.number = number;
    this.newest = Math.max(this.newest, number);
    for (let lane = 1; lane < this.setup.lanes; lane++) this.dial(session, lane, address);
  }

  protected override ended(session: TcpSession, reason: EndReason): void {
    if (session.isUp) this.failures = 0;
    super.ended(session, reason);
    this.callLater(reason);
  }

  private callLater(reason: EndReason): void {
    if (this.listener === null) return;
    const { clock, random, durations } = this.setup;
    const { reconnectLeast, reconnectMost } = durations;
    const patience = lasting.includes(reason)
      ? reconnectMost
      : Math.min(reconnectMost, reconnectLeast * 2 ** Math.min(this.failures, 30));
    this.failures++;
    this.cancelCall();
    this.cancelCall = clock.after(patience * (0.5 + random() / 2), () => this.call());
  }
}

function dialed({ certificates }: TcpSetup, { host, port }: Address): Socket {
  if (certificates === null) return connect({ host, port });
  return connectTls({
    host,
    port,
    ca: certificates.authority,
    cert: certificates.certificate,
    key: certificates.privateKey,
    minVersion: 'TLSv1.3',
    // A site is known by its certificate's authority and its own word, not by a host's name.
    checkServerIdentity: () => undefined,
  });
}
