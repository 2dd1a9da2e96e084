import type { Bounds } from '../bounds.ts';
import { base, block } from './base.ts';

/** Disks to which a request fails: whoever owns one stops, and says nothing that is not durable. */
export const failures: readonly Bounds[] = [
  {
    ...base,
    name: 'failing',
    shows:
      'a request to the disk of primary or sync mirror fails; the site stops, and is started again',
    slow: [0, 1],
    opening: [{ type: 'breaks', between: [0, 2] }],
    away: [2],
    failures: 1,
    mayFail: [0, 1],
    timeouts: 1,
    reaches: ['acknowledged', 'takeover'],
  },
  {
    ...base,
    name: 'failing-twice',
    shows: 'a request to the disk of the primary fails, then one to the disk that took its place',
    slow: [0, 1],
    failures: 2,
    mayFail: [0, 1],
    opening: [{ type: 'breaks', between: [0, 2] }],
    away: [0],
    timeouts: 1,
    reaches: ['acknowledged', 'takeover'],
  },
  {
    ...base,
    name: 'failing-update',
    shows: 'a request to the disk of the async mirror fails in the middle of its update',
    capacity: 1,
    writes: [block(0), block(1)],
    opening: [{ type: 'breaks', between: [0, 2] }, { type: 'writes' }, { type: 'writes' }],
    slow: [2],
    failures: 1,
    mayFail: [2],
    timeouts: 0,
    reaches: ['staged'],
  },
  {
    ...base,
    name: 'both-rotten',
    shows: 'a block of the primary and of the sync mirror has rotted; the async mirror lends it',
    reads: [block(0)],
    writes: [block(0), block(1)],
    opening: [
      { type: 'writes' },
      { type: 'rots', site: 0, block: 0 },
      { type: 'rots', site: 1, block: 0 },
    ],
    timeouts: 0,
    reaches: ['borrowed'],
  },
  {
    ...base,
    name: 'given-up',
    shows:
      'a block has rotted at all three sites; an operator asks for a verification again; frames overtake each other',
    writes: [block(1)],
    opening: [
      { type: 'rots', site: 0, block: 0 },
      { type: 'rots', site: 1, block: 0 },
      { type: 'rots', site: 2, block: 0 },
    ],
    config: { frameBlocks: 1 },
    unordered: ['PA', 'AP'],
    commands: [{ at: 0, command: { name: 'verify', peer: 2 } }],
    commandsMax: 2,
    timeouts: 1,
    settles: true,
    reaches: ['acknowledged'],
  },
];
