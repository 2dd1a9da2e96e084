import type { Bounds } from '../bounds.ts';
import { base, block } from './base.ts';

const threeWrites = [block(0), block(1), block(0)];

/** The largest worlds that were run to their end, and the one that is aimed at. */
export const deep: readonly Bounds[] = [
  {
    ...base,
    name: 'impatient-mirrors',
    shows:
      'both links of the primary broke, and heal; each wait ends at any time, whatever is on its way',
    set: 'deep',
    blocks: 1,
    opening: [
      { type: 'breaks', between: [0, 2] },
      { type: 'breaks', between: [0, 1] },
    ],
    writes: [],
    loose: true,
    timeouts: 3,
    reaches: ['takeover'],
  },
  {
    ...base,
    name: 'deep-writes',
    shows:
      'three writes over two blocks, sidefiles of two entries, the primary dies and comes back',
    set: 'deep',
    writes: threeWrites,
    crashes: 1,
    mayCrash: [0],
    timeouts: 1,
    reaches: ['acknowledged', 'takeover', 'lag', 'returned'],
  },
  {
    ...base,
    name: 'deep-crashes',
    shows:
      'two writes, two of three sites die one after the other, or one of them twice, and come back',
    set: 'deep',
    writes: [block(0), block(1)],
    crashes: 2,
    mayCrash: [0, 1, 2],
    timeouts: 1,
    reaches: ['acknowledged', 'takeover', 'lag', 'returned'],
  },
  {
    ...base,
    name: 'deep-cut',
    shows: 'two writes, one site dies and comes back, one link breaks and heals',
    set: 'deep',
    writes: [block(0), block(1)],
    crashes: 1,
    mayCrash: [0, 1, 2],
    cuts: 1,
    mayCut: [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
    timeouts: 1,
    reaches: ['acknowledged', 'takeover', 'lag', 'returned'],
  },
  {
    ...base,
    name: 'deep',
    shows:
      'three writes over two blocks, two crashes with restart, one link failure, sidefiles of two',
    set: 'deep',
    writes: threeWrites,
    crashes: 2,
    mayCrash: [0, 1, 2],
    cuts: 1,
    mayCut: [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
    timeouts: 2,
    reaches: ['acknowledged', 'takeover', 'lag', 'returned'],
  },
];
