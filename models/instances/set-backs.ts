import type { Bounds } from '../bounds.ts';
import { base, block } from './base.ts';

/** A disk is set back to an older copy under the same name, or replaced: only what others noted of the site tells. */
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
    name: 'note-of-another',
    set: 'deep',
    shows:
      'the async mirror noted what the sync mirror held; an empty site takes its place, and is admitted with less',
    slow: [0],
    loose: true,
    opening: [{ type: 'breaks', between: [1, 2] }],
    replacements: 1,
    mayReplace: [1],
    timeouts: 2,
    reaches: ['acknowledged'],
  },
];
