import type { Fairness } from '../../models/model.ts';
import { eachComponent, ListedWorlds, marked, type WorldSet } from './components.ts';
import { FAULT_GROUP, type Graph } from './graph.ts';

/** What one strongly connected set owes: how many of its worlds offer each group, and of which groups an edge stays inside. */
interface Debts {
  readonly offered: ReadonlyMap<number, number>;
  readonly inside: ReadonlySet<number>;
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
export function fairCycle(
  graph: Graph,
  region: Uint8Array,
  fairness: Fairness,
): readonly Hop[] | null {
  if (fairness === 'reachable') return null;
  let best: readonly number[] | null = null;
  let entry = Number.POSITIVE_INFINITY;
  const consider = (members: readonly number[]) => {
    const first = members.reduce((least, world) => Math.min(least, world));
    if (first < entry) [best, entry] = [members, first];
  };
  const listed = new ListedWorlds(graph);
  eachComponent(graph, marked(region), (members) => {
    for (const fair of fairParts(graph, members, fairness, listed)) consider(fair);
  });
  return best === null ? null : walkAround(graph, listed.list(best), entry, fairness);
}

/** The parts of a strongly connected set in which a fair run can stay for ever. */
function* fairParts(
  graph: Graph,
  members: readonly number[],
  fairness: Fairness,
  listed: ListedWorlds,
): Iterable<readonly number[]> {
  if (fairness === 'none') return yield members;
  const open = [members];
  for (let set = open.pop(); set !== undefined; set = open.pop()) {
    const { size } = listed.list(set);
    const { inside, offered } = debts(graph, listed);
    const owed = [...offered].filter(
      ([group, count]) => !inside.has(group) && (fairness === 'strong' || count === size),
    );
    if (owed.length === 0) yield set;
    if (owed.length === 0 || fairness === 'weak') continue;
    // A run that stays does not come by where an action is offered that leads out of the set only.
    const banned = new Set(owed.map(([group]) => group));
    const rest = set.filter((world) => !offersAny(graph, world, banned));
    eachComponent(graph, listed.list(rest), (smaller) => open.push(smaller));
  }
}

function debts(graph: Graph, set: WorldSet): Debts {
  const offered = new Map<number, number>();
  const inside = new Set<number>();
  for (let place = 0; place < set.size; place++) {
    const world = set.worldAt(place);
    for (const group of offers(graph, world)) offered.set(group, (offered.get(group) ?? 0) + 1);
    for (let edge = graph.start(world); edge < graph.start(world + 1); edge++) {
      const group = graph.groups[edge]!;
      if (group !== FAULT_GROUP && set.placeOf(graph.targets[edge]!) >= 0) inside.add(group);
    }
  }
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

function offersAny(graph: Graph, world: number, groups: ReadonlySet<number>): boolean {
  for (let edge = graph.start(world); edge < graph.start(world + 1); edge++) {
    if (groups.has(graph.groups[edge]!)) return true; // faults are of no group that anybody owes
  }
  return false;
}

/** A short closed walk from `entry` that pays every debt on its way. */
function walkAround(
  graph: Graph,
  set: WorldSet,
  entry: number,
  fairness: Fairness,
): readonly Hop[] {
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
