import type { Fairness } from '../../models/model.ts';
import { eachComponent, ListedWorlds, marked, type WorldSet } from './components.ts';
import { FAULT_GROUP, type Graph } from './graph.ts';
import type { InPieces } from './in-pieces.ts';

/** What a set owes: which of its places offer each group, and how many edges of each stay inside. */
interface Debts {
  readonly offered: ReadonlyMap<number, readonly number[]>;
  readonly inside: Map<number, number>;
}

/** To a world, by an action of a group. */
export interface Hop {
  readonly world: number;
  readonly group: number;
}

/**
 * A fair endless run inside `region`, as the hops of a cycle, which begins and ends in the world of the last; null if there is
 * none. Of all sets that allow one, the one that a run can enter soonest.
 */
export function* fairCycle(
  graph: Graph,
  region: Uint8Array,
  fairness: Fairness,
): InPieces<readonly Hop[] | null> {
  if (fairness === 'reachable') return null;
  const listed = new ListedWorlds(graph);
  const open: (readonly number[])[] = [];
  yield* eachComponent(graph, marked(region), (members) => open.push(members));
  let best: readonly number[] | null = null;
  let entry = Number.POSITIVE_INFINITY;
  for (let set = open.pop(); set !== undefined; set = open.pop()) {
    yield;
    const first = set.reduce((least, world) => Math.min(least, world));
    if (first >= entry) continue; // no part of it can be entered sooner
    const rest = fairness === 'none' ? set : withoutOwed(graph, listed.list(set), set, fairness);
    if (rest.length === set.length) [best, entry] = [set, first];
    else if (fairness === 'strong' && rest.length > 1) {
      yield* eachComponent(graph, listed.list(rest), (smaller) => open.push(smaller));
    }
  }
  return best === null ? null : yield* walkAround(graph, listed.list(best), entry, fairness);
}

/**
 * What is left of a strongly connected set without the worlds where a run cannot stay: all of it, if a fair run can. Weak fairness: a
 * group that all of it offer, and of which no action stays inside, lets nobody stay. Strong: a run that stays does not come by where
 * an action is offered that leads out only. What is left then may make others lead out only, and so on: each edge is looked at twice.
 */
function withoutOwed(
  graph: Graph,
  listed: WorldSet,
  set: readonly number[],
  fairness: Fairness,
): readonly number[] {
  const { inside, offered } = debts(graph, listed);
  if (fairness === 'weak') {
    const isOwed = [...offered].some(
      ([group, { length }]) => !inside.has(group) && length === set.length,
    );
    return isOwed ? [] : set;
  }
  const owed = [...offered.keys()].filter((group) => !inside.has(group));
  if (owed.length === 0) return set;
  const { cameFrom, starts } = edgesInside(graph, listed);
  const isGone = new Uint8Array(set.length);
  const leave = (group: number): void => {
    const left = (inside.get(group) ?? 0) - 1;
    inside.set(group, left);
    if (left === 0) owed.push(group);
  };
  const edgesOut = (place: number): void => {
    const world = set[place]!;
    for (let edge = graph.start(world); edge < graph.start(world + 1); edge++) {
      if (graph.groups[edge] === FAULT_GROUP) continue;
      const target = listed.placeOf(graph.targets[edge]!);
      if (target >= 0 && isGone[target] === 0) leave(graph.groups[edge]!);
    }
  };
  const edgesIn = (place: number): void => {
    for (let at = starts[place]!; at < starts[place + 1]!; at += 2) {
      if (isGone[cameFrom[at]!] === 0) leave(cameFrom[at + 1]!);
    }
  };
  for (let group = owed.pop(); group !== undefined; group = owed.pop()) {
    for (const place of offered.get(group)!) {
      if (isGone[place] === 1) continue;
      edgesOut(place);
      isGone[place] = 1;
      edgesIn(place);
    }
  }
  return set.filter((_, place) => isGone[place] === 0);
}

/** Of each place, who leads there from inside, and by which group, one after the other; and where these begin. */
function edgesInside(graph: Graph, set: WorldSet) {
  const starts = new Int32Array(set.size + 2);
  eachEdgeInside(graph, set, (_, target) => {
    starts[target + 2]! += 2;
  });
  for (let place = 2; place < starts.length; place++) starts[place]! += starts[place - 1]!;
  const cameFrom = new Int32Array(starts[set.size + 1]!);
  eachEdgeInside(graph, set, (source, target, group) => {
    const at = starts[target + 1]!;
    cameFrom[at] = source;
    cameFrom[at + 1] = group;
    starts[target + 1] = at + 2;
  });
  return { cameFrom, starts };
}

