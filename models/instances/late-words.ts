import type { Bounds } from '../bounds.ts';
import { base, block } from './base.ts';

/** The mirror that is compared cannot read all it is asked for, and its disk says so late. */
const lends: Bounds = {
  ...base,
  writes: [block(0), block(1)],
  config: { frameBlocks: 1 },
  opening: [
    { type: 'writes' },
    { type: 'writes' },
    { type: 'breaks', between: [0, 1] },
    { type: 'breaks', between: [1, 2] },
    { type: 'waits', site: 0 },
    { type: 'rots', site: 0, block: 0 },
    { type: 'rots', site: 0, block: 1 },
    { type: 'rots', site: 2, block: 1 },
  ],
  away: [1],
  slow: [2],
  timeouts: 0,
  commands: [{ at: 0, command: { name: 'verify', peer: 2 } }],
  commandsMax: 1,
};

/** What a disk found unreadable is said when it matters no more, or matters otherwise. */
export const lateWords: readonly Bounds[] = [
  {
    ...lends,
    name: 'lent-too-late',
    shows:
      'of two blocks that it is asked for the mirror cannot read one, and says so when it stands still no more, and the other was written again',
    writes: [block(0), block(1), block(0)],
    outstanding: 1,
    config: { frameBlocks: 2 },
    unordered: ['AP'],
    cuts: 1,
    mayCut: [[0, 2]],
    reaches: ['acknowledged'],
  },
  {
    ...lends,
    name: 'heard-in-another-session',
    shows:
      'the mirror cannot read a block it is asked for, and says so when that session is over, and it is asked for another one',
    reads: [block(1)],
    cuts: 1,
    mayCut: [[0, 2]],
    asks: ['RECOVERY-60'],
    reaches: ['borrowed'],
  },
  {
    ...lends,
    name: 'heard-in-another-epoch',
    shows:
      'the same, but it is the epoch that is over: the sync mirror, which has not got that block either, is lost, and the session goes on',
    reads: [block(1)],
    opening: [
      { type: 'writes' },
      { type: 'writes' },
      { type: 'rots', site: 0, block: 0 },
      { type: 'rots', site: 0, block: 1 },
      { type: 'rots', site: 1, block: 1 },
      { type: 'rots', site: 2, block: 1 },
    ],
    crashes: 1,
    mayCrash: [1],
    timeouts: 1,
    asks: ['RECOVERY-60'],
    reaches: ['borrowed'],
  },
  {
    ...lends,
    name: 'found-behind',
    shows:
      'one block is asked of the mirror, which has not got it, when a read finds an earlier one unreadable, which it has',
    reads: [block(1), block(0)],
    commands: [],
    commandsMax: 0,
    asks: ['RECOVERY-60'],
    reaches: ['borrowed'],
  },
  {
    ...base,
    name: 'primary-once-more',
    shows:
      'a block that nobody had was written again while its primary was a mirror, which got it by an update; primary once more, it fills an empty site',
    writes: [block(0), block(0), block(1), block(1)],
    config: { frameBlocks: 1 },
    opening: [
      { type: 'writes' },
      { type: 'rots', site: 0, block: 0 },
      { type: 'rots', site: 1, block: 0 },
      { type: 'rots', site: 2, block: 0 },
      { type: 'says', site: 0, command: { name: 'verify', peer: 2 } },
      { type: 'says', site: 0, command: { name: 'switchover', to: 1 } },
      { type: 'says', site: 1, command: { name: 'suspend', peer: 0 } },
      { type: 'writes' },
      { type: 'waits', site: 1 },
      { type: 'writes' },
      { type: 'writes' },
      { type: 'says', site: 1, command: { name: 'resume', peer: 0 } },
      { type: 'waits', site: 1 },
      { type: 'rots', site: 1, block: 0 },
      { type: 'breaks', between: [0, 2] },
      { type: 'breaks', between: [1, 2] },
      { type: 'says', site: 1, command: { name: 'switchover', to: 0 } },
    ],
    replacements: 1,
    mayReplace: [2],
    timeouts: 0,
    asks: ['RECOVERY-60'],
    reaches: ['refilled'],
  },
];
