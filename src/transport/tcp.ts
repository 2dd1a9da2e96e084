import { type Session, type SiteId, siteIds } from '../../models/words.ts';
import type { Frame, LinkListener, Transport } from './port.ts';
import { AnsweringLeg } from './tcp/answering-leg.ts';
import { CallingLeg } from './tcp/calling-leg.ts';
import { Reception } from './tcp/reception.ts';
import type { TcpLeg } from './tcp/tcp-leg.ts';
import { setUpTcp, type TcpOptions, type TcpSetup } from './tcp/tcp-options.ts';

/**
 * The links of one site over TCP, as `spec/wire.md` tells: it calls the sites with higher ids and
 * answers those with lower ones, once they have proved to have the key. Listens when this resolves;
 * rejects with a `LinkError`.
 */
export async function openTcpTransport(options: TcpOptions): Promise<TcpTransport> {
  const transport = new TcpTransport(setUpTcp(options));
  await transport.listen();
  return transport;
}

export class TcpTransport implements Transport {
  /** By site; its own place is empty. */
  private readonly legs: readonly (TcpLeg | null)[];
  private readonly reception: Reception | null;

  constructor(setup: TcpSetup) {
    const own = setup.identity.site;
    this.legs = siteIds.map((peer) => {
      if (peer === own) return null;
      return peer > own ? new CallingLeg(peer, setup) : new AnsweringLeg(peer, setup);
    });
    const answering = (caller: SiteId) => this.legs[caller] as AnsweringLeg;
    const desk = {
      newSession: (caller: SiteId, floor: Session) => answering(caller).nextNumber(floor),
      isOpening: (caller: SiteId, session: Session, lane: number) =>
        answering(caller).isOpening(session, lane),
      joined: (caller: SiteId, ...joined: Parameters<AnsweringLeg['joined']>) =>
        answering(caller).joined(...joined),
    };
    this.reception = own === 0 ? null : new Reception(setup, desk);
  }

  /** Where it listens; 0: it does not. */
  get port(): number {
    return this.reception?.port ?? 0;
  }

  async listen(): Promise<void> {
    await this.reception?.listen();
  }

  open(listener: LinkListener): void {
    for (const leg of this.legs) leg?.open(listener);
  }

  send(to: SiteId, session: Session, frame: Frame): void {
    this.legs[to]?.send(session, frame);
  }

  reset(peer: SiteId, session: Session): void {
    this.legs[peer]?.reset(session);
  }

  close(): void {
    for (const leg of this.legs) leg?.close();
    void this.reception?.close();
  }
}
