import { expect, test } from 'vitest';
import { newestOf } from '../../models/history.ts';
import { World } from './attack/world.ts';

/**
 * A knows that S held 1. An empty site takes the place of S, is filled at 1, and admitted by a record for which nobody waited
 * until it had 2 as well, which P has stored.
 */
const lines =
  'write P 1, deliver PS, deliver SP, deliver PA, disk P ring, deliver AP, deliver PA, disk P rest, disk P rest, disk P rest, crash S lost, replace S, start S, heal PS, deliver PS, deliver SP, deliver PS, deliver SP, deliver PS, deliver SP, deliver PS, deliver SP, deliver PS, deliver SP, write P 1, disk P ring, timeout P patience, disk P rest, disk P rest, disk P rest, disk P rest, disk P rest, deliver PA, deliver AP, deliver PA, deliver AP, deliver AP, timeout P election, disk P rest, disk P rest, deliver PA, deliver AP, deliver PA';

function noteOf(weakness: string | null) {
  const world = new World({
    blocks: 2,
    writes: Array.from({ length: 4 }, () => [0, 1] as const),
    slow: [0],
    config: {
      weakness,
      sidefile: { mode: 'fixed', capacity: 2, limit: 2, basis: 'newest', headroom: 1 },
    },
  });
  for (const line of lines.split(', ')) world.apply(line);
  const { header } = world.nodes[2].disk;
  expect(world.nodes[1].disk.entries).toEqual([]);
  const { incarnation, noted } = header.peers[1];
  return { incarnation, noted: noted.contiguous, syncSet: newestOf(header.history)!.syncSet };
}

test('EPOCH-100, EPOCH-140: an empty site that is admitted has no note of the one before, and is no member before it is level', () => {
  expect(noteOf(null)).toEqual({ incarnation: 2, noted: 0, syncSet: [] });
});

test('EPOCH-100 without it (note-of-the-one-before): what the one before held is held against it', () => {
  expect(noteOf('note-of-the-one-before')).toEqual({ incarnation: 2, noted: 1, syncSet: [] });
});

test('EPOCH-140 without it (member-by-number): it is a member of the sync set, and holds nothing', () => {
  expect(noteOf('member-by-number')).toMatchObject({ syncSet: [1] });
});
