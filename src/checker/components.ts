import { FAULT_GROUP, type Graph } from './graph.ts';
import { type InPieces, LOOKS_AT_ONCE } from './in-pieces.ts';

/** Some worlds of a graph, each with a place of its own below `size`. */
export interface WorldSet {
  readonly size: number;
  /** The world of a place, or -1 if that place is empty. */
  worldAt(place: number): number;
  /** -1: the world is not of the set. */
  placeOf(world: number): number;
}

/** The worlds marked in `region`, each in its own place. */
export function marked(region: Uint8Array): WorldSet {
  const within = (world: number) => (region[world] === 1 ? world : -1);
  return { size: region.length, worldAt: within, placeOf: within };
}

/**
 * One list of worlds after the other, for one thing as long as the graph: where a world would be in the list. What it says of worlds
 * of earlier lists is seen to be wrong by a look into the list, so nothing needs to be cleared.
 */
export class ListedWorlds implements WorldSet {
  private readonly placeIn: Int32Array;
  private listed: readonly number[] = [];

  constructor(graph: Graph) {
    this.placeIn = new Int32Array(graph.count);
  }

  list(worlds: readonly number[]): this {
    this.listed = worlds;
    for (let place = 0; place < worlds.length; place++) this.placeIn[worlds[place]!] = place;
    return this;
  }

  get size(): number {
    return this.listed.length;
  }

  worldAt(place: number): number {
    return this.listed[place]!;
  }

  placeOf(world: number): number {
    const place = this.placeIn[world]!;
    return this.listed[place] === world ? place : -1;
  }
}

/**
 * Calls `visit` with each strongly connected set of at least two worlds among these, for which it takes 8 bytes each. It pauses now
 * and then.
 */
export function* eachComponent(
  graph: Graph,
  within: WorldSet,
  visit: (members: readonly number[]) => void,
): InPieces<void> {
  /** By place: 0 not met, else a number that grows; less than 0 once its component is told. */
  const order = new Int32Array(within.size);
  const low = new Int32Array(within.size);
  const open: number[] = [];
  const path: number[] = [];
  const edgeAt: number[] = [];
  let next = 1;
  let looks = 0;

  const enter = (place: number) => {
    order[place] = low[place] = next++;
    open.push(place);
    path.push(place);
    edgeAt.push(graph.start(within.worldAt(place)));
  };

  const leave = () => {
    const place = path.pop()!;
    edgeAt.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[place]!);
    if (low[place] !== order[place]) return;
    const members = open.splice(open.lastIndexOf(place));
    for (let at = 0; at < members.length; at++) {
      order[members[at]!] = -1;
      members[at] = within.worldAt(members[at]!);
    }
    if (members.length > 1) visit(members);
  };

  for (let root = 0; root < within.size; root++) {
    if (order[root] !== 0 || within.worldAt(root) < 0) continue;
    enter(root);
    while (path.length > 0) {
      if (++looks % LOOKS_AT_ONCE === 0) yield;
      const place = path.at(-1)!;
      const edge = edgeAt[path.length - 1]!;
      if (edge === graph.start(within.worldAt(place) + 1)) {
        leave();
        continue;
      }
      edgeAt[path.length - 1] = edge + 1;
      if (graph.groups[edge] === FAULT_GROUP) continue;
      const target = within.placeOf(graph.targets[edge]!);
      if (target < 0 || order[target]! < 0) continue;
      if (order[target] === 0) enter(target);
      else low[place] = Math.min(low[place]!, order[target]!);
    }
  }
}
