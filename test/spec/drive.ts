import { abstractionOf } from '../../models/abstract/abstraction.ts';
import { viewOf, type WorldParts } from '../../models/abstract/refinement.ts';
import type { AbstractState } from '../../models/abstract/state.ts';
import type { Bounds } from '../../models/bounds.ts';
import { worldOf } from '../../models/world.ts';
import { ComposedSpace } from '../../src/checker/composed-space.ts';
import { inWordsOfTheText } from './genesis.ts';
import type { Moment } from './itf.ts';
import { differencesFrom, fixedOf, isAsFar, isBetween, isExact, wasSaid } from './likeness.ts';
import { stimuliOf } from './realising.ts';

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
/** What nobody asked for is tried last. */
const UNASKED = 3;

interface Place {
  readonly world: Int32Array;
  readonly move: string;
  readonly from: Place | null;
  readonly index: number;
  /** Stimuli since the state of the trace before, and what differs from the next. */
  readonly cost: number;
  readonly between: number;
  readonly isMet: boolean;
  readonly isExact: boolean;
}

const isStimulus = (move: string): boolean =>
  /time-out|breaks|heals|operator|is down|host writes|crashes|is replaced|restart/.test(move);

/**
 * Looks for moves of machines along a trace: after some, the abstraction of the world must be the next state
 * of the trace (likeness.ts says what that is), or one soon after. Whoever came furthest goes on first;
 * each state of the trace has `effort` worlds to find a way on from, in each order that is tried.
 */
export function drive(
  trace: readonly Moment[],
  bounds: Bounds,
  effort: number,
  orders: readonly Order[] = everyOrder,
): Driven {
  let best: Driven | null = null;
  for (const order of orders) {
    const driven = new Driver(trace, bounds, order).run(effort);
    if (driven.reached === driven.last) return driven;
    if (best === null || driven.reached > best.reached) best = driven;
  }
  return best!;
}

/** In which order worlds are tried: the oldest first, the newest first, or in turn. */
export type Order = 'wide' | 'mixed' | 'deep';
const everyOrder: readonly Order[] = ['wide', 'mixed', 'deep'];

class Driver {
  private readonly goals: readonly (Moment & { readonly fixed: string })[];
  private readonly space: ComposedSpace;
  private readonly order: Order;
  private readonly found: { queues: Place[][]; spent: number; seen: Set<string> }[];
  private readonly stimuli: (RegExp | null | undefined)[] = [];
  private readonly states = new Map<string, AbstractState>();
  private opened = 0;
  private furthest: Place | null = null;
  private nearest: readonly string[] | null = null;
  private expanded = 0;

  constructor(trace: readonly Moment[], bounds: Bounds, order: Order) {
    this.order = order;
    this.goals = trace
      .map((moment) => ({ ...moment, fixed: fixedOf(moment.state) }))
      .filter(
        ({ state }, index, all) =>
          index === 0 || JSON.stringify(state) !== JSON.stringify(all[index - 1]!.state),
      );
    this.space = new ComposedSpace(worldOf(bounds, []));
    this.found = this.goals.map(() => ({ queues: [], spent: 0, seen: new Set() }));
  }

  private get last(): number {
    return this.goals.length - 1;
  }

  run(effort: number): Driven {
    this.space.initial((world) => {
      const view = viewOf(this.space.whole(world) as WorldParts);
      this.opened = abstractionOf(view).sites[0].record;
      this.meet(world, '', null);
    });
    for (;;) {
      const index = this.found.findLastIndex(
        ({ queues, spent }) => spent < effort && queues.some((queue) => queue.length > 0),
      );
      if (index < 0 || this.furthest?.index === this.last) break;
      const open = this.found[index]!;
      const place = taken(open, this.order);
      open.spent++;
      this.expanded++;
      this.space.expand(
        place.world,
        (next, move) => this.meet(next, this.space.moveClass(move).name, place),
        0,
      );
    }
    return this.result();
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
    const key = world.join();
    const known = this.states.get(key);
    if (known) return known;
    const view = viewOf(this.space.whole(world) as WorldParts);
    const state = inWordsOfTheText(abstractionOf(view), this.opened);
    this.states.set(key, state);
    return state;
  }

