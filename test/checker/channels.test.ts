import { describe, expect, it } from 'vitest';
import {
  always,
  type Channel,
  type Component,
  type Composition,
  sometimes,
} from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';

/** A sender says `a`, then `b`; a listener keeps what it hears, in order. */
function conversation(
  channel: Partial<Channel<unknown, unknown>>,
  more: Partial<Composition> = {},
): Composition {
  const sender: Component<number, string> = {
    initial: 0,
    step: (said) => ({ state: said + 1, outputs: [{ to: 'air', event: said === 0 ? 'a' : 'b' }] }),
    moves: (said) => (said < 2 ? [{ name: 'say', event: 'say' }] : []),
  };
  const listener: Component<string, string> = {
    initial: '',
    step: (heard, word) => ({ state: heard + word }),
  };
  return {
    name: 'conversation',
    components: { sender, listener },
    channels: { air: { order: 'fifo', to: 'listener', ...channel } },
    properties: [
      always(
        'C',
        'no more is heard than said',
        ['sender', 'listener'],
        (said: number, heard: string) => heard.length <= said,
      ),
    ],
    ...more,
  };
}

const heard = (what: string) =>
  sometimes(`C-${what}`, `${what} is heard`, ['listener'], (all: string) => all === what);

/** Counted by hand as (said, in the air, heard). */
const counts: readonly [string, Composition, number][] = [
  ['in order: 1 + 2 + 3', conversation({}), 6],
  ['in any order: 1 + 2 + 5', conversation({ order: 'unordered' }), 8],
  [
    'one loss: the same and 4 after it',
    conversation({ lossy: { budget: 'losses' } }, { budgets: { losses: 1 } }),
    10,
  ],
  [
    'no loss left: none',
    conversation({ lossy: { budget: 'losses' } }, { budgets: { losses: 0 } }),
    6,
  ],
  ['b falls on deaf ears', conversation({ silent: (word) => word === 'b' }), 5],
  ['room for one, the second waits', conversation({ capacity: 1 }), 5],
  ['room for one, the second is lost', conversation({ capacity: 1, whenFull: 'drop' }), 7],
  [
    'a cut empties the air once',
    conversation(
      {},
      {
        budgets: { cuts: 1 },
        joint: [
          {
            name: 'cut',
            reads: ['air'],
            generate: (air) =>
              (air as readonly string[]).length > 0
                ? [{ name: 'cut', clear: ['air'], budget: 'cuts' }]
                : [],
          },
        ],
      },
    ),
    6 + 5,
  ],
];

describe('channels', () => {
  for (const [title, composition, states] of counts) {
    it(title, async () => {
      expect(await checkModel(composition)).toMatchObject({ kind: 'exhausted', states });
    });
  }

  it('only an unordered channel lets the second overtake', async () => {
    const properties = [heard('ba')];
    expect((await checkModel(conversation({}, { properties }))).kind).toBe('coverage');
    expect((await checkModel(conversation({ order: 'unordered' }, { properties }))).kind).toBe(
      'exhausted',
    );
  });

  it('a message in a set arrives again', async () => {
    const deaf = (all: unknown) => (all as string).length >= 3;
    const properties = [heard('aab')];
    const channel = { order: 'set', silent: (_: unknown, all: unknown) => deaf(all) } as const;
    expect((await checkModel(conversation(channel, { properties }))).kind).toBe('exhausted');
  });

  it('a channel that must never be full says so', async () => {
    const full = checkModel(conversation({ capacity: 1, whenFull: 'error' }));
    await expect(full).rejects.toMatchObject({ code: 'channel-full' });
  });

  it('what arrives may be told apart by its channel', async () => {
    const arrival = (word: unknown) => `<${word}>`;
    const properties = [heard('<a><b>')];
    expect((await checkModel(conversation({ arrival }, { properties }))).kind).toBe('exhausted');
  });
});
