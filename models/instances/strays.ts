import type { Bounds } from '../bounds.ts';
import { base, block } from './base.ts';

/** Hosts that ask whoever runs, whatever it is doing, and that do not wait for ever. */
export const strays: readonly Bounds[] = [
  {
    ...base,
    name: 'anybody',
    shows:
      'the primary goes on without the sync mirror; hosts write, read and flush at whoever runs, also before it may serve',
    reads: [block(0)],
    flushes: 1,
    strays: 1,
    outstanding: 1,
    opening: [{ type: 'breaks', between: [0, 1] }],
    away: [1],
    timeouts: 1,
    reaches: ['acknowledged', 'read', 'flushed'],
  },
  {
    ...base,
    name: 'impatient',
    shows:
      'the primary pauses to hand over while a write is under way; hosts read, flush, and give up',
    reads: [block(0)],
    flushes: 1,
    expiries: 1,
    opening: [{ type: 'crashes', site: 2 }],
    away: [2],
    commands: [{ at: 0, command: { name: 'switchover', to: 1 } }],
    commandsMax: 1,
    timeouts: 1,
    reaches: ['acknowledged', 'takeover', 'given-up'],
  },
];
