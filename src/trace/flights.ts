import type { Unsent } from '../../models/event.ts';
import type { Frame } from '../../models/node.ts';
import type { Session, SiteId } from '../../models/words.ts';
import { differenceOf } from './difference.ts';

interface Flight {
  readonly session: Session;
  readonly number: number;
  readonly frame: Frame;
}

/** Frames on their way from one site to another, in the order they were sent. */
class Way {
  flights: Flight[] = [];
  /** Of sessions that are over: they arrive nowhere, but one may still be found impossible to fill. */
  ended: Flight[] = [];
}

/**
 * The frames of all links. With one connection a session loses nothing but its end: frames arrive in
 * the order they were sent, none left out. With several they arrive in any order. None arrives twice.
 */
export class Flights {
  private readonly inOrder: boolean;
  private readonly ways = Array.from({ length: 9 }, () => new Way());
  private readonly sent: [number, number, number] = [0, 0, 0];

  constructor(lanes: number) {
    this.inOrder = lanes === 1;
  }

  /** The number the next frame of this site has. */
  nextOf(site: SiteId): number {
    return this.sent[site]! + 1;
  }

  send(to: SiteId, frame: Frame): void {
    this.sent[frame.from]!++;
    const number = this.sent[frame.from]!;
    this.wayOf(frame.from, to).flights.push({ session: frame.session, number, frame });
  }

  /** Was a frame of this number sent at all, so far? */
  wasSent(from: SiteId, number: number): boolean {
    return number <= this.sent[from]!;
  }

  /** Takes the frame off its way, or says why it cannot arrive here now. */
  receive(from: SiteId, to: SiteId, session: Session, number: number): Frame | string {
    const way = this.wayOf(from, to);
    const index = way.flights.findIndex((flight) => flight.number === number);
    if (index < 0) {
      return this.wasSent(from, number)
        ? `frame ${number} of site ${from} went elsewhere, arrived before, or belongs to a session before this one`
        : `site ${from} sent no frame ${number}`;
    }
    const flight = way.flights[index]!;
    if (flight.session !== session) {
      return `frame ${number} of site ${from} was sent in session ${flight.session}, not ${session}`;
    }
    const first = way.flights.find((one) => one.session === session)!;
    if (this.inOrder && first.number !== number) {
      return `frame ${first.number} of site ${from} comes before frame ${number} in session ${session}`;
    }
    way.flights.splice(index, 1);
    return flight.frame;
  }

  /** A frame that was to be sent, and could not be filled. False: none was. */
  withdraw(from: SiteId, { to, session, message }: Unsent): boolean {
    const way = this.wayOf(from, to);
    return [way.flights, way.ended].some((flights) => {
      const index = flights.findIndex(
        (one) => one.session === session && differenceOf(one.frame.message, message) === null,
      );
      if (index >= 0) flights.splice(index, 1);
      return index >= 0;
    });
  }

  /** A session of this number begins at `to`: nothing of an older one arrives there any more. */
  begin(from: SiteId, to: SiteId, session: Session): void {
    const way = this.wayOf(from, to);
    way.ended.push(...way.flights.filter((flight) => flight.session < session));
    way.flights = way.flights.filter((flight) => flight.session >= session);
  }

  /** All frames on their way to a site. */
  toward(to: SiteId): readonly Frame[] {
    return this.ways.flatMap(({ flights }, index) =>
      index % 3 === to ? flights.map(({ frame }) => frame) : [],
    );
  }

  /** What may arrive at a site next. */
  arriving(to: SiteId): readonly string[] {
    return this.ways.flatMap(({ flights }, index) => {
      if (index % 3 !== to) return [];
      const next = this.inOrder ? flights.slice(0, 1) : flights.slice(0, 3);
      return next.map(
        ({ number, session, frame }) =>
          `frame ${number} of site ${frame.from} (${frame.message.type}, session ${session})`,
      );
    });
  }

  /** Is a frame on its way to the site, in the session it has with the sender? */
  isAwaited(to: SiteId, sessionOf: (from: SiteId) => Session): boolean {
    return this.ways.some(
      ({ flights }, index) =>
        index % 3 === to && flights.some(({ session, frame }) => session === sessionOf(frame.from)),
    );
  }

  private wayOf(from: SiteId, to: SiteId): Way {
    return this.ways[from * 3 + to]!;
  }
}
