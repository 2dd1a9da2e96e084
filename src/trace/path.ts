import type { Underway } from '../../models/abstract/abstraction.ts';
import type { HostEvent } from '../../models/host.ts';
import { channelName, type Frame, type Node, type NodeEvent, stepNode } from '../../models/node.ts';
import type { Found } from '../../models/site.ts';
import { timersOf } from '../../models/step.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import { type Difference, differenceOf } from './difference.ts';
import { endedJobs } from './ended-jobs.ts';
import type { TraceEffect, TraceEvent, TraceHeader, TraceLine } from './format.ts';
import { admission } from './found.ts';
import { HostOfRun } from './host-of-run.ts';
import { isBlank, nodeWith } from './new-node.ts';
import { reactionOrFault } from './reaction.ts';
import { Surroundings } from './surroundings.ts';

/** Why no behaviour of the world explains a line, and what could have come in its place. */
export interface Refusal {
  readonly sentence: string;
  readonly difference: Difference | null;
  /** What may happen at the site at this point. */
  readonly enabled: readonly string[];
  /** Not everything was looked at: another search may explain the line. */
  readonly isBounded?: boolean;
}

/** Steps that only the loose worlds the checker exhausts take, or none of them. */
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
  | 'disk fails'
  | 'disk lies';

/** Is told of each world that a run passes; `beyond`: how it came there, if no protocol can know of that. */
export type Passing = (path: WorldPath, line: TraceLine, beyond: Beyond | null) => void;

type NodeStep = Extract<NodeEvent, { type: 'disk' | 'frame' | 'site' | 'boot' }>;

/**
 * A run walked along as a path of the world: the nodes, disks and machines are those of `models/`, and each
 * line must be a step they can make, with exactly the effects they have.
 */
export class WorldPath {
  readonly beyond = new Map<Beyond, number>();
  steps = 0;
  private readonly header: TraceHeader;
  private readonly around: Surroundings;
  private readonly lied = [false, false, false];
  /** Null: it was not heard of yet. */
  readonly nodes: (Node | null)[] = [null, null, null];
  /** All that each site ever was. */
  private readonly incarnations: readonly Set<number>[] = [new Set(), new Set(), new Set()];
  readonly host = new HostOfRun();
  private readonly passes: Passing | null;

  constructor(header: TraceHeader, passes: Passing | null = null) {
    this.header = header;
    this.around = new Surroundings(header.lanes);
    this.passes = passes;
  }

  /** Frames that may still be heard. */
  underway(): readonly Underway[] {
    return this.around.underway();
  }

  /** Each line is judged by those before it. */
  reads(): void {}

  waits(line: TraceLine): boolean {
    const { event, site } = line;
    // Who a session begins with has started before.
    const isEarly =
      event?.type === 'link.up' &&
      event.peer !== site &&
      !this.incarnations[event.peer]!.has(event.incarnation);
    return isEarly || this.around.waits(line);
  }

  /** Takes one step. After a refusal the path ends. */
  accept(line: TraceLine): Refusal | null {
    const { site, event } = line;
    this.steps++;
    const sentence = this.around.refuse(line);
    if (sentence !== null) return this.refusal(site, sentence, null);
    if (event === null) return this.refusal(site, 'an event is null in a full trace', null);
    if (event.type === 'end') return null;
    if (event.type === 'disk.lies') {
      this.lied[site] = true;
      return null;
    }
    if (event.type === 'start') return this.start(line, event.found);
    const step = this.stepOf(site, event);
    return 'sentence' in step ? step : this.take(line, step);
  }

  private start(line: TraceLine, found: Found | undefined): Refusal | null {
    const { site } = line;
    if (!found) return this.refusal(site, 'a full trace tells what a start found', null);
    const node = this.nodes[site];
    const isNew = !node || node.disk.header.incarnation !== found.header.incarnation;
    if (isNew && node && !isBlank(found)) {
      return this.refusal(site, 'a site of a new incarnation begins blank', null);
    }
    this.host.starts(site);
    const lies = this.beyond.get('disk lies');
    const down = isNew
      ? nodeWith(this.header.configs[site], found)
      : this.afterLoss(site, node, found);
    if ('sentence' in down) return down;
    this.nodes[site] = down;
    this.incarnations[site]!.add(found.header.incarnation);
    this.passes?.(this, line, this.beyond.get('disk lies') === lies ? null : 'disk lies');
    return this.take(line, { type: 'boot' });
  }

