import type { Bounds } from '../bounds.ts';
import { base, block } from './base.ts';

/** A disk is set back to an older copy under the same name: only what others noted of the site tells. */
export const setBacks: readonly Bounds[] = [
  {
    ...base,
    name: 'set-back-far',
    shows: 'the async mirror is set back to a copy from before a write: it shows less, and is told',
    writes: [block(0), block(1)],
    opening: [{ type: 'copies', site: 2 }, { type: 'writes' }],
    maySetBack: [2],
    setBacks: 1,
    timeouts: 0,
    reaches: ['acknowledged'],
  },
  {
    ...base,
    name: 'set-back',
    set: 'deep',
    shows:
      'the primary is set back to a copy from before a write; the async mirror noted the write, and lost it with its power',
    opening: [
      { type: 'copies', site: 0 },
      { type: 'breaks', between: [0, 2] },
      { type: 'writes' },
      { type: 'crashes', site: 1 },
    ],
    slow: [2],
    maySetBack: [0],
    setBacks: 1,
    crashes: 1,
    mayCrash: [2],
    cuts: 1,
    mayCut: [[0, 2]],
    timeouts: 1,
    reaches: ['set-back'],
  },
  {
    ...base,
    name: 'lone-record',
    shows: 'the primary alone holds the newest record, and loses what the async mirror noted of it',
    opening: [{ type: 'writes' }, { type: 'breaks', between: [0, 1] }],
    rots: 1,
    mayRot: [0],
    timeouts: 2,
    reaches: ['lone-record'],
  },
  {
    ...base,
    name: 'forced-hole',
    shows:
      'the primary was forced, and lost one of what it committed alone; the sync mirror takes over with what is before',
    capacity: 6,
    writes: [block(0), block(1), block(0)],
    config: { takeover: 'any' },
    opening: [
      { type: 'crashes', site: 2 },
      { type: 'breaks', between: [0, 1] },
      { type: 'says', site: 0, command: { name: 'force' } },
      { type: 'writes' },
      { type: 'writes' },
      { type: 'writes' },
    ],
    away: [2],
    commands: [{ at: 0, command: { name: 'force' } }],
    commandsMax: 0,
    rots: 1,
    mayRot: [0],
    timeouts: 1,
    reaches: ['cut-beyond-hole', 'given-by-a-target'],
  },
];
