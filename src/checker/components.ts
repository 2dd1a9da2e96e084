import { FAULT_GROUP, type Graph } from './graph.ts';

/** Calls `visit` with each strongly connected set of at least two worlds among those marked in `region`. */
export function eachComponent(
  graph: Graph,
  region: Uint8Array,
  candidates: Iterable<number>,
  visit: (members: readonly number[]) => void,
): void {
  const order = new Int32Array(graph.count);
  const low = new Int32Array(graph.count);
  const closed = new Uint8Array(graph.count);
  const open: number[] = [];
  const path: number[] = [];
  const edgeAt: number[] = [];
  let next = 1;

  const enter = (world: number) => {
    order[world] = low[world] = next++;
    open.push(world);
    path.push(world);
    edgeAt.push(graph.start(world));
  };

  const leave = () => {
    const world = path.pop()!;
    edgeAt.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[world]!);
    if (low[world] !== order[world]) return;
    const members = open.splice(open.lastIndexOf(world));
    for (const member of members) closed[member] = 1;
    if (members.length > 1) visit(members);
  };

  for (const root of candidates) {
    if (region[root] === 0 || order[root] !== 0) continue;
    enter(root);
    while (path.length > 0) {
      const world = path.at(-1)!;
      const edge = edgeAt[path.length - 1]!;
      if (edge === graph.start(world + 1)) {
        leave();
        continue;
      }
      edgeAt[path.length - 1] = edge + 1;
      const target = graph.targets[edge]!;
      if (region[target] === 0 || closed[target] === 1 || graph.groups[edge] === FAULT_GROUP)
        continue;
      if (order[target] === 0) enter(target);
      else low[world] = Math.min(low[world]!, order[target]!);
    }
  }
}
