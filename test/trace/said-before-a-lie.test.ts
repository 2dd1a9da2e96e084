import { expect, test } from 'vitest';
import type { Node } from '../../models/node.ts';
import { AbstractPath } from '../../src/trace/abstract-path.ts';
import { siteNamed } from '../models/attack/events.ts';
import { World } from '../models/attack/world.ts';

/** The async mirror has stored a write and says so; then its disk gives back what it was before, and says nothing of it. */
function storyOf() {
  const sidefile = { mode: 'fixed', capacity: 8, limit: 8, basis: 'newest', headroom: 4 } as const;
  const config = { sidefile, takeover: 'holder' } as const;
  const world = new World({ blocks: 4, writes: [[0, 1]], slow: [], config });
  const path = new AbstractPath();
  const pass = (beyond: 'disk lies' | null) =>
    path.passes(
      {
        nodes: world.nodes,
        host: { state: world.host },
        underway: () =>
          [...world.channels].flatMap(([name, frames]) =>
            frames.map((frame) => ({ to: siteNamed(name[1]!), frame })),
          ),
      } as never,
      { site: 2, number: 1, event: { type: 'start' } } as never,
      beyond,
    );
  const { disk } = world.nodes[2];
  for (const line of ['write P 1', 'deliver PA']) world.apply(line);
  expect(world.channels.get('AP')!.map(({ message }) => message.type)).toEqual(['acknowledged']);
  pass(null);
  const down: Node = { ...world.nodes[2], site: null, booted: false, disk };
  world.nodes[2] = down;
  return { path, pass, world };
}

test('what a site said before its disk lied is still on its way, and goes with the excused step', () => {
  const { path, pass, world } = storyOf();
  pass('disk lies');
  world.apply('start A');
  pass(null);
  expect([...path.excused]).toEqual([['disk lies', 1]]);
  expect(path.refused).toBe(null);
});

test('whoever counts on it afterwards is refused', () => {
  const { path, pass, world } = storyOf();
  pass('disk lies');
  world.apply('start A');
  pass(null);
  expect(world.apply('deliver AP')).toBe(true);
  pass(null);
  expect(path.refused?.unexplained.rules).toContain('MIRROR-10');
});

test('a disk that is not known to lie is refused', () => {
  const { path, pass } = storyOf();
  pass(null);
  expect(path.refused).not.toBe(null);
});
