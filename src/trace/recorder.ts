import type { Effect } from '../../models/effect.ts';
import type { SiteEvent } from '../../models/event.ts';
import type { Message } from '../../models/message.ts';
import type { Found, SiteConfig } from '../../models/site.ts';
import type { Session, SiteId } from '../../models/words.ts';
import type { Observed } from '../runtime/site-loop.ts';
import {
  formatName,
  formatVersion,
  type TraceEffect,
  type TraceEnd,
  type TraceEvent,
  type TraceHeader,
  type TraceLine,
} from './format.ts';

/** Where the lines of a trace go as they are made: a file, or a checker that walks along. */
export interface TraceTarget {
  header(header: TraceHeader): void;
  line(line: TraceLine): void;
  end(end: TraceEnd): void;
}

/**
 * Makes the lines of a trace from what three sites of one process do. A frame is known again at its
 * receiver by its message, which goes over a loopback link as the object that was sent.
 */
export class Recorder {
  private readonly target: TraceTarget;
  private readonly numbers: [number, number, number] = [0, 0, 0];
  private readonly framesSent = [0, 0, 0];
  private readonly found: (Found | null)[] = [null, null, null];
  private closed = false;
  private readonly alive = [false, false, false];
  private readonly under = new WeakMap<Message, Map<string, number[]>>();

  constructor(target: TraceTarget, configs: readonly SiteConfig[], lanes: number) {
    this.target = target;
    target.header({
      format: formatName,
      version: formatVersion,
      level: 'full',
      lanes,
      configs: configs as unknown as TraceHeader['configs'],
    });
  }

  /** Its disk gave back `found`; its first step is observed next. */
  starts(site: SiteId, { header, entries, committed, damage }: Found): void {
    this.ended(site, 'crash'); // for a site that stopped by itself
    this.found[site] = { header, entries, committed, damage };
  }

  observed(site: SiteId, { event, effects }: Observed): void {
    this.alive[site] = true;
    const seen = event === null ? this.start(site) : this.eventAt(site, event);
    this.line(site, seen, effects.length === 0 ? [] : effects.map((one) => this.effect(site, one)));
  }

  /** The site is gone: how makes no difference to what may follow. */
  ended(site: SiteId, how: 'crash' | 'stop'): void {
    if (!this.alive[site]) return;
    this.alive[site] = false;
    this.line(site, { type: 'end', how }, []);
  }

  diskLies(site: SiteId, how: string): void {
    this.line(site, { type: 'disk.lies', how }, []);
  }

  /** Nothing is recorded any more. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.target.end({ ends: this.numbers });
  }

  private line(site: SiteId, event: TraceEvent, effects: readonly TraceEffect[]): void {
    if (this.closed) return;
    this.numbers[site]!++;
    this.target.line({ site, number: this.numbers[site]!, event, effects });
  }

  private start(site: SiteId): TraceEvent {
    return { type: 'start', found: this.found[site]! };
  }

  private eventAt(site: SiteId, event: SiteEvent): TraceEvent {
    if (event.type !== 'received') return event;
    const { from, session, message } = event;
    const frame = this.under
      .get(message)
      ?.get(keyOf(from, site, session))
      ?.shift();
    if (frame === undefined) {
      throw new Error(`site ${site} received a ${message.type} that nobody was seen to send`);
    }
    return { type: 'received', from, session, frame };
  }

  private effect(site: SiteId, effect: Effect): TraceEffect {
    if (effect.type !== 'send') return effect;
    this.framesSent[site]!++;
    const frame = this.framesSent[site]!;
    const { to, session, message } = effect;
    let places = this.under.get(message);
    if (!places) {
      places = new Map();
      this.under.set(message, places);
    }
    const key = keyOf(site, to, session);
    const frames = places.get(key);
    if (frames) frames.push(frame);
    else places.set(key, [frame]);
    return { ...effect, frame };
  }
}

const keyOf = (from: SiteId, to: SiteId, session: Session): string => `${from}>${to}:${session}`;
