import { abstractionOf } from '../../models/abstract/abstraction.ts';
import { saidIn } from '../../models/abstract/reading.ts';
import { viewOf, type WorldParts } from '../../models/abstract/refinement.ts';
import { type AbstractState, textOf } from '../../models/abstract/state.ts';
import { unsaidOf } from '../../models/abstract/words.ts';
import type { Bounds } from '../../models/bounds.ts';
import { siteIds } from '../../models/words.ts';
import { worldOf } from '../../models/world.ts';
import { ComposedSpace } from '../../src/checker/composed-space.ts';
import { inWordsOfTheText } from './genesis.ts';
import type { Moment } from './itf.ts';

/** How far machines went along a trace of Quint. */
export interface Driven {
  /** The state of the trace that machines came to last, and how many there are to come to. */
  readonly reached: number;
  readonly last: number;
  /** The moves of machines that led there, and which state of the trace each led to. */
  readonly moves: readonly string[];
  /** What still differed from the next state where a move came nearest to it; empty if followed. */
  readonly differs: readonly string[];
  readonly expanded: number;
}

/** Machines may do so many steps of the text in one of theirs. */
const STEPS_AT_ONCE = 5;

interface Place {
  readonly world: Int32Array;
  readonly move: string;
  readonly from: Place | null;
  readonly index: number;
  /** Waits that ended and links that broke or healed since the state of the trace before. */
  readonly cost: number;
  /** Moves since the abstraction was a state of the trace. */
  readonly between: number;
}

/** Tried only after all that disks and frames do by themselves. */
const isRare = (move: string): boolean => /time-out|breaks|heals|operator|is down/.test(move);
const COST_MAX = 6;

/** A step of the text may take machines so many moves. */
const MOVES_BETWEEN = 3;

/**
 * Looks for moves of machines along a trace: after each, the abstraction of the world is the present state
 * of the trace or one of the next few. Whoever came furthest goes on first; each state of the trace has
 * `effort` worlds to find a way on from.
 */
export function drive(trace: readonly Moment[], bounds: Bounds, effort: number): Driven {
  const goals = trace
    .map(({ state }) => ({ state, text: comparedOf(state) }))
    .filter(({ text }, index, all) => text !== all[index - 1]?.text);
  const last = goals.length - 1;
  const space = new ComposedSpace(worldOf(bounds, []));
  const found = goals.map(() => ({
    queues: Array.from({ length: COST_MAX + 1 }, () => [] as Place[]),
    at: 0,
    seen: new Set<string>(),
  }));
  let furthest = null as Place | null;
  let nearest = null as readonly string[] | null;
  let expanded = 0;

  let opened = 0;
  const meet = (next: Int32Array, move: string, from: Place | null): void => {
    const state = inWordsOfTheText(abstractionOf(viewOf(space.whole(next) as WorldParts)), opened);
    const text = comparedOf(state);
    const begin = from?.index ?? 0;
    for (let index = begin; index <= Math.min(last, begin + STEPS_AT_ONCE); index++) {
      const goal = goals[index]!;
      if (goal.text !== text || !wasSaid(goal.state, state)) continue;
      const { queues, seen } = found[index]!;
      const key = next.join();
      if (seen.has(key)) return;
      seen.add(key);
      const before = from?.index === index ? from.cost : 0;
      const cost = before + (isRare(move) ? 1 : 0);
      const place = { world: next.slice(), move, from, index, cost, between: 0 };
      queues[cost]?.push(place);
      if (furthest === null || index > furthest.index) {
        furthest = place;
        nearest = null;
      }
      return;
    }
    const [present, coming] = [goals[begin]!, goals[begin + 1]];
    const between = (from?.between ?? 0) + 1;
    if (coming && between <= MOVES_BETWEEN && isBetween(state, present.state, coming.state)) {
      const { queues, seen } = found[begin]!;
      const key = next.join();
      if (seen.has(key)) return;
      seen.add(key);
      const cost = (from?.cost ?? 0) + 1;
      queues[cost]?.push({ world: next.slice(), move, from, index: begin, cost, between });
    }
    if (begin < (furthest?.index ?? 0) || /crashes|replaced|restart/.test(move)) return;
    const differs = differences(state, goals[begin + (furthest ? 1 : 0)]!.state);
    if (nearest === null || differs.length < nearest.length) nearest = [...differs, move];
  };

  space.initial((world) => {
    opened = abstractionOf(viewOf(space.whole(world) as WorldParts)).sites[0].record;
    meet(world, '', null);
  });
  for (;;) {
    const open = found.findLast(
      ({ queues, at }) => at < effort && queues.some((queue) => queue.length > 0),
    );
    if (!open || furthest!.index === last) break;
    const waiting = open.queues.filter((queue) => queue.length > 0);
    const place = waiting[open.at++ % waiting.length]!.shift()!;
    expanded++;
    space.expand(place.world, (next, move) => meet(next, space.moveClass(move).name, place), 0);
  }
  const reached = furthest?.index ?? -1;
  const differs = reached === last ? [] : (nearest ?? ['nothing moves']);
  return { reached, last, moves: movesTo(furthest), differs, expanded };
}

