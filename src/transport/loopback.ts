import type { Session, SiteId } from '../../models/words.ts';
import { siteIds } from '../../models/words.ts';
import type { Clock } from '../runtime/clock.ts';
import { HostError } from '../runtime/host-error.ts';
import { between, type Random } from '../runtime/random.ts';
import { shown } from '../runtime/shown.ts';
import { Leg } from './loopback-leg.ts';
import type { Frame, LinkListener, Transport } from './port.ts';

/** One way between two sites, in milliseconds. */
export interface Latency {
  readonly least: number;
  readonly most: number;
}

export interface LoopbackOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly latency: (from: SiteId, to: SiteId) => Latency;
  /** Connections of one session; frames of two of them may overtake each other. */
  readonly lanes: number;
  /** Silence in one direction ends a session after this time, in milliseconds. */
  readonly silenceMax: number;
  /** Pause before a session comes back, in milliseconds. */
  readonly reconnectAfter: number;
}

export const quickLinks = {
  latency: () => ({ least: 0, most: 0 }),
  lanes: 1,
  silenceMax: 50,
  reconnectAfter: 20,
} as const;

/** Links between three sites in one process: slow, cut, healed as one likes. */
export class LoopbackNetwork {
  /** By the site that is not at either end. */
  private readonly legs: readonly Leg[];
  private readonly random: Random;
  private latencyFactor = 1;

  constructor(options: LoopbackOptions) {
    this.random = options.random;
    const latency = (from: SiteId, to: SiteId) => this.delayOf(options.latency(from, to));
    this.legs = siteIds.map((third) => {
      const [one, other] = siteIds.filter((site) => site !== third) as [SiteId, SiteId];
      return new Leg(one, other, { ...options, delay: latency });
    });
  }

  /** The links of a site that starts. A site that starts again gets new ones. */
  transportOf(site: SiteId): Transport {
    return new LoopbackTransport(site, (peer) => this.legOf(site, peer));
  }

  /** Everything from `from` to `to` is lost, also what is in flight, until healed. */
  cut(from: SiteId, to: SiteId): void {
    this.legOf(from, to).cut(from);
  }

  heal(from: SiteId, to: SiteId): void {
    this.legOf(from, to).heal(from);
  }

  /** Both directions. */
  part(one: SiteId, other: SiteId): void {
    this.cut(one, other);
    this.cut(other, one);
  }

  join(one: SiteId, other: SiteId): void {
    this.heal(one, other);
    this.heal(other, one);
  }

  joinAll(): void {
    this.join(0, 1);
    this.join(0, 2);
    this.join(1, 2);
  }

  /** The running session ends; the next one comes by itself. */
  drop(one: SiteId, other: SiteId): void {
    this.legOf(one, other).drop();
  }

  isCut(from: SiteId, to: SiteId): boolean {
    return this.legOf(from, to).isCut(from);
  }

  /** Multiplies the latency of frames sent from now on. Throws a HostError for a factor that is none. */
  slowDown(factor: number): void {
    if (!(Number.isFinite(factor) && factor >= 0)) {
      throw new HostError(
        'range',
        `links ${shown(factor)} times as slow: a factor is a number from 0`,
      );
    }
    this.latencyFactor = factor;
  }

  /** Once all sites have closed their transports. */
  close(): void {
    for (const leg of this.legs) leg.end();
  }

  private delayOf({ least, most }: Latency): number {
    if (most === 0) return 0;
    return between(this.random, least * 100, most * 100) * 0.01 * this.latencyFactor;
  }

  private legOf(one: SiteId, other: SiteId): Leg {
    const areSites = siteIds.includes(one) && siteIds.includes(other) && one !== other;
    const leg = areSites ? this.legs[3 - one - other] : undefined;
    if (leg) return leg;
    throw new HostError(
      'range',
      `there is no link between site ${shown(one)} and site ${shown(other)}`,
    );
  }
}

class LoopbackTransport implements Transport {
  private readonly site: SiteId;
  private readonly legTo: (peer: SiteId) => Leg;
  private listener: LinkListener | null = null;

  constructor(site: SiteId, legTo: (peer: SiteId) => Leg) {
    this.site = site;
    this.legTo = legTo;
  }

  open(listener: LinkListener): void {
    this.listener = listener;
    for (const peer of this.peers()) this.legTo(peer).open(this.site, listener);
  }

  send(to: SiteId, session: Session, frame: Frame): void {
    if (this.listener) this.legTo(to).send(this.site, session, frame);
  }

  reset(peer: SiteId, session: Session): void {
    if (this.listener) this.legTo(peer).reset(session);
  }

  close(): void {
    if (!this.listener) return;
    this.listener = null;
    for (const peer of this.peers()) this.legTo(peer).close(this.site);
  }

  private peers(): SiteId[] {
    return siteIds.filter((peer) => peer !== this.site);
  }
}
