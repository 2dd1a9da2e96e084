import { abstractionOf } from '../../models/abstract/abstraction.ts';
import { Hearing } from '../../models/abstract/heard.ts';
import { viewOf, type WorldParts } from '../../models/abstract/refinement.ts';
import type { AbstractState } from '../../models/abstract/state.ts';
import type { Bounds } from '../../models/bounds.ts';
import type { Composition } from '../../models/model.ts';
import type { Frame } from '../../models/node.ts';
import type { SiteId } from '../../models/words.ts';
import { worldOf } from '../../models/world.ts';
import { ComposedSpace } from '../../src/checker/composed-space.ts';
import { inWordsOfTheText } from './genesis.ts';
import type { Moment } from './itf.ts';
import { differencesFrom, fixedOf, isAsFar, isBetween, isExact, wasSaid } from './likeness.ts';
import type { Parts } from './looking.ts';
import { type Wishes, wishesOf } from './realising.ts';

/** How far machines went along a trace of Quint. */
export interface Driven {
  /** The state of the trace that machines came to last, and how many there are to come to. */
  readonly reached: number;
  readonly last: number;
  /** States of the trace that machines were in, and how many of these without being ahead in anything. */
  readonly met: number;
  readonly exact: number;
  /** The action of the text that no machines were found to do; null: followed to its end. */
  readonly stopped: string | null;
  /** The moves of machines that led there, and which state of the trace each led to. */
  readonly moves: readonly string[];
  /** What still differed from the next state where a move came nearest to it; empty if followed. */
  readonly differs: readonly string[];
  readonly expanded: number;
}

/** Machines may do so many steps of the text in one of theirs, or in another order. */
const WINDOW = 5;
/** A step of the text may take machines so many moves that show. */
const MOVES_BETWEEN = 8;
/** What nobody asked for is tried last, what must come from outside later than what machines do. */
const SOON = 3;
const LATER = 8;
const UNASKED = 16;

/** A world in which machines came to a state of the trace, and what they may do from there on. */
interface Arrival {
  readonly queues: Waiting[][];
  spent: number;
}

interface Place {
  readonly world: Int32Array;
  readonly move: string;
  readonly from: Place | null;
  readonly index: number;
  /** What the moves since the state of the trace before have cost. */
  readonly cost: number;
  readonly between: number;
  readonly isMet: boolean;
  readonly isExact: boolean;
  readonly arrival: Arrival;
}

/** A move that is not looked at yet: most never are. */
interface Waiting {
  readonly world: Int32Array;
  readonly move: string;
  readonly from: Place | null;
  readonly cost: number;
}

const isStimulus = (move: string): boolean =>
  /time-out|breaks|heals|operator|host |crashes|is replaced|restart|ends its session/.test(move);

/**
 * Looks for moves of machines along a trace: after some, the abstraction of the world must be the next state
 * of the trace (likeness.ts says what that is), or one soon after. Whoever came furthest goes on first;
 * for each state of the trace `effort` worlds are looked at, those first to which moves led that the next
 * steps of the text ask for (realising.ts).
 */
export function drive(trace: readonly Moment[], bounds: Bounds, effort: number): Driven {
  return new Driver(trace, bounds).run(effort);
}

class Driver {
  private readonly goals: readonly (Moment & { readonly fixed: string })[];
  private readonly space: ComposedSpace;
  private readonly bounds: Bounds;
  /** Worlds in which machines came to a state of the trace, by that state, and what worlds that were seen there cost. */
  private readonly hearing = new Hearing();
  private readonly arrivals: Arrival[][];
  private readonly seen: Map<string, number>[];
  private failures = 0;
  /** How many worlds are looked at from one arrival; more when all have had theirs. */
  private share = 0;
  private current: Arrival | null = null;
  private opened = 0;
  private furthest: Place | null = null;
  private nearest: readonly string[] | null = null;
  private expanded = 0;