  /** What happens from outside is asked for by one of the next steps of the text, or costs more. */
  private costOf(move: string, index: number): number {
    if (!isStimulus(move)) return 0;
    for (let ahead = 0; ahead < WINDOW && index + ahead < this.last; ahead++) {
      const at = index + ahead;
      if (this.stimuli[at] === undefined) {
        this.stimuli[at] = stimuliOf(this.goals[at]!.state, this.goals[at + 1]!.state);
      }
      if (this.stimuli[at]?.test(move)) return 1 + ahead;
    }
    return UNASKED + WINDOW;
  }

  private meet(next: Int32Array, move: string, from: Place | null): void {
    const state = this.stateOf(next);
    const begin = from?.index ?? 0;
    const fixed = fixedOf(state);
    const end = Math.min(this.last, begin + WINDOW);
    for (let index = end; index >= begin; index--) {
      const goal = this.goals[index]!;
      if (goal.fixed !== fixed || !isAsFar(state, goal.state)) continue;
      if (!wasSaid(goal.state, state)) continue;
      const stays = index === begin && from !== null;
      const cost = (stays ? from.cost + this.costOf(move, begin) : index - begin) + 0;
      const exact = isExact(state, goal.state);
      this.put({
        world: next.slice(),
        move,
        from,
        index,
        cost,
        between: 0,
        isMet: true,
        isExact: exact,
      });
      return;
    }
    this.pass(state, next, move, from);
  }

  /** Not a state of the trace: perhaps on the way to the next. */
  private pass(state: AbstractState, next: Int32Array, move: string, from: Place | null): void {
    const begin = from?.index ?? 0;
    const between = (from?.between ?? 0) + 1;
    const window = this.goals.slice(begin, begin + WINDOW + 1).map((goal) => goal.state);
    if (begin < this.last && between <= MOVES_BETWEEN && isBetween(state, window)) {
      const cost = (from?.cost ?? 0) + this.costOf(move, begin) + 1;
      this.put({
        world: next.slice(),
        move,
        from,
        index: begin,
        cost,
        between,
        isMet: false,
        isExact: false,
      });
    }
    if (begin < (this.furthest?.index ?? 0) || /crashes|replaced|restart/.test(move)) return;
    const differs = differencesFrom(
      this.goals[Math.min(begin + (from ? 1 : 0), this.last)]!.state,
      state,
    );
    if (this.nearest === null || differs.length < this.nearest.length) {
      this.nearest = [...differs, move];
    }
  }

  private put(place: Place): void {
    const { queues, seen } = this.found[place.index]!;
    const key = place.world.join();
    if (seen.has(key)) return;
    seen.add(key);
    while (queues.length <= place.cost) queues.push([]);
    queues[place.cost]!.push(place);
    if (place.isMet && (this.furthest === null || place.index > this.furthest.index)) {
      this.furthest = place;
      this.nearest = null;
    }
  }
}

/** What cost least comes first; in turn with any cost where both ways are mixed. */
function taken({ queues, spent }: { queues: Place[][]; spent: number }, order: Order): Place {
  const waiting = queues.filter((queue) => queue.length > 0);
  if (order === 'wide' || (order === 'mixed' && spent % 2 === 0)) return waiting[0]!.shift()!;
  if (order === 'deep') return waiting[0]!.pop()!;
  return waiting[(spent >> 1) % waiting.length]!.pop()!;
}

function pathTo(furthest: Place | null): readonly Place[] {
  const path: Place[] = [];
  for (let one = furthest; one; one = one.from) path.unshift(one);
  return path;
}
