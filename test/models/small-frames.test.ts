import { expect, test, vi } from 'vitest';
import type { Message } from '../../models/message.ts';
import type { Holding, SiteId } from '../../models/words.ts';
import { directions } from './attack/events.ts';
import { runSeed } from './attack/run.ts';
import type { Setup } from './attack/setup.ts';
import { World } from './attack/world.ts';

/** Frames that take one range and one run: what wants thousands of them otherwise happens in small worlds. */
vi.mock('../../models/frame-limits.ts', async (original) => ({
  ...(await original<object>()),
  rangesMax: 1,
  runsMax: 1,
}));

const setup: Setup = {
  blocks: 8,
  writes: [0, 2, 4, 1, 3, 5, 0, 2].map((first) => [first, 1] as const),
  slow: [],
  config: {
    takeover: 'any',
    frameEntries: 1,
    sidefile: { mode: 'fixed', capacity: 8, limit: 8, basis: 'newest', headroom: 1 },
  },
  overtakes: true,
};

test('a mirror with more holes than a frame tells of says what fits, and is level in the end', () => {
  const world = new World(setup);
  world.apply('write P 7');
  for (const overtaking of [1, 2, 3]) world.apply(`deliver PS ${overtaking}`);
  world.apply('disk S ring');
  expect(heldBy(world, 1).ranges).toHaveLength(3);
  // What is on its way is lost: the mirror keeps its holes, and tells of itself anew.
  world.apply('cut PS');
  world.apply('heal PS');
  const said = settled(world);
  const stored = said.find(({ type }) => type === 'recordStored');
  expect(stored).toMatchObject({ summary: { held: { contiguous: 0, ranges: [{ first: 2 }] } } });
  expect(Math.max(...said.map(rangesIn))).toBe(1);
  expect(heldBy(world, 1)).toEqual({ contiguous: 7, ranges: [] });
});

test('what a primary notes of a mirror, and tells the other one, fits as well', () => {
  const world = new World(setup);
  world.apply('write P 7');
  const said: Message[] = [];
  // The sixth, fourth and second: each acknowledgement tells of another range.
  for (const overtaking of [5, 3, 1]) {
    world.apply(`deliver PA ${overtaking}`);
    world.apply('disk A ring');
    world.apply('deliver AP');
    said.push(...waiting(world));
    world.apply('deliver PS');
  }
  expect(world.nodes[0].site!.context.peers[2].held.ranges).toEqual([{ first: 2, last: 2 }]);
  said.push(...settled(world));
  expect(said.filter(({ type }) => type === 'notice')).not.toEqual([]);
  expect(Math.max(...said.map(rangesIn))).toBe(1);
  expect(heldBy(world, 0)).toEqual(heldBy(world, 2));
});

test('a new primary that lacks more ranges than fit asks for them one after the other', () => {
  const world = new World(setup);
  world.apply('write P 7');
  for (const overtaking of [1, 2, 3]) world.apply(`deliver PS ${overtaking}`);
  world.apply('disk S ring');
  world.apply('cut PS');
  for (const timer of world.timers(0)) world.timeout(0, timer);
  world.apply('settle');
  expect(heldBy(world, 1).ranges).toHaveLength(3);
  world.apply('crash P kept');
  world.apply('consent S S');
  const fetches = settled(world).filter(({ type }) => type === 'fetch');
  expect(fetches.length).toBeGreaterThan(1);
  expect(fetches.map(rangesIn).every((count) => count === 1)).toBe(true);
  expect(heldBy(world, 1)).toEqual({ contiguous: 7, ranges: [] });
});

test('a repair set of more runs than fit is told with its gaps closed, and the update ends with equal bytes', () => {
  const world = new World({ ...setup, config: { ...setup.config, frameBlocks: 2 } });
  world.apply('cut PA');
  world.apply('cut SA');
  world.apply('write P 3');
  world.apply('settle');
  world.apply('force A');
  world.apply('settle');
  world.apply('cut PS');
  world.apply('discard P P');
  expect(world.nodes[0].disk.cached.slice(0, 5)).toEqual([1, 0, 2, 0, 3]);
  world.apply('heal PA');
  const ready = settled(world).find(({ type }) => type === 'stageReady');
  expect(ready).toMatchObject({ repair: [{ first: 0, count: 5 }] });
  const [primary, , async] = world.nodes;
  expect(primary.disk.header.repair).toEqual([]);
  expect(primary.disk.cached).toEqual(async.disk.cached);
});

test('schedules drawn at random keep every property with such frames', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { rule, sentence } = runSeed(seed);
    expect({ seed, rule, sentence }).toEqual({ seed, rule: null, sentence: '' });
  }
});

const heldBy = (world: World, site: SiteId): Holding => world.nodes[site].site!.context.held;

const waiting = (world: World): Message[] =>
  directions.flatMap((name) => world.channels.get(name)!.map(({ message }) => message));

/** Everything that is said until all is quiet. */
function settled(world: World): Message[] {
  const said: Message[] = [];
  for (let busy = true; busy; ) {
    busy = false;
    for (const site of [0, 1, 2] as const) {
      while (world.disk(site, 'ring') || world.disk(site, 'rest')) busy = true;
    }
    for (const name of directions) {
      const [frame] = world.channels.get(name)!;
      if (frame) said.push(frame.message);
      busy = world.apply(`deliver ${name}`) || busy;
    }
  }
  return said;
}

/** Of its only list of ranges; none: it has no such list. */
function rangesIn(message: Message): number {
  if ('summary' in message) return message.summary.held.ranges.length;
  if (message.type === 'fetch' || message.type === 'gone') return message.ranges.length;
  const isHolding = 'held' in message;
  return isHolding ? message.held.ranges.length : 0;
}
