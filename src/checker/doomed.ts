import { FAULT_GROUP, type Graph } from './graph.ts';
import { type InPieces, LOOKS_AT_ONCE } from './in-pieces.ts';

/** In most graphs far fewer are enough. */
const SWEEPS_MAX = 24;

/**
 * Marks every world from which a goal world can be reached without faults. Sweeps over the edges in falling and rising
 * order of worlds until nothing changes; breadth-first numbers make a few sweeps enough. Where they are not, as in a world of many
 * starts, what is left is asked the other way round, which takes more memory.
 */
export function* canReach(
  graph: Graph,
  goal: Uint8Array,
  sweepsMax = SWEEPS_MAX,
): InPieces<Uint8Array> {
  const reaching = goal.slice();
  for (let sweep = 0, changed = true; changed; sweep++) {
    if (sweep >= sweepsMax) {
      yield* reachBackwards(graph, reaching);
      break;
    }
    changed = false;
    for (let step = 0; step < graph.count; step++) {
      if (step % LOOKS_AT_ONCE === 0) yield;
      const world = sweep % 2 === 0 ? graph.count - 1 - step : step;
      if (reaching[world] === 0 && leadsInto(graph, world, reaching)) {
        reaching[world] = 1;
        changed = true;
      }
    }
  }
  return reaching;
}

/** From the worlds that lead into those marked to the ones that lead to them, each of them once. */
function* reachBackwards(graph: Graph, reaching: Uint8Array): InPieces<void> {
  const { sources, starts } = backwards(graph, reaching);
  yield;
  const queue = new Int32Array(graph.count);
  let length = 0;
  const reach = (world: number) => {
    if (reaching[world] === 1) return;
    reaching[world] = 1;
    queue[length++] = world;
  };
  for (let world = 0; world < graph.count; world++) {
    if (reaching[world] === 0 && leadsInto(graph, world, reaching)) reach(world);
  }
  for (let head = 0; head < length; head++) {
    if (head % LOOKS_AT_ONCE === 0) yield;
    const world = queue[head]!;
    for (let at = starts[world]!; at < starts[world + 1]!; at++) reach(sources[at]!);
  }
}

/** Of each world, those that are not marked and lead to it: one list after the other, and where each begins. */
function backwards(graph: Graph, reaching: Uint8Array) {
  const starts = new Int32Array(graph.count + 2);
  eachOpenEdge(graph, reaching, (_, target) => starts[target + 2]!++);
  for (let world = 2; world < starts.length; world++) starts[world]! += starts[world - 1]!;
  const sources = new Int32Array(starts[graph.count + 1]!);
  // Where a list will end is where it begins now, one place further on.
  eachOpenEdge(graph, reaching, (source, target) => {
    sources[starts[target + 1]!++] = source;
  });
  return { sources, starts };
}

/** Edges without faults between worlds that are not marked. */
function eachOpenEdge(
  graph: Graph,
  reaching: Uint8Array,
  visit: (source: number, target: number) => void,
): void {
  const { groups, targets } = graph;
  for (let world = 0; world < graph.count; world++) {
    if (reaching[world] === 1) continue;
    for (let edge = graph.start(world); edge < graph.start(world + 1); edge++) {
      const target = targets[edge]!;
      if (groups[edge] !== FAULT_GROUP && reaching[target] === 0) visit(world, target);
    }
  }
}

function leadsInto(graph: Graph, world: number, into: Uint8Array): boolean {
  const { groups, targets } = graph;
  const end = graph.start(world + 1);
  for (let edge = graph.start(world); edge < end; edge++) {
    if (into[targets[edge]!] === 1 && groups[edge] !== FAULT_GROUP) return true;
  }
  return false;
}

/** The worlds a run may be in before its first goal, and who leads to each: from the initial ones, faults included. */
export function beforeGoal(
  graph: Graph,
  goal: Uint8Array,
): { region: Uint8Array; parents: Int32Array } {
  const region = new Uint8Array(graph.count);
  const parents = new Int32Array(graph.count).fill(-1);
  const queue: number[] = [];
  for (let world = 0; world < graph.initials; world++) {
    if (goal[world] === 1) continue;
    region[world] = 1;
    queue.push(world);
  }
  for (let head = 0; head < queue.length; head++) {
    const world = queue[head]!;
    const end = graph.start(world + 1);
    for (let edge = graph.start(world); edge < end; edge++) {
      const target = graph.targets[edge]!;
      if (region[target] === 1 || goal[target] === 1) continue;
      region[target] = 1;
      parents[target] = world;
      queue.push(target);
    }
  }
  return { region, parents };
}
