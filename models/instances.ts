import type { Bounds } from './world.ts';

const block = (first: number, count = 1) => ({ volume: 0, first, count });

const base: Bounds = {
  name: '',
  shows: '',
  blocks: 2,
  writes: [block(0)],
  reads: [],
  outstanding: 2,
  crashes: 0,
  cuts: 0,
  timeouts: 1,
  config: {},
  capacity: 2,
  slow: [],
  mayCrash: [],
  mayCut: [],
};

/** Small worlds that are exhausted, from seconds to tens of minutes. */
export const instances: readonly Bounds[] = [
  {
    ...base,
    name: 'takeover',
    shows: 'one write, the primary dies and comes back',
    crashes: 1,
    mayCrash: [0],
  },
  {
    ...base,
    name: 'disks',
    shows: 'the same with disks that take their time',
    crashes: 1,
    mayCrash: [0],
    slow: [0, 1],
  },
  {
    ...base,
    name: 'two-writes',
    shows: 'two overlapping writes under way, the primary dies',
    writes: [block(0), block(0, 2)],
    crashes: 1,
    mayCrash: [0],
  },
  {
    ...base,
    name: 'ring',
    shows: 'three writes through sidefiles of one entry, a mirror dies',
    capacity: 1,
    writes: [block(0), block(1), block(0)],
    crashes: 1,
    mayCrash: [2],
    timeouts: 1,
  },
  {
    ...base,
    name: 'partition',
    shows: 'the primary is cut off while it is read',
    writes: [block(0)],
    reads: [block(0)],
    cuts: 2,
    mayCut: [
      [0, 1],
      [0, 2],
    ],
    timeouts: 2,
  },
];
