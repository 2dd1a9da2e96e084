import type { EventuallyProperty } from '../../models/model.ts';
import { beforeGoal, canReach } from './doomed.ts';
import { fairCycle } from './fair-cycle.ts';
import type { Graph } from './graph.ts';
import type { InPieces } from './in-pieces.ts';

/** How a goal can fail to come. The path starts in an initial world. */
export type Failure =
  | { readonly kind: 'doomed'; readonly path: readonly number[] }
  | {
      readonly kind: 'lasso';
      readonly path: readonly number[];
      readonly loopFrom: number;
      /** Of what group each action of the loop is. */
      readonly groups: readonly number[];
    };

/** The shortest way found in which the goal never comes, or null. `goal` marks the worlds that are goals. */
export function* failureOf(
  graph: Graph,
  goal: Uint8Array,
  property: Pick<EventuallyProperty, 'fairness' | 'from'>,
): InPieces<Failure | null> {
  const { parentOf, region } = regionOf(graph, goal, property.from);
  const reaching = yield* canReach(graph, goal);
  for (let world = 0; world < graph.count; world++) {
    if (region[world] === 1 && reaching[world] === 0)
      return { kind: 'doomed', path: stem(world, parentOf) };
  }
  const cycle = yield* fairCycle(graph, region, property.fairness);
  if (cycle === null) return null;
  const before = stem(cycle.at(-1)!.world, parentOf);
  return {
    kind: 'lasso',
    path: [...before, ...cycle.map(({ world }) => world)],
    loopFrom: before.length - 1,
    groups: cycle.map(({ group }) => group),
  };
}

/** The worlds in which the goal is still owed. */
function regionOf(graph: Graph, goal: Uint8Array, from: EventuallyProperty['from']) {
  if (from === 'start') {
    const { parents, region } = beforeGoal(graph, goal);
    return { region, parentOf: (world: number) => parents[world]! };
  }
  const region = goal.map((isGoal) => 1 - isGoal);
  return { region, parentOf: (world: number) => graph.parent(world) };
}

function stem(world: number, parentOf: (world: number) => number): readonly number[] {
  const path: number[] = [];
  for (let at = world; at >= 0; at = parentOf(at)) path.push(at);
  return path.reverse();
}
