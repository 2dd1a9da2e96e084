import { expect, it } from 'vitest';
import { canReach } from '../../src/checker/doomed.ts';
import { FAULT_GROUP, type Graph } from '../../src/checker/graph.ts';
import { atOnce } from '../../src/checker/in-pieces.ts';
import { numberFrom } from './random-properties.ts';

/** Some edges between worlds, one in four of them a fault. */
function someGraph(seed: number): Graph {
  const count = 2 + numberFrom(seed, 'count', 60);
  const starts = [0];
  const targets: number[] = [];
  const groups: number[] = [];
  for (let world = 0; world < count; world++) {
    for (let edge = numberFrom(seed, `edges of ${world}`, 3); edge > 0; edge--) {
      targets.push(numberFrom(seed, `${edge} of ${world}`, count));
      groups.push(numberFrom(seed, `fault ${edge} of ${world}`, 4) === 0 ? FAULT_GROUP : 0);
    }
    starts.push(targets.length);
  }
  return {
    count,
    initials: 1,
    targets: Int32Array.from(targets),
    groups: Uint16Array.from(groups),
    groupNames: ['all'],
    start: (world) => starts[world]!,
    parent: () => -1,
  };
}

it('whether it sweeps or goes backwards, the same worlds reach a goal', () => {
  let some = 0;
  for (let seed = 0; seed < 500; seed++) {
    const graph = someGraph(seed);
    const goal = Uint8Array.from({ length: graph.count }, (_, at) => (at % 9 === 4 ? 1 : 0));
    const swept = atOnce(canReach(graph, goal, Number.POSITIVE_INFINITY));
    for (const sweepsMax of [0, 1, 2])
      expect(atOnce(canReach(graph, goal, sweepsMax))).toEqual(swept);
    if (swept.includes(0) && swept.join() !== goal.join()) some++;
  }
  expect(some).toBeGreaterThan(300);
});

it('however far the way goes to and fro, the work grows with the worlds only', () => {
  const count = 30_000;
  // From each world to another one, until all were visited.
  const targets = Int32Array.from({ length: count }, (_, at) => (at * 7_621 + 1) % count);
  let asked = 0;
  const start = (world: number) => {
    asked++;
    return world;
  };
  const groups = new Uint16Array(count);
  const goal = new Uint8Array(count).fill(1, 0, 1);
  const graph = { count, initials: count, targets, groups, groupNames: ['on'], start };
  const reaching = atOnce(canReach({ ...graph, parent: () => -1 }, goal));
  expect(reaching.includes(0)).toBe(false);
  expect(asked).toBeLessThan(100 * count);
});
