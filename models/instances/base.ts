import type { Bounds } from '../bounds.ts';

/** Blocks of the only volume. */
export const block = (first: number, count = 1) => ({ volume: 0, first, count });

export const base: Bounds = {
  name: '',
  shows: '',
  set: 'default',
  blocks: 2,
  writes: [block(0)],
  reads: [],
  paced: 0,
  outstanding: 2,
  crashes: 0,
  cuts: 0,
  timeouts: 1,
  epochsMax: null,
  config: {},
  odd: null,
  capacity: 2,
  room: Number.MAX_SAFE_INTEGER,
  slow: [],
  opening: [],
  mayCrash: [],
  mayCut: [],
  mayReplace: [],
  replacements: 0,
  mayRot: [],
  rots: 0,
  commands: [],
  commandsMax: 0,
  unordered: [],
  leftovers: false,
  loose: false,
  settles: false,
  keeps: null,
  reaches: [],
};