  private afterLoss(site: SiteId, node: Node, found: Found): Node | Refusal {
    const admitted = admission(node.disk, found);
    if (this.lied[site] && ('path' in admitted || found.damage.length > 0)) {
      this.count('disk lies');
      return nodeWith(node.config, found);
    }
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
    event: Exclude<TraceEvent, { type: 'start' | 'end' | 'disk.lies' }>,
  ): NodeStep | Refusal {
    const node = this.nodes[site]!;
    switch (event.type) {
      case 'received': {
        const arrived = this.around.arrival(site, event);
        return typeof arrived === 'string' ? this.refusal(site, arrived, null) : arrived;
      }
      case 'link.up': {
        if (!node.booted) {
          return this.refusal(site, 'a session opens before the start has ended', null);
        }
        if (!this.incarnations[event.peer]!.has(event.incarnation)) {
          const sentence = `site ${event.peer} was never incarnation ${event.incarnation}`;
          return this.refusal(site, sentence, null);
        }
        const other = this.around.sessionOf(event.peer, site);
        const isApart = other !== 0 && other !== event.session;
        if (isApart && this.around.isAlive(event.peer)) this.count('link ends heard apart');
        return { type: 'site', event };
      }
      case 'timeout':
        if (!timersOf(node.site!).includes(event.timer)) {
          return this.refusal(site, `the wait ${event.timer} does not run`, null);
        }
        this.countEarly(site, node);
        return { type: 'site', event };
      case 'link.down':
        return { type: 'site', event };
      case 'storage.failed':
        this.count('disk fails');
        return { type: 'site', event };
      case 'unreadable': {
        this.count('disk lies');
        const { unsent } = event;
        const withdrawn = !unsent || this.around.flights.withdraw(site, unsent);
        if (!withdrawn) return this.refusal(site, 'the frame it could not fill is none', null);
        return { type: 'site', event };
      }
      case 'host.write':
      case 'host.read':
      case 'host.flush':
      case 'host.expired':
      case 'operator':
        if (!node.booted) this.count('request or command before a start has ended');
        return { type: 'site', event };
      default:
        return this.ended(site, node, event);
    }
  }

  private ended(
    site: SiteId,
    node: Node,
    event: Parameters<typeof endedJobs>[1],
  ): NodeStep | Refusal {
    const ended = endedJobs(node.disk, event);
    if (typeof ended === 'string') return this.refusal(site, ended, null);
    const jobs = ended.event.jobs!;
    if (jobs.length > 1) this.count('stores heard together');
    if (jobs.some((job, index) => job !== index)) this.count('disk answers out of order');
    if (event.type === 'compared' && ended.disk !== node.disk) {
      this.count('compared otherwise than the abstract disk');
    }
    this.nodes[site] = { ...node, disk: ended.disk };
    return ended.event;
  }

  private take(line: TraceLine, event: NodeStep): Refusal | null {
    const { site, effects } = line;
    const { flights } = this.around;
    const reaction = reactionOrFault(this.nodes[site]!, event);
    if ('fault' in reaction) return this.refusal(site, reaction.fault, null);
    if ('refused' in reaction) return this.refusal(site, `site ${site} is down`, null);
    let frame = flights.nextOf(site);
    const expected: readonly TraceEffect[] = reaction.effects.map((effect) =>
      effect.type === 'send' ? { ...effect, frame: frame++ } : effect,
    );
    const difference = differenceOf(expected, effects, 'effects');
    if (difference) return this.refusal(site, 'the machine does otherwise', difference);
    this.nodes[site] = reaction.node;
    for (const { to, event: output } of reaction.outputs) {
      const receiver = siteIds.find((other) => to === channelName(site, other));
      if (receiver !== undefined) flights.send(receiver, output as Frame);
      else this.host.hears(site, output as HostEvent);
    }
    this.passes?.(this, line, null);
    return null;
  }

  private refusal(site: SiteId, sentence: string, difference: Difference | null): Refusal {
    return { sentence, difference, enabled: this.enabledAt(site) };
  }

  private enabledAt(site: SiteId): readonly string[] {
    const node = this.nodes[site];
    if (!node?.site) return [`a start of site ${site}`];
    const jobs = [...node.disk.ring, ...node.disk.rest].map(({ type }) => `the end of ${type}`);
    const waits = timersOf(node.site).map((timer) => `the time-out ${timer}`);
    return [...jobs, ...waits, ...this.around.flights.arriving(site)];
  }

  private countEarly(site: SiteId, { disk }: Node): void {
    const { flights } = this.around;
    if (flights.isAwaited(site, (from) => this.around.sessionOf(site, from))) {
      this.count('time-out while frames are on their way');
    }
    if (disk.ring.length + disk.rest.length > 0) this.count('time-out while the disk works');
  }

  private count(what: Beyond): void {
    this.beyond.set(what, (this.beyond.get(what) ?? 0) + 1);
  }
}
