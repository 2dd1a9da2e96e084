import { describe, expect, it } from 'vitest';
import type { Fairness } from '../../models/model.ts';
import { Edges } from '../../src/checker/edges.ts';
import { fairCycle } from '../../src/checker/fair-cycle.ts';
import { FAULT_GROUP, type Graph } from '../../src/checker/graph.ts';
import { atOnce } from '../../src/checker/in-pieces.ts';

type Edge = readonly [from: number, to: number, group: number];

function graphOf(count: number, edges: readonly Edge[]): Graph {
  const kept = new Edges();
  for (const edge of [...edges].sort(([one], [other]) => one - other)) kept.add(...edge);
  const { groups, targets } = kept;
  const names = Array.from({ length: 8 }, (_, group) => `group ${group}`);
  const start = (world: number) => kept.start(world);
  return { count, initials: 1, targets, groups, groupNames: names, start, parent: (n) => n - 1 };
}

/** Every set of worlds of the region, as bits, in which a run can stay, going round through all of them. */
function* roundSets(count: number, edges: readonly Edge[], region: number): Iterable<number> {
  for (let set = 1; set < 1 << count; set++) {
    if ((set & ~region) !== 0 || (set & (set - 1)) === 0) continue;
    const within = edges.filter(
      ([from, to, group]) => group !== FAULT_GROUP && ((set >> from) & (set >> to) & 1) === 1,
    );
    const least = 31 - Math.clz32(set & -set);
    const ways = [within, within.map(([from, to, group]): Edge => [to, from, group])];
    if (ways.every((way) => (reached(least, way) & set) === set)) yield set;
  }
}

function reached(from: number, edges: readonly Edge[]): number {
  let set = 1 << from;
  for (let before = 0; before !== set; ) {
    before = set;
    for (const [source, to] of edges) if ((set >> source) & 1) set |= 1 << to;
  }
  return set;
}

/** Whether a run that takes all it can inside these worlds, again and again, is fair. */
function isFair(set: number, edges: readonly Edge[], fairness: Fairness): boolean {
  const own = edges.filter(([from, , group]) => group !== FAULT_GROUP && (set >> from) & 1);
  return [...new Set(own.map(([, , group]) => group))].every((group) => {
    const offers = own.filter(([, , other]) => other === group);
    if (offers.some(([, to]) => (set >> to) & 1)) return true;
    if (fairness === 'none') return true;
    if (fairness === 'strong') return false;
    const offering = offers.reduce((worlds, [from]) => worlds | (1 << from), 0);
    return (offering & set) !== set;
  });
}

function randomly(seed: number): (below: number) => number {
  let state = seed * 7919 + 1;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

/** Rings within rings, with ways out of them by actions that others are called like too. */
function randomGraph(seed: number) {
  const random = randomly(seed);
  const count = 4 + random(6);
  const groups = 2 + random(5);
  const edges: Edge[] = [];
  const add = (from: number, to: number, group: number) => {
    if (from !== to) edges.push([from, to, group]);
  };
  for (let rings = 1 + random(4); rings > 0; rings--) {
    const first = random(count);
    const length = 2 + random(count - 1);
    const group = random(groups);
    for (let at = 0; at < length; at++)
      add((first + at) % count, (first + (at === length - 1 ? 0 : at + 1)) % count, group);
  }
  for (let more = random(2 * count); more > 0; more--)
    add(random(count), random(count), random(8) === 0 ? FAULT_GROUP : random(groups));
  const region = (1 << count) - 1 - (random(2) << random(count));
  return { count, edges, region };
}

describe.each(['none', 'weak', 'strong'] as const)('fair for ever (%s)', (fairness) => {
  it('is found exactly where one of all sets of worlds allows it, where it can be entered soonest', () => {
    const met = { found: 0, none: 0 };
    for (let seed = 0; seed < 1500; seed++) {
      const { count, edges, region } = randomGraph(seed);
      const sets = [...roundSets(count, edges, region)];
      const fair = sets.filter((set) => isFair(set, edges, fairness));
      const inside = Uint8Array.from({ length: count }, (_, world) => (region >> world) & 1);
      const cycle = atOnce(fairCycle(graphOf(count, edges), inside, fairness));
      expect([seed, cycle !== null]).toEqual([seed, fair.length > 0]);
      met[cycle === null ? 'none' : 'found']++;
      if (cycle === null) continue;
      const entry = Math.min(...fair.map((set) => 31 - Math.clz32(set & -set)));
      expect([seed, cycle.at(-1)!.world]).toEqual([seed, entry]);
      expectFair(cycle, edges, fairness);
    }
    expect(Math.min(met.found, met.none)).toBeGreaterThan(100);
  });
});

/** Of a run that does nothing but this: by what it does, not by what it could do. */
function expectFair(
  cycle: readonly { readonly world: number; readonly group: number }[],
  edges: readonly Edge[],
  fairness: Fairness,
): void {
  let at = cycle.at(-1)!.world;
  const taken: string[] = [];
  for (const { group, world } of cycle) {
    taken.push(`${[at, world, group]}`);
    at = world;
  }
  expect(edges.map((edge) => `${edge}`)).toEqual(expect.arrayContaining(taken));
  if (fairness === 'none') return;
  const offeredIn = (world: number) =>
    edges.filter(([from, , group]) => from === world && group !== FAULT_GROUP);
  const groups = cycle.flatMap(({ world }) => offeredIn(world).map(([, , group]) => group));
  for (const group of new Set(groups)) {
    if (cycle.some((hop) => hop.group === group)) continue;
    expect(fairness).toBe('weak');
    const isAlways = cycle.every(({ world }) => offeredIn(world).some((edge) => edge[2] === group));
    expect([group, isAlways]).toEqual([group, false]);
  }
}

it('what is nested thousands deep is looked through without a stack as deep', () => {
  const depth = 3000;
  const edges: Edge[] = [];
  for (let world = 0; world < depth; world++) {
    // Whatever leads on from the last world of a set leads out of it, and is called like nothing else.
    edges.push([world, world + 1, world + 1]);
    if (world > 0) edges.push([world, world - 1, 0]);
  }
  const region = new Uint8Array(depth + 1).fill(1, 0, depth);
  expect(atOnce(fairCycle(graphOf(depth + 1, edges), region, 'strong'))).toBeNull();
  expect(atOnce(fairCycle(graphOf(depth + 1, edges), region, 'weak'))).not.toBeNull();
});

it('what leads out of sets within sets is looked through once, however deep they are nested', () => {
  const depth = 30_000;
  const edges: Edge[] = [];
  for (let world = 0; world < depth; world++) {
    edges.push([world, world + 1, world + 1]);
    if (world > 0) edges.push([world, world - 1, 0]);
  }
  const graph = graphOf(depth + 1, edges);
  let looks = 0;
  const start = (world: number) => {
    looks++;
    return graph.start(world);
  };
  const region = new Uint8Array(depth + 1).fill(1, 0, depth);
  expect(atOnce(fairCycle({ ...graph, start }, region, 'strong'))).toBeNull();
  expect(looks).toBeLessThan(30 * depth);
});

it('a cycle may be longer than a call has arguments', () => {
  const count = 200_000;
  const edges = Array.from({ length: count }, (_, at): Edge => [at, (at + 1) % count, 0]);
  const region = new Uint8Array(count).fill(1);
  expect(atOnce(fairCycle(graphOf(count, edges), region, 'weak'))).toHaveLength(count);
});
