import { freshDisk } from '../../models/disk.ts';
import {
  channelName,
  type Frame,
  type Node,
  type NodeEvent,
  reactionOf,
  stepNode,
} from '../../models/node.ts';
import type { Found } from '../../models/site.ts';
import { timersOf } from '../../models/step.ts';
import { type Session, type SiteId, siteIds } from '../../models/words.ts';
import { type Difference, differenceOf } from './difference.ts';
import { endedJobs } from './ended-jobs.ts';
import { Flights } from './flights.ts';
import type { Received, TraceEffect, TraceEvent, TraceHeader, TraceLine } from './format.ts';
import { admission } from './found.ts';

/** Why no behaviour of the world explains a line, and what could have come in its place. */
export interface Refusal {
  readonly sentence: string;
  readonly difference: Difference | null;
  /** What may happen at the site at this point. */
  readonly enabled: readonly string[];
}

/** Steps that only some, or none, of the worlds the checker exhausts take. */
export type Beyond =
  | 'time-out while frames are on their way'
  | 'time-out while the disk works'
  | 'stores heard together'
  | 'disk answers out of order'
  | 'power lost with work done and not heard'
  | 'power lost during a start'
  | 'request or command before a start has ended'
  | 'link ends heard apart'
  | 'compared otherwise than the abstract disk'
  | 'disk fails';

interface Place {
  node: Node | null;
  alive: boolean;
  lines: number;
  /** By peer: the session it believes in, and the newest it ever had. */
  readonly sessions: [Session, Session, Session];
  readonly newest: [Session, Session, Session];
  /** Host requests of this life. */
  requests: Set<number>;
}

type Nothing = Extract<NodeEvent, { type: 'disk' | 'frame' | 'site' | 'boot' }>;

/**
 * A run walked along as a path of the world: the nodes, disks and machines are those of `models/`, and each
 * line must be a step they can make, with exactly the effects they have.
 */
export class WorldPath {
  readonly beyond = new Map<Beyond, number>();
  steps = 0;
  private readonly header: TraceHeader;
  private readonly flights: Flights;
  private readonly places: readonly Place[];

  constructor(header: TraceHeader) {
    this.header = header;
    this.flights = new Flights(header.lanes);
    this.places = siteIds.map(() => ({
      node: null,
      alive: false,
      lines: 0,
      sessions: [0, 0, 0],
      newest: [0, 0, 0],
      requests: new Set(),
    }));
  }

  /** Does the line name a frame that its sender has not sent yet? Lines of two sites come in any order. */
  waits({ event }: TraceLine): boolean {
    return event?.type === 'received' && !this.flights.wasSent(event.from, event.frame);
  }

  /** Takes one step. After a refusal the path ends. */
  accept(line: TraceLine): Refusal | null {
    const place = this.places[line.site]!;
    const { event } = line;
    if (line.number !== place.lines + 1) {
      const sentence = `line ${place.lines + 1} of site ${line.site} is missing: this one has number ${line.number}`;
      return { sentence, difference: null, enabled: [] };
    }
    place.lines++;
    this.steps++;
    if (event === null) return this.refusal(line.site, 'an event is null in a full trace', null);
    if (event.type === 'end') return this.end(line.site);
    if (event.type === 'start') return this.start(line, event.found);
    if (!place.alive) return this.refusal(line.site, `site ${line.site} is down`, null);
    const step = this.stepOf(line.site, event);
    if ('sentence' in step) return step;
    return this.take(line, step);
  }

  private end(site: SiteId): Refusal | null {
    const place = this.places[site]!;
    if (!place.alive) return this.refusal(site, `site ${site} is down already`, null);
    place.alive = false;
    return null;
  }

  private start(line: TraceLine, found: Found | undefined): Refusal | null {
    const { site } = line;
    const place = this.places[site]!;
    if (place.alive) return this.refusal(site, `site ${site} runs already`, null);
    if (!found) return this.refusal(site, 'a full trace tells what a start found', null);
    const { node } = place;
    const isNew = !node || node.disk.header.incarnation !== found.header.incarnation;
    const down = isNew ? this.firstNode(site, found) : this.afterLoss(site, node, found);
    if ('sentence' in down) return down;
    place.node = down;
    place.alive = true;
    place.sessions.fill(0);
    place.requests = new Set();
    return this.take(line, { type: 'boot' });
  }

  /** The first life in this trace, or that of an empty site in the place of a lost one. */
  private firstNode(site: SiteId, found: Found): Node | Refusal {
    const { lines } = this.places[site]!;
    if (lines > 1 && (found.header.history.length > 0 || found.entries.length > 0)) {
      return this.refusal(site, 'a site of a new incarnation begins blank', null);
    }
    const disk = {
      ...freshDisk(found.header),
      entries: found.entries,
      carried: { epoch: found.header.history.at(-1)?.epoch ?? -1, committed: found.committed },
      damage: found.damage,
    };
    return { config: this.header.configs[site], site: null, disk, booted: false, slow: true };
  }

  private afterLoss(site: SiteId, node: Node, found: Found): Node | Refusal {
    const admitted = admission(node.disk, found);
    if ('path' in admitted) {
      return this.refusal(site, 'no loss of power leaves what this start found', admitted);
    }
    const { survived } = admitted;
    if (!node.booted) this.count('power lost during a start');
    if (survived.entries.length + survived.rest > 0) {
      this.count('power lost with work done and not heard');
    }
    const lost = stepNode(node, { type: 'crash', unflushed: 'lost', survived });
    if ('refused' in lost) throw new Error('a site that runs can always lose power');
    return lost.state;
  }

