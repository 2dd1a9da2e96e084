import { expect, it } from 'vitest';
import type { SiteEvent } from '../../models/event.ts';
import { EventQueue } from '../../src/runtime/event-queue.ts';

const stored = (epoch: number, sequence: number, committed = 0): SiteEvent => ({
  type: 'stored',
  entries: [
    { epoch, sequence, extent: { volume: 0, first: 0, count: 1 }, kind: 'trim', checksum: 0 },
  ],
  committed,
});

/** What is taken of these events: of each its type, and of a store what was stored. */
function taken(events: readonly SiteEvent[]): string[] {
  const queue = new EventQueue();
  for (const event of events) queue.add(event, null);
  const told: string[] = [];
  while (!queue.isEmpty) {
    const { event } = queue.take();
    if (event.type !== 'stored') told.push(event.type);
    else {
      const positions = event.entries.map(({ epoch, sequence }) => `${epoch}.${sequence}`);
      told.push(`${positions.join(' ')}, c ${event.committed}`);
    }
  }
  return told;
}

it.each([
  ['of one epoch are one', [stored(3, 1, 1), stored(3, 2, 0)], ['3.1 3.2, c 1']],
  [
    'of two epochs are two, as what a c is worth hangs on its epoch',
    [stored(3, 1, 1), stored(3, 2), stored(6, 2, 2)],
    ['3.1 3.2, c 1', '6.2, c 2'],
  ],
  [
    'with something between them are two',
    [stored(3, 1), { type: 'flushed', through: 1 }, stored(3, 2)],
    ['3.1, c 0', 'flushed', '3.2, c 0'],
  ],
] as const)('stores that ended one after the other %s', (_, events, told) => {
  expect(taken(events)).toEqual(told);
});

it('a store does not join one that was taken before', () => {
  const queue = new EventQueue();
  queue.add({ type: 'persisted' }, null);
  queue.add(stored(3, 1), null);
  queue.take();
  const first = queue.take();
  queue.add(stored(3, 2), null);
  expect(first.event).toEqual(stored(3, 1));
  expect(queue.take().event).toEqual(stored(3, 2));
  expect(queue.isEmpty).toBe(true);
});
