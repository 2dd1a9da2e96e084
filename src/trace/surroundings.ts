import type { Underway } from '../../models/abstract/abstraction.ts';
import type { Frame } from '../../models/node.ts';
import { type Extent, type Session, type SiteId, siteIds } from '../../models/words.ts';
import { Flights } from './flights.ts';
import type { Received, TraceEvent, TraceLine } from './format.ts';

interface Place {
  alive: boolean;
  lines: number;
  /** By peer: the session it believes in, and the newest it ever had. */
  readonly sessions: [Session, Session, Session];
  readonly newest: [Session, Session, Session];
  /** Blocks of each of its volumes; none: no start told of them yet. */
  volumes: readonly number[];
  /** Host requests of this life. */
  requests: Set<number>;
}

/** What is around three sites: the order of their lines, their links, their hosts. The same at both levels. */
export class Surroundings {
  readonly flights: Flights;
  private readonly places: readonly Place[];

  constructor(lanes: number) {
    this.flights = new Flights(lanes);
    this.places = siteIds.map(() => ({
      alive: false,
      lines: 0,
      sessions: [0, 0, 0],
      newest: [0, 0, 0],
      volumes: [],
      requests: new Set(),
    }));
  }

  /** Does the line name a frame that its sender has not sent yet? Lines of two sites come in any order. */
  waits({ event }: TraceLine): boolean {
    return event?.type === 'received' && !this.flights.wasSent(event.from, event.frame);
  }

  isAlive(site: SiteId): boolean {
    return this.places[site]!.alive;
  }

  sessionOf(site: SiteId, peer: SiteId): Session {
    return this.places[site]!.sessions[peer]!;
  }

  /** Lines a site wrote so far. */
  linesOf(site: SiteId): number {
    return this.places[site]!.lines;
  }

  /** Takes the line into account, or says why it cannot come here whatever the site is like. */
  refuse({ site, number, event }: TraceLine): string | null {
    const place = this.places[site]!;
    if (number !== place.lines + 1) {
      return `line ${place.lines + 1} of site ${site} is missing: this one has number ${number}`;
    }
    place.lines++;
    if (event?.type === 'disk.lies') return null;
    switch (event?.type) {
      case 'start':
        if (place.alive) return `site ${site} runs already`;
        place.alive = true;
        place.sessions.fill(0);
        place.requests = new Set();
        place.volumes = event.found?.header.identity.volumes ?? place.volumes;
        return null;
      case 'end':
        if (!place.alive) return `site ${site} is down already`;
        place.alive = false;
        return null;
      default:
        if (!place.alive) return `site ${site} is down`;
        return event === null ? null : this.refuseEvent(site, place, event);
    }
  }

  /** The frame that arrives, or why it cannot. */
  arrival(site: SiteId, { from, session, frame }: Received): Frame | string {
    return this.flights.receive(from, site, session, frame);
  }

  /** Frames that may still be heard: of a session that runs at their receiver, or has not begun there. */
  underway(): readonly Underway[] {
    return siteIds.flatMap((to) => {
      const { sessions, newest } = this.places[to]!;
      return this.flights.toward(to).flatMap((frame) => {
        const { from, session } = frame;
        if (session === sessions[from]) return [{ to, frame }];
        return session > newest[from]! ? [{ to, frame, isEarly: true }] : [];
      });
    });
  }

  private refuseEvent(site: SiteId, place: Place, event: TraceEvent): string | null {
    switch (event.type) {
      case 'link.down':
        if (place.sessions[event.peer] === 0) return `no session with site ${event.peer} runs`;
        place.sessions[event.peer] = 0;
        return null;
      case 'link.up':
        return this.opens(site, place, event.peer, event.session);
      case 'received':
        return event.session > place.newest[event.from]!
          ? `session ${event.session} with site ${event.from} has not begun here`
          : null;
      case 'host.write': {
        const requests = event.writes.map(({ request }) => request);
        const outside = event.writes.map(({ extent }) => outsideOf(place, extent));
        return asked(place, requests) ?? outside.find((sentence) => sentence !== null) ?? null;
      }
      case 'host.read':
        return asked(place, [event.request]) ?? outsideOf(place, event.extent);
      case 'host.flush':
        return asked(place, [event.request]);
      default:
        return null;
    }
  }

  private opens(site: SiteId, place: Place, peer: SiteId, session: Session): string | null {
    const { sessions, newest } = place;
    if (peer === site) return `site ${site} has no session with itself`;
    if (sessions[peer] !== 0) return `session ${sessions[peer]} with site ${peer} still runs`;
    if (session <= newest[peer]!) {
      return `session ${session} with site ${peer} is not above ${newest[peer]}, which was before`;
    }
    sessions[peer] = session;
    newest[peer] = session;
    this.flights.begin(peer, site, session);
    return null;
  }
}

/** A request for blocks that are not there reaches no site. */
function outsideOf({ volumes }: Place, { volume, first, count }: Extent): string | null {
  const size = volumes[volume];
  if (size === undefined) return `there is no volume ${volume}`;
  const isInside = count >= 1 && first + count <= size;
  return isInside
    ? null
    : `${count} blocks from ${first} on are not within the ${size} of volume ${volume}`;
}

function asked({ requests }: Place, asks: readonly number[]): string | null {
  for (const request of asks) {
    if (requests.has(request)) return `request ${request} was asked before`;
    requests.add(request);
  }
  return null;
}
