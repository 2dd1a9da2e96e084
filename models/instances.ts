import type { Bounds } from './world.ts';

const oneBlock = (first: number) => ({ volume: 0, first, count: 1 });

const small: Bounds = {
  name: 'small',
  shows: 'one write, the loss of the primary',
  blocks: 2,
  writes: [oneBlock(0)],
  reads: [],
  outstanding: 2,
  crashes: 1,
  cuts: 0,
  timeouts: 2,
  config: {},
  capacity: 2,
  slow: [],
  mayCrash: [0],
  mayCut: [],
};

/** Small worlds that are exhausted, from seconds to tens of minutes. */
export const instances: readonly Bounds[] = [
  small,
  {
    ...small,
    name: 'two-writes',
    shows: 'two writes under way',
    writes: [oneBlock(0), { volume: 0, first: 0, count: 2 }],
  },
  {
    ...small,
    name: 'any-crash',
    mayCrash: [0, 1, 2],
    writes: [oneBlock(0), { volume: 0, first: 0, count: 2 }],
  },
  {
    ...small,
    name: 'ring',
    shows: 'three writes through a ring of one',
    capacity: 1,
    writes: [oneBlock(0), oneBlock(1), oneBlock(0)],
    timeouts: 2,
    mayCrash: [0, 2],
  },
  {
    ...small,
    name: 'read',
    reads: [oneBlock(0)],
    cuts: 1,
    crashes: 0,
    mayCut: [
      [0, 1],
      [0, 2],
    ],
    timeouts: 2,
  },
];