  /** The step of the world that this event is, or why there is none. */
  private stepOf(
    site: SiteId,
    event: Exclude<TraceEvent, { type: 'start' | 'end' }>,
  ): Nothing | Refusal {
    const node = this.places[site]!.node!;
    switch (event.type) {
      case 'received':
        return this.arrival(site, event);
      case 'link.up':
      case 'link.down':
        return this.link(site, event);
      case 'timeout':
        return this.timeout(site, event);
      case 'host.write':
      case 'host.read':
      case 'host.flush':
        return this.request(site, event);
      case 'host.expired':
      case 'operator':
        if (!node.booted) this.count('request or command before a start has ended');
        return { type: 'site', event };
      case 'storage.failed':
        this.count('disk fails');
        return { type: 'site', event };
      default: {
        const jobs = endedJobs(node.disk, event);
        if (typeof jobs === 'string') return this.refusal(site, jobs, null);
        if (jobs.event.jobs!.length > 1) this.count('stores heard together');
        if (jobs.event.jobs!.some((job, index) => job !== index)) {
          this.count('disk answers out of order');
        }
        if (jobs.disk !== node.disk) {
          this.count('compared otherwise than the abstract disk');
          this.places[site]!.node = { ...node, disk: jobs.disk };
        }
        return jobs.event;
      }
    }
  }

  private arrival(site: SiteId, { from, session, frame }: Received): Frame | Refusal {
    const arrived = this.flights.receive(from, site, session, frame);
    return typeof arrived === 'string' ? this.refusal(site, arrived, null) : arrived;
  }

  private link(
    site: SiteId,
    event: Extract<TraceEvent, { type: 'link.up' | 'link.down' }>,
  ): Nothing | Refusal {
    const { node, sessions, newest } = this.places[site]!;
    const { peer } = event;
    if (event.type === 'link.down') {
      if (sessions[peer] === 0)
        return this.refusal(site, `no session with site ${peer} runs`, null);
      sessions[peer] = 0;
      return { type: 'site', event };
    }
    const { session } = event;
    if (!node!.booted)
      return this.refusal(site, 'a session opens before the start has ended', null);
    if (sessions[peer] !== 0) {
      return this.refusal(site, `session ${sessions[peer]} with site ${peer} still runs`, null);
    }
    if (session <= newest[peer]!) {
      const sentence = `session ${session} with site ${peer} is not above ${newest[peer]}, which was before`;
      return this.refusal(site, sentence, null);
    }
    sessions[peer] = session;
    newest[peer] = session;
    this.flights.begin(peer, site, session);
    if (this.places[peer]!.alive && ![0, session].includes(this.places[peer]!.sessions[site]!)) {
      this.count('link ends heard apart');
    }
    return { type: 'site', event };
  }

  private timeout(
    site: SiteId,
    event: Extract<TraceEvent, { type: 'timeout' }>,
  ): Nothing | Refusal {
    const { node, sessions } = this.places[site]!;
    if (!timersOf(node!.site!).includes(event.timer)) {
      return this.refusal(site, `the wait ${event.timer} does not run`, null);
    }
    if (this.flights.isAwaited(site, (from) => sessions[from]!)) {
      this.count('time-out while frames are on their way');
    }
    if (node!.disk.ring.length + node!.disk.rest.length > 0) {
      this.count('time-out while the disk works');
    }
    return { type: 'site', event };
  }

  private request(
    site: SiteId,
    event: Extract<TraceEvent, { type: 'host.write' | 'host.read' | 'host.flush' }>,
  ): Nothing | Refusal {
    const { node, requests } = this.places[site]!;
    const asked =
      event.type === 'host.write' ? event.writes.map(({ request }) => request) : [event.request];
    for (const request of asked) {
      if (requests.has(request))
        return this.refusal(site, `request ${request} was asked before`, null);
      requests.add(request);
    }
    if (!node!.booted) this.count('request or command before a start has ended');
    return { type: 'site', event };
  }

  private take({ site, effects }: TraceLine, event: Nothing): Refusal | null {
    const place = this.places[site]!;
    const reaction = reactionOf(place.node!, event);
    if ('refused' in reaction) return this.refusal(site, `site ${site} is down`, null);
    let frame = this.flights.nextOf(site);
    const expected: readonly TraceEffect[] = reaction.effects.map((effect) =>
      effect.type === 'send' ? { ...effect, frame: frame++ } : effect,
    );
    const difference = differenceOf(expected, effects, 'effects');
    if (difference) return this.refusal(site, 'the machine does otherwise', difference);
    place.node = reaction.node;
    for (const { to, event: output } of reaction.outputs) {
      const receiver = siteIds.find((other) => to === channelName(site, other));
      if (receiver !== undefined) this.flights.send(receiver, output as Frame);
    }
    return null;
  }

  private refusal(site: SiteId, sentence: string, difference: Difference | null): Refusal {
    return { sentence, difference, enabled: this.enabledAt(site) };
  }

  private enabledAt(site: SiteId): readonly string[] {
    const { node, alive } = this.places[site]!;
    if (!node || !alive) return [`start of site ${site}`];
    const jobs = [...node.disk.ring, ...node.disk.rest].map(({ type }) => `end of ${type}`);
    const waits = timersOf(node.site!).map((timer) => `time-out ${timer}`);
    return [...jobs, ...waits, ...this.flights.arriving(site)];
  }

  private count(what: Beyond): void {
    this.beyond.set(what, (this.beyond.get(what) ?? 0) + 1);
  }
}
