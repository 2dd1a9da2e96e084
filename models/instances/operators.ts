import type { Bounds } from '../bounds.ts';
import type { SiteId } from '../words.ts';
import { base, block } from './base.ts';

/** What an operator may say, early, late and wrongly. */
export const operators: readonly Bounds[] = [
  {
    ...base,
    name: 'two-forces',
    set: 'deep',
    shows:
      'both mirrors are forced while nobody talks, both are written to: nobody overwrites either',
    writes: [block(0), block(0), block(0)],
    opening: [
      { type: 'writes' },
      { type: 'crashes', site: 0 },
      { type: 'breaks', between: [1, 2] },
    ],
    commands: [
      { at: 1, command: { name: 'force' } },
      { at: 2, command: { name: 'force' } },
    ],
    commandsMax: 2,
    timeouts: 0,
    reaches: ['forced-both'],
  },
  {
    ...base,
    name: 'consent',
    set: 'deep',
    shows:
      'only the lost primary held what was acknowledged; an operator agrees to the loss, or not',
    opening: [
      { type: 'breaks', between: [0, 1] },
      { type: 'waits', site: 0 },
      { type: 'breaks', between: [0, 2] },
      { type: 'crashes', site: 0 },
    ],
    commands: [
      { at: 1, command: { name: 'consent', primary: 1 } },
      { at: 2, command: { name: 'consent', primary: 2 } },
    ],
    commandsMax: 1,
    timeouts: 2,
    settles: true,
    reaches: ['blocked', 'loss'],
  },
  {
    ...base,
    name: 'strict-rest',
    shows:
      'the same without consent: a site says so until the primary is back, and then all is well',
    opening: [
      { type: 'breaks', between: [0, 1] },
      { type: 'waits', site: 0 },
      { type: 'crashes', site: 0 },
    ],
    timeouts: 2,
    settles: true,
    reaches: ['blocked'],
  },
  {
    ...base,
    name: 'switchover',
    shows: 'the roles are exchanged on purpose and back while a host writes',
    writes: [block(0), block(1)],
    commands: [
      { at: 0, command: { name: 'switchover', to: 1 } },
      { at: 1, command: { name: 'switchover', to: 0 } },
    ],
    commandsMax: 2,
    timeouts: 0,
    reaches: ['acknowledged', 'takeover', 'failback'],
  },
  {
    ...base,
    name: 'suspended',
    shows: 'an operator suspends the async leg and resumes it; its writes become bits',
    writes: [block(0), block(1), block(0)],
    capacity: 1,
    commands: [
      { at: 0, command: { name: 'suspend', peer: 2 } },
      { at: 0, command: { name: 'resume', peer: 2 } },
    ],
    commandsMax: 2,
    timeouts: 0,
    reaches: ['acknowledged', 'bits'],
  },
  {
    ...base,
    name: 'any-command',
    shows: 'an operator says anything, to primary and mirror, sensible or not, while a leg breaks',
    opening: [{ type: 'breaks', between: [0, 2] }],
    commands: [0, 1].flatMap((at) =>
      [
        { name: 'force' } as const,
        { name: 'takeOver' } as const,
        { name: 'discard', branch: at as SiteId } as const,
        { name: 'export', above: 0 } as const,
        { name: 'suspend', peer: (1 - at) as SiteId } as const,
        { name: 'resume', peer: (1 - at) as SiteId } as const,
        { name: 'suspend', peer: 2 } as const,
        { name: 'resume', peer: 2 } as const,
      ].map((command) => ({ at: at as SiteId, command })),
    ),
    commandsMax: 1,
    cuts: 1,
    mayCut: [[0, 1]],
    timeouts: 0,
    reaches: ['acknowledged', 'forced'],
  },
  {
    ...base,
    name: 'halted',
    shows: 'an operator suspended a leg before its link came back; it stays so until he resumes it',
    opening: [
      { type: 'says', site: 0, command: { name: 'suspend', peer: 2 } },
      { type: 'breaks', between: [0, 2] },
      { type: 'breaks', between: [0, 1] },
      { type: 'says', site: 0, command: { name: 'suspend', peer: 1 } },
      { type: 'heals', between: [0, 2] },
    ],
    commands: [1, 2].flatMap((peer) =>
      (['suspend', 'resume'] as const).map((name) => ({
        at: 0 as SiteId,
        command: { name, peer: peer as SiteId },
      })),
    ),
    commandsMax: 2,
    cuts: 1,
    mayCut: [[0, 1]],
    timeouts: 0,
    reaches: ['acknowledged'],
  },
];
