import type { Bounds } from '../bounds.ts';
import { base, block } from './base.ts';

/** What hosts ask while a site fails: several writes, overlapping ones, reads. */
export const hosts: readonly Bounds[] = [
  {
    ...base,
    name: 'overlap',
    set: 'deep',
    shows: 'writes of several blocks overlap; power is lost with volumes half written',
    writes: [block(0, 2), block(1), block(0, 2)],
    opening: [{ type: 'breaks', between: [0, 2] }, { type: 'writes' }],
    capacity: 2,
    slow: [1],
    crashes: 1,
    mayCrash: [1],
    timeouts: 1,
    reaches: ['acknowledged', 'torn'],
  },
  {
    ...base,
    name: 'restart',
    set: 'deep',
    shows:
      'the primary crashes between sending and its own flush, and is back before anybody minds',
    writes: [block(0), block(1)],
    opening: [{ type: 'breaks', between: [0, 2] }],
    slow: [0],
    crashes: 1,
    mayCrash: [0],
    timeouts: 1,
    reaches: ['acknowledged', 'stores'],
  },
  {
    ...base,
    name: 'fetch',
    set: 'deep',
    shows: 'the new primary lacks a write of the elected history, and a host writes and reads',
    writes: [block(0), block(0)],
    reads: [block(0)],
    opening: [
      { type: 'breaks', between: [0, 1] },
      { type: 'writes' },
      { type: 'crashes', site: 0 },
    ],
    cuts: 1,
    mayCut: [[1, 2]],
    timeouts: 1,
    reaches: ['takeover', 'read', 'fetching'],
  },
  {
    ...base,
    name: 'reread',
    set: 'deep',
    shows:
      'three reads while one write is under way and the primary is cut off from its last mirror',
    reads: [block(0), block(0), block(0)],
    opening: [{ type: 'breaks', between: [0, 2] }],
    cuts: 1,
    mayCut: [[0, 1]],
    timeouts: 1,
    reaches: ['read'],
  },
];