function movesTo(place: Place | null): readonly string[] {
  const moves: string[] = [];
  for (let one = place; one?.from; one = one.from) moves.unshift(`${one.index}: ${one.move}`);
  return moves;
}

/**
 * What is equal, for all else is a word: notes of a primary, and the c that a mirror heard of and did not
 * save. An empty site has nothing to say, and is as good as down.
 */
const comparedOf = ({ sites, hosts }: AbstractState): string =>
  textOf([
    sites.map(({ notes: _, known, up, ...its }) => ({
      ...its,
      up: up || its.record === -1,
      known: its.appointed ? known : null,
    })),
    hosts,
  ]);

/** Were all words said in the text that are heard, or on their way, between machines? */
function wasSaid(inText: AbstractState, state: AbstractState): boolean {
  if (unsaidOf(inText, state.words) !== null) return false;
  return state.sites.every(({ appointed, known, notes, record, commit }) => {
    const { held, commit: told } = saidIn(inText.words, record);
    const noted = notes.every(
      ({ incarnation, through }, of) =>
        through === 0 || (incarnation === held[of]!.incarnation && through <= held[of]!.through),
    );
    return noted && (appointed || known <= Math.max(told, commit));
  });
}

/** A step is under way: each field is as before or as after it, and nothing was said that is not said then. */
function isBetween(state: AbstractState, before: AbstractState, after: AbstractState): boolean {
  if (!wasSaid(after, state)) return false;
  const hosts = textOf(state.hosts);
  if (hosts !== textOf(before.hosts) && hosts !== textOf(after.hosts)) return false;
  return siteIds.every((site) => {
    const fields = Object.entries(state.sites[site]);
    const one = new Map<string, unknown>(Object.entries(before.sites[site]));
    const other = new Map<string, unknown>(Object.entries(after.sites[site]));
    return fields.every(([field, value]) => {
      if (field === 'notes' || field === 'known') return true;
      const text = textOf(value);
      return text === textOf(one.get(field)) || text === textOf(other.get(field));
    });
  });
}

function differences(state: AbstractState, wanted: AbstractState): readonly string[] {
  const differs = siteIds.flatMap((site) => {
    const its = Object.entries(state.sites[site]);
    const other = new Map<string, unknown>(Object.entries(wanted.sites[site]));
    return its.flatMap(([field, value]) =>
      textOf(value) === textOf(other.get(field))
        ? []
        : [`${'PSA'[site]} ${field}: ${textOf(value)}, not ${textOf(other.get(field))}`],
    );
  });
  if (textOf(state.hosts) !== textOf(wanted.hosts)) {
    differs.push(`hosts: ${textOf(state.hosts)}, not ${textOf(wanted.hosts)}`);
  }
  const unsaid = differs.length === 0 ? unsaidOf(wanted, state.words) : null;
  return unsaid ? [`never said: ${textOf(unsaid)}`] : differs;
}
