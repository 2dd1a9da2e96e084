import type { Bounds } from '../bounds.ts';
import type { Command } from '../event.ts';
import type { SiteId } from '../words.ts';
import { base, block } from './base.ts';

const says = (at: SiteId, command: Command) => ({ at, command });
const verifiesLast = { name: 'verify', peer: 2 } as const;

/** The old primary compares the async mirror with itself, then the new one does. */
const comparedTwice: Bounds = {
  ...base,
  config: { frameBlocks: 1 },
  away: [0],
  stale: true,
  commands: [says(0, verifiesLast), says(1, { name: 'force' }), says(1, verifiesLast)],
  commandsMax: 3,
  timeouts: 0,
  reaches: ['takeover', 'mended'],
};

/** The sync mirror is gone: the primary leaves it out by a new epoch, in one session with the async one. */
const goesOn: Bounds = {
  ...base,
  config: { frameBlocks: 1 },
  unordered: ['PA', 'AP'],
  stale: true,
  away: [1],
  timeouts: 1,
};

/**
 * Frames of an epoch that was left reach a site that stands in the next one, where somebody does with it what was begun
 * before. The next epoch is mostly forced: the old primary hears nothing of it.
 */
export const lateFrames: readonly Bounds[] = [
  {
    ...base,
    name: 'late-write',
    shows: 'a write of the old primary reaches a mirror that stands in the next epoch',
    opening: [{ type: 'breaks', between: [0, 1] }],
    away: [0],
    stale: true,
    commands: [says(1, { name: 'force' })],
    commandsMax: 1,
    timeouts: 0,
    reaches: ['takeover'],
  },
  {
    ...base,
    name: 'late-notice',
    shows: 'a mirror is told what the other one holds when it stands in the epoch of that one',
    opening: [{ type: 'writes' }, { type: 'breaks', between: [0, 1] }],
    stale: true,
    commands: [says(2, { name: 'force' })],
    commandsMax: 1,
    timeouts: 0,
    reaches: ['ahead'],
  },
  {
    ...base,
    name: 'late-fetch',
    shows: 'a primary asks for what it lacks; whoever has it promised another epoch meanwhile',
    opening: [
      { type: 'breaks', between: [0, 1] },
      { type: 'writes' },
      { type: 'crashes', site: 0 },
      { type: 'starts', site: 0 },
      { type: 'heals', between: [0, 2] },
    ],
    away: [0],
    stale: true,
    timeouts: 2,
    reaches: ['takeover'],
  },
  {
    ...base,
    name: 'late-stage',
    shows:
      'words of an update from the old primary reach a mirror that the new one updates, or compares with itself',
    opening: [
      { type: 'writes' },
      { type: 'says', site: 0, command: { name: 'suspend', peer: 2 } },
      { type: 'replaces', site: 2 },
      { type: 'starts', site: 2 },
      { type: 'heals', between: [0, 2] },
      { type: 'heals', between: [1, 2] },
      { type: 'breaks', between: [0, 1] },
    ],
    away: [0],
    config: { frameBlocks: 1 },
    stale: true,
    commands: [
      says(0, { name: 'resume', peer: 2 }),
      says(1, { name: 'force' }),
      says(1, verifiesLast),
    ],
    commandsMax: 3,
    timeouts: 0,
    reaches: ['takeover'],
  },
  {
    ...base,
    name: 'late-answer',
    shows: 'a mirror answers for the record before the newest, and its answer is overtaken',
    opening: [{ type: 'breaks', between: [0, 1] }],
    writes: [],
    unordered: ['SP'],
    stale: true,
    timeouts: 1,
    reaches: [],
  },
  {
    ...comparedTwice,
    name: 'late-comparison',
    shows:
      'words of a comparison with the old primary reach a mirror that is compared with the new one',
    opening: [
      { type: 'writes' },
      { type: 'rots', site: 2, block: 0 },
      { type: 'breaks', between: [0, 1] },
    ],
  },
  {
    ...comparedTwice,
    name: 'late-loan',
    shows:
      'the old primary asks for a block it cannot read, and gives up; the mirror is compared with the new one',
    opening: [
      { type: 'writes' },
      { type: 'rots', site: 0, block: 0 },
      { type: 'rots', site: 2, block: 0 },
      { type: 'breaks', between: [0, 1] },
    ],
  },
  {
    ...goesOn,
    name: 'late-stored',
    shows:
      'a mirror’s word that it stored blocks of an update reaches its primary in the next epoch, where the update began again',
    capacity: 1,
    writes: [block(0), block(1)],
    opening: [
      { type: 'breaks', between: [0, 2] },
      { type: 'writes' },
      { type: 'writes' },
      { type: 'breaks', between: [0, 1] },
      { type: 'breaks', between: [1, 2] },
    ],
    slow: [2],
    reaches: ['staged'],
  },
  {
    ...goesOn,
    name: 'late-sums',
    shows:
      'what a mirror said of a comparison reaches its primary in the next epoch, where it began again',
    blocks: 1,
    writes: [block(0), block(0)],
    opening: [
      { type: 'writes' },
      { type: 'breaks', between: [0, 1] },
      { type: 'breaks', between: [1, 2] },
    ],
    outstanding: 1,
    commands: [says(0, verifiesLast)],
    commandsMax: 1,
    asks: ['RESYNC-100'],
    reaches: ['acknowledged'],
  },
  {
    ...base,
    name: 'late-notice-of-a-leg',
    shows:
      'an operator suspends the sync leg and resumes it: what it was told of the async mirror before comes after what it is told then',
    blocks: 1,
    writes: [block(0), block(0)],
    outstanding: 1,
    unordered: ['PS'],
    opening: [{ type: 'breaks', between: [1, 2] }],
    away: [1],
    commands: [says(0, { name: 'suspend', peer: 1 }), says(0, { name: 'resume', peer: 1 })],
    commandsMax: 2,
    timeouts: 0,
    asks: ['PRIMARY-50'],
    reaches: [],
  },
];