  constructor(trace: readonly Moment[], bounds: Bounds) {
    this.bounds = bounds;
    this.goals = trace
      .map((moment) => ({ ...moment, fixed: fixedOf(moment.state) }))
      .filter(
        ({ state }, index, all) =>
          index === 0 || JSON.stringify(state) !== JSON.stringify(all[index - 1]!.state),
      );
    this.space = new ComposedSpace(roomy(worldOf(bounds, [])));
    this.arrivals = this.goals.map(() => []);
    this.seen = this.goals.map(() => new Map());
  }

  private get last(): number {
    return this.goals.length - 1;
  }

  run(effort: number): Driven {
    this.share = effort / 4;
    this.space.initial((world) => {
      const view = viewOf(this.space.whole(world) as WorldParts);
      this.opened = abstractionOf(view, this.hearing).sites[0].record;
      this.look({ world: world.slice(), move: '', from: null, cost: 0 });
    });
    const most = effort * this.goals.length;
    while (this.expanded < most && this.furthest?.index !== this.last) {
      const arrival = this.nextArrival();
      if (arrival === null) break;
      arrival.spent++;
      this.expanded++;
      this.look(taken(arrival));
    }
    return this.result();
  }

  /**
   * The one that came furthest; if no way was found on from there, and from others there, one a little
   * before, and now and then one long before: what is wrong with a world may have happened long ago.
   */
  private nextArrival(): Arrival | null {
    const isWaiting = ({ queues }: Arrival): boolean => queues.some((queue) => queue.length > 0);
    const isOpen = (one: Arrival): boolean => one.spent < this.share && isWaiting(one);
    const { current } = this;
    if (current && isOpen(current)) return current;
    if (current) this.failures++;
    const back = this.failures === 0 ? 0 : (this.failures & -this.failures) - 1;
    let from = Math.max(0, (this.furthest?.index ?? 0) - back);
    let found: Arrival | undefined;
    for (; from >= 0 && !found; from--) found = this.arrivals[from]!.findLast(isOpen);
    this.current = found ?? this.arrivals.flat().findLast(isOpen) ?? null;
    if (this.current === null && this.arrivals.flat().some(isWaiting)) {
      this.share *= 2;
      return this.nextArrival();
    }
    return this.current;
  }

  private result(): Driven {
    const path = pathTo(this.furthest);
    const reached = this.furthest?.index ?? -1;
    const isWhole = reached === this.last;
    const met = new Map<number, boolean>();
    for (const { index, isMet, isExact: exact } of path) {
      if (isMet) met.set(index, exact || met.get(index) === true);
    }
    return {
      reached,
      last: this.last,
      met: met.size,
      exact: [...met.values()].filter(Boolean).length,
      stopped: isWhole ? null : this.goals[reached + 1]!.action,
      moves: path.slice(1).map(({ index, move }) => `${index}: ${move}`),
      differs: isWhole ? [] : (this.nearest ?? ['nothing moves']),
      expanded: this.expanded,
    };
  }

  private stateOf(world: Int32Array): AbstractState {
    const view = viewOf(this.space.whole(world) as WorldParts);
    return inWordsOfTheText(abstractionOf(view, this.hearing), this.opened);
  }

  /** What a world is: a state of the trace, or on the way to the next, or neither. */
  private look({ world, move, from, cost }: Waiting): void {
    const state = this.stateOf(world);
    const begin = from?.index ?? 0;
    const fixed = fixedOf(state);
    const end = Math.min(this.last, begin + WINDOW);
    for (let index = end; index >= begin; index--) {
      const goal = this.goals[index]!;
      if (goal.fixed !== fixed || !isAsFar(state, goal.state)) continue;
      if (!wasSaid(goal.state, state)) continue;
      const stays = index === begin;
      const exact = isExact(state, goal.state);
      const arrival = stays && from ? from.arrival : this.arrive(index);
      const at = { world, move, from, index, arrival, between: 0, isMet: true, isExact: exact };
      return this.goOn({ ...at, cost: stays ? cost : 0 });
    }
    const between = (from?.between ?? 0) + 1;
    const window = this.goals.slice(begin, begin + WINDOW + 1).map((goal) => goal.state);
    if (from && begin < this.last && between <= MOVES_BETWEEN && isBetween(state, window)) {
      const { arrival } = from;
      const at = { world, move, from, index: begin, arrival, between, cost };
      this.goOn({ ...at, isMet: false, isExact: false });
    }
    this.measure(state, move, begin);
  }

