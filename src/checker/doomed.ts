import { FAULT_GROUP, type Graph } from './graph.ts';

/**
 * Marks every world from which a goal world can be reached without faults. Sweeps over the edges in falling and rising
 * order of worlds until nothing changes; breadth-first numbers make a few sweeps enough.
 */
export function canReach(graph: Graph, goal: Uint8Array): Uint8Array {
  const reaching = goal.slice();
  for (let changed = true, falling = true; changed; falling = !falling) {
    changed = false;
    for (let step = 0; step < graph.count; step++) {
      const world = falling ? graph.count - 1 - step : step;
      if (reaching[world] === 0 && leadsInto(graph, world, reaching)) {
        reaching[world] = 1;
        changed = true;
      }
    }
  }
  return reaching;
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
