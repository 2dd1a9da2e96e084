import type { Session, SiteId } from '../../models/words.ts';
import type { Cancel, Clock } from '../runtime/clock.ts';
import { between, type Random } from '../runtime/random.ts';
import { Lane } from './loopback-lane.ts';
import type { Frame, LinkListener } from './port.ts';

export interface LegOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly delay: (from: SiteId, to: SiteId) => number;
  readonly lanes: number;
  readonly silenceMax: number;
  readonly reconnectAfter: number;
}

interface End {
  readonly site: SiteId;
  listener: LinkListener | null;
  /** Session this end believes in; 0: none. */
  session: Session;
  /** Is what this end sends lost? */
  isCut: boolean;
  /** Was anything it sent in the running session lost? Then all after it is lost as well. */
  isBroken: boolean;
  /** What this end sent in the running session. */
  lanes: Lane[];
}

/** The link between two sites: at most one session, numbered, never the same number twice. */
export class Leg {
  private readonly options: LegOptions;
  private readonly ends: readonly [End, End];
  private running: Session = 0;
  private given: Session = 0;
  private readonly waits = new Set<Cancel>();

  constructor(one: SiteId, other: SiteId, options: LegOptions) {
    this.options = options;
    this.ends = [newEnd(one), newEnd(other)];
  }

  open(site: SiteId, listener: LinkListener): void {
    this.endOf(site).listener = listener;
    this.connectSoon();
  }

  /** This end is gone without a word; the other one notices. */
  close(site: SiteId): void {
    const end = this.endOf(site);
    end.listener = null;
    end.session = 0;
    this.breakOff();
  }

  send(from: SiteId, session: Session, frame: Frame): void {
    const end = this.endOf(from);
    if (session !== this.running || end.isCut || end.isBroken) return;
    const index = end.lanes.length > 1 ? between(this.options.random, 0, end.lanes.length - 1) : 0;
    end.lanes[index]!.send(frame);
  }

  reset(session: Session): void {
    if (session === this.running) this.breakOff();
  }

  /** Ends whatever session runs. */
  drop(): void {
    this.breakOff();
  }

  cut(from: SiteId): void {
    const end = this.endOf(from);
    end.isCut = true;
    end.isBroken = true;
    for (const lane of end.lanes) lane.lose();
    const { running } = this;
    if (running === 0) return;
    // A cut that heals before anybody noticed lost frames all the same: no session outlives it.
    this.after(this.silence(), () => this.reset(running));
  }

  heal(from: SiteId): void {
    this.endOf(from).isCut = false;
    this.connectSoon();
  }

  /** Nothing is waited for any more: a process that has nothing else to do can end. */
  end(): void {
    for (const { lanes } of this.ends) for (const lane of lanes) lane.end();
    for (const cancel of this.waits) cancel();
    this.waits.clear();
  }

  isCut(from: SiteId): boolean {
    return this.endOf(from).isCut;
  }

  /** Both ends hear of it, each in its time; what is in flight is lost. */
  private breakOff(): void {
    if (this.running === 0) return;
    this.running = 0;
    for (const end of this.ends) {
      for (const lane of end.lanes) lane.lose();
      const { session, listener } = end;
      if (session === 0) continue;
      this.after(this.silence(), () => this.tellDown(end, session, listener));
    }
    this.connectSoon();
  }

  private tellDown(end: End, session: Session, listener: LinkListener | null): void {
    if (session === 0 || end.session !== session || end.listener !== listener) return;
    end.session = 0;
    listener?.down(this.otherOf(end).site, session);
  }

  private connectSoon(): void {
    const { reconnectAfter, random } = this.options;
    this.after(reconnectAfter * (1 + random()), () => this.connect());
  }

  private after(delay: number, act: () => void): void {
    const cancel = this.options.clock.after(delay, () => {
      this.waits.delete(cancel);
      act();
    });
    this.waits.add(cancel);
  }

  private connect(): void {
    if (this.running !== 0) return;
    if (this.ends.some(({ listener, isCut }) => listener === null || isCut)) return;
    for (const end of this.ends) this.tellDown(end, end.session, end.listener);
    const session = ++this.given;
    this.running = session;
    for (const end of this.ends) {
      end.session = session;
      end.isBroken = false;
      end.lanes = this.lanesFrom(end, session);
    }
    for (const end of this.ends) {
      const other = this.otherOf(end);
      end.listener!.up(other.site, session, other.listener!.incarnation);
    }
  }

  private lanesFrom(end: End, session: Session): Lane[] {
    const { clock, delay, lanes } = this.options;
    const target = this.otherOf(end);
    const { listener } = target;
    return Array.from(
      { length: lanes },
      () =>
        new Lane(
          clock,
          () => delay(end.site, target.site),
          (frame) => listener!.received(end.site, session, frame),
        ),
    );
  }

  private silence(): number {
    return this.options.silenceMax * (0.5 + 0.5 * this.options.random());
  }

  private endOf(site: SiteId): End {
    return this.ends[0].site === site ? this.ends[0] : this.ends[1];
  }

  private otherOf(end: End): End {
    return this.ends[0] === end ? this.ends[1] : this.ends[0];
  }
}

const newEnd = (site: SiteId): End => ({
  site,
  listener: null,
  session: 0,
  isCut: false,
  isBroken: false,
  lanes: [],
});