  private arrive(index: number): Arrival {
    const arrival: Arrival = { queues: [], spent: 0 };
    this.arrivals[index]!.push(arrival);
    this.current = arrival;
    return arrival;
  }

  /** How near the machines came to the next state of the trace. */
  private measure(state: AbstractState, move: string, begin: number): void {
    if (begin < (this.furthest?.index ?? 0) || /crashes|replaced|restart/.test(move)) return;
    const differs = differencesFrom(this.goals[Math.min(begin + 1, this.last)]!.state, state);
    if (this.nearest === null || differs.length < this.nearest.length) {
      this.nearest = [...differs, move];
    }
  }

  /** All that machines may do from here waits to be looked at. */
  private goOn(place: Place): void {
    const { index, world } = place;
    if (place.isMet && (this.furthest === null || index > this.furthest.index)) {
      this.furthest = place;
      this.nearest = null;
    }
    const wished = this.wishedFrom(place);
    this.space.expand(
      world,
      (next, move, event) => {
        const { name } = this.space.moveClass(move);
        const cost = place.cost + this.costOf(wished, name, event);
        this.put({ world: next.slice(), move: name, from: place, cost }, place);
      },
      0,
    );
  }

  private wishedFrom({ index, world }: Place): readonly Wishes[] {
    const parts = this.space.whole(world) as Parts;
    const wished: Wishes[] = [];
    for (let at = index; at < Math.min(index + WINDOW, this.last); at++) {
      const [before, after] = [this.goals[at]!.state, this.goals[at + 1]!.state];
      wished.push(
        wishesOf(parts, { before, after, end: this.goals[this.last]!.state }, this.bounds),
      );
    }
    return wished;
  }

  /** What one of the next steps of the text asks for costs least. */
  private costOf(wished: readonly Wishes[], move: string, event: number): number {
    const frame = this.space.event(event) as Partial<Frame> | null;
    const receiver = frame?.type === 'frame' ? ('PSA'.indexOf(move[1]!) as SiteId) : null;
    const ahead = wished.findIndex(({ moves, frames }) =>
      receiver !== null ? frames(receiver, frame as Frame) : moves?.test(move),
    );
    if (ahead >= 0) return ahead === 0 ? 0 : SOON + ahead;
    return isStimulus(move) ? UNASKED : LATER;
  }

  private put(waiting: Waiting, { index, arrival }: Place): void {
    const { queues } = arrival;
    const seen = this.seen[index]!;
    const key = waiting.world.join();
    // Seen on a dearer way it may wait for ever.
    if ((seen.get(key) ?? Infinity) <= waiting.cost) return;
    seen.set(key, waiting.cost);
    while (queues.length <= waiting.cost) queues.push([]);
    queues[waiting.cost]!.push(waiting);
  }
}

/** What cost least comes first; of these in turn what was found last, to go on, and first, not to go astray. */
function taken({ queues, spent }: Arrival): Waiting {
  const queue = queues.find((waiting) => waiting.length > 0)!;
  return spent % 3 === 0 ? queue.shift()! : queue.pop()!;
}

/** Frames that no step asks for wait for long: no channel is ever full. */
function roomy(world: Composition): Composition {
  const channels = Object.entries(world.channels ?? {}).map(
    ([name, channel]) => [name, { ...channel, capacity: 1_000 }] as const,
  );
  return { ...world, channels: Object.fromEntries(channels) };
}

function pathTo(furthest: Place | null): readonly Place[] {
  const path: Place[] = [];
  for (let one = furthest; one; one = one.from) path.unshift(one);
  return path;
}