/** By places; faults aside. */
function eachEdgeInside(
  graph: Graph,
  set: WorldSet,
  visit: (source: number, target: number, group: number) => void,
): void {
  for (let place = 0; place < set.size; place++) {
    const world = set.worldAt(place);
    for (let edge = graph.start(world); edge < graph.start(world + 1); edge++) {
      const target = set.placeOf(graph.targets[edge]!);
      if (target >= 0 && graph.groups[edge] !== FAULT_GROUP)
        visit(place, target, graph.groups[edge]!);
    }
  }
}

function debts(graph: Graph, set: WorldSet): Debts {
  const offered = new Map<number, number[]>();
  const inside = new Map<number, number>();
  for (let place = 0; place < set.size; place++) {
    for (const group of offers(graph, set.worldAt(place))) {
      const places = offered.get(group);
      if (places === undefined) offered.set(group, [place]);
      else places.push(place);
    }
  }
  eachEdgeInside(graph, set, (_, __, group) => {
    inside.set(group, (inside.get(group) ?? 0) + 1);
  });
  return { offered, inside };
}

/** The groups with a move that changes something in this world, faults aside. */
function offers(graph: Graph, world: number): readonly number[] {
  const groups = new Set<number>();
  for (let edge = graph.start(world); edge < graph.start(world + 1); edge++) {
    if (graph.groups[edge] !== FAULT_GROUP) groups.add(graph.groups[edge]!);
  }
  return [...groups];
}

/** A short closed walk from `entry` that pays every debt on its way. */
function* walkAround(
  graph: Graph,
  set: WorldSet,
  entry: number,
  fairness: Fairness,
): InPieces<readonly Hop[]> {
  const { inside, offered } = debts(graph, set);
  const groups = fairness === 'none' ? [] : [...offered.keys()];
  // Under strong fairness a set that a run can stay in offers nothing but what it can do inside.
  const unpaid = new Set(
    fairness === 'strong' ? groups.filter((group) => inside.has(group)) : groups,
  );
  const walk: Hop[] = [];
  const at = () => walk.at(-1)?.world ?? entry;
  const payAt = (world: number) => {
    if (fairness !== 'weak') return;
    const offered = new Set(offers(graph, world));
    for (const group of unpaid) if (!offered.has(group)) unpaid.delete(group);
  };
  payAt(entry);
  while (unpaid.size > 0) {
    yield;
    const way = shortestWay(graph, set, at(), (world, group) => {
      return (
        unpaid.has(group) ||
        (fairness === 'weak' && ![...unpaid].every((owed) => offers(graph, world).includes(owed)))
      );
    });
    for (const hop of way) {
      unpaid.delete(hop.group);
      payAt(hop.world);
      walk.push(hop);
    }
  }
  if (walk.length === 0 || at() !== entry) {
    for (const hop of shortestWay(graph, set, at(), (world) => world === entry)) walk.push(hop);
  }
  return walk;
}

/** The fewest hops (at least one) inside the set until one satisfies `wanted`. */
function shortestWay(
  graph: Graph,
  set: WorldSet,
  from: number,
  wanted: (world: number, group: number) => boolean,
): readonly Hop[] {
  const cameBy = new Map<number, Hop & { readonly before: number }>();
  const queue = [from];
  for (let head = 0; head < queue.length; head++) {
    const world = queue[head]!;
    for (let edge = graph.start(world); edge < graph.start(world + 1); edge++) {
      const target = graph.targets[edge]!;
      const group = graph.groups[edge]!;
      if (group === FAULT_GROUP || set.placeOf(target) < 0) continue;
      if (wanted(target, group)) return [...wayBack(cameBy, from, world), { world: target, group }];
      if (target === from || cameBy.has(target)) continue;
      cameBy.set(target, { world: target, group, before: world });
      queue.push(target);
    }
  }
  throw new Error('a strongly connected set has a way to each of its edges');
}

function wayBack(
  cameBy: ReadonlyMap<number, Hop & { readonly before: number }>,
  from: number,
  to: number,
): Hop[] {
  const hops: Hop[] = [];
  for (let at = to; at !== from; ) {
    const hop = cameBy.get(at)!;
    hops.push(hop);
    at = hop.before;
  }
  return hops.reverse();
}
