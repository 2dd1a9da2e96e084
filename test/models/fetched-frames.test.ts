import { expect, test } from 'vitest';
import { isServing } from '../../models/properties.ts';
import { World } from './attack/world.ts';

test('EPOCH-80: what a new primary lacks of the elected history comes in frames no larger than those of writes', () => {
  const sidefile = {
    mode: 'fixed',
    capacity: 16,
    limit: 16,
    basis: 'newest',
    headroom: 1,
  } as const;
  const world = new World({
    blocks: 4,
    writes: Array.from({ length: 9 }, (_, index) => [index % 4, 1] as const),
    slow: [],
    config: { takeover: 'any', frameEntries: 2, pendingMax: 16, sidefile },
  });
  world.apply('cut PS');
  for (const timer of world.timers(0)) world.timeout(0, timer);
  world.settle();
  world.apply('write P 9');
  world.settle();
  world.apply('crash P kept');
  // The sync mirror is out and holds nothing of it; it is told to take over all the same.
  world.apply('consent S S');
  const sizes: number[] = [];
  const fetched = () => {
    for (const { message } of world.channels.get('AS')!) {
      if (message.type === 'fetched') sizes.push(message.entries.length);
    }
  };
  for (let turn = 0; turn < 60; turn++) {
    world.apply('deliver SA');
    fetched();
    world.apply('deliver AS');
  }
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(9);
  expect(Math.max(...sizes)).toBe(2);
  expect(isServing(world.nodes[1])).toBe(true);
  expect(world.nodes[1].site!.context.held.contiguous).toBe(9);
});
