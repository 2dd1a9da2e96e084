import { expect, test } from 'vitest';
import { replay } from './attack/run.ts';
import type { Setup } from './attack/setup.ts';

/** Schedules that once did not come to rest, shrunk by the attack that found them. */
const found: readonly { readonly claim: string; readonly setup: Setup; readonly lines: string }[] =
  [
    {
      claim:
        'EPOCH-20: a mirror told to take over while it adopts a record still answers for that record',
      setup: {
        blocks: 8,
        writes: Array.from({ length: 16 }, () => [0, 1] as const),
        slow: [1],
        config: {
          sidefile: { mode: 'fixed', capacity: 3, limit: 3, basis: 'newest', headroom: 2 },
          onLegLoss: 'stop',
          syncFar: true,
          takeover: 'any',
        },
      },
      lines:
        'crash P kept, start P, heal PA, crash S kept, start S, timeout A election, heal PS, settle, timeout P patience, deliver PS, deliver PA, deliver AP, disk S rest, deliver SP, deliver PS, takeOver S',
    },
  ];

test.each(found)('$claim', ({ setup, lines }) => {
  const { rule, sentence } = replay(setup, lines.split(', '));
  expect({ rule, sentence }).toEqual({ rule: null, sentence: '' });
});
