import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMost } from '../../models/fault-of-summary.ts';
import { type History, newestEpoch } from '../../models/history.ts';
import type { Message, MessageType } from '../../models/message.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import { type Site, step } from '../../models/step.ts';
import type { Summary } from '../../models/summary.ts';
import type { Entry, SiteId } from '../../models/words.ts';
import { anyMessage } from './any-message.ts';
import type { Setup } from './attack/setup.ts';
import { World } from './attack/world.ts';

/** Three live sites with four writes, of which the async mirror lacks two. */
function live(more: readonly string[] = []): World {
  const setup: Setup = {
    blocks: 8,
    writes: Array.from({ length: 8 }, (_, index) => [index % 8, 1] as const),
    slow: [],
    config: { sidefile: { mode: 'fixed', capacity: 16, limit: 16, basis: 'newest', headroom: 1 } },
  };
  const world = new World(setup);
  const lines = ['write P 2', 'settle', 'cut PA', 'write P 2', 'settle', ...more];
  for (const line of lines) world.apply(line);
  return world;
}

const [primary, sync, async] = [0, 1, 2] as const satisfies readonly SiteId[];
const siteOf = (world: World, id: SiteId): Site => world.nodes[id].site!;

function hear(world: World, at: SiteId, from: SiteId, message: Message) {
  const site = siteOf(world, at);
  const { session } = site.context.peers[from];
  return { site, ...told(step(site, { type: 'received', from, session, message })) };
}

function told({ site: after, effects }: ReturnType<typeof step>) {
  const report = effects.find((effect) => effect.type === 'report')?.event;
  const reason = report?.kind === 'distrusted' ? report.reason : null;
  return { after, effects, reason };
}

/** What is said across epochs, or carries a summary. */
const ofNoEpoch = [
  'probe',
  'probed',
  'propose',
  'promise',
  'refused',
  'record',
  'recordStored',
  'stageCommitted',
] as const satisfies readonly MessageType[];

const world = live();
const epoch = newestEpoch(siteOf(world, primary).context.header.history);
const entry: Entry = {
  epoch,
  sequence: 5,
  extent: { volume: 0, first: 0, count: 1 },
  kind: 'data',
  checksum: 7,
};
const held = { contiguous: 4, ranges: [] };
const good = summaryOf(siteOf(world, sync).context);
const stored = (patch: Partial<Summary>): Message => ({
  type: 'recordStored',
  epoch,
  summary: { ...good, ...patch },
  digest: 0,
});
/** The primary’s record, the last of this history. */
const recordOf = (history: History): Message => {
  const promised = Math.max(0, newestEpoch(history));
  return {
    type: 'record',
    summary: { ...summaryOf(siteOf(world, primary).context), history, promised },
  };
};
const record = good.history.at(-1)!;

/** What is said, to whom, by whom, and why it cannot be. */
const impossible: readonly (readonly [to: SiteId, from: SiteId, Message, reason: string])[] = [
  [
    primary,
    sync,
    { type: 'acknowledged', epoch, held: { contiguous: 5, ranges: [] }, start: 1, windowEnd: 16 },
    'holds 5, the last one numbered is 4',
  ],
  [
    primary,
    sync,
    {
      type: 'acknowledged',
      epoch,
      held: { contiguous: 1, ranges: [{ first: 3, last: 9 }] },
      start: 1,
      windowEnd: 16,
    },
    'holds 9, the last one numbered is 4',
  ],
  [
    primary,
    sync,
    {
      type: 'acknowledged',
      epoch,
      held: { contiguous: 1, ranges: [{ first: 4, last: 3 }] },
      start: 1,
      windowEnd: 16,
    },
    'holds 4..3 after 1',
  ],
  [
    primary,
    sync,
    {
      type: 'acknowledged',
      epoch,
      held: { contiguous: 3, ranges: [{ first: 3, last: 4 }] },
      start: 1,
      windowEnd: 16,
    },
    'holds 3..4 after 3',
  ],
  [
    primary,
    sync,
    {
      type: 'acknowledged',
      epoch,
      held: { contiguous: Number.NaN, ranges: [] },
      start: 1,
      windowEnd: 16,
    },
    'holds up to NaN',
  ],
  [
    primary,
    sync,
    { type: 'acknowledged', epoch, held, start: 9, windowEnd: 16 },
    'sidefile begins at 9 and holds up to 4',
  ],
  [
    primary,
    sync,
    { type: 'acknowledged', epoch, held, start: 5, windowEnd: 2 },
    'window ends at 2',
  ],
  [primary, sync, { type: 'noticed', epoch, about: 1, held }, 'speaks about site 1'],
  [
    primary,
    sync,
    { type: 'noticed', epoch, about: 2, held: { contiguous: 99, ranges: [] } },
    'holds 99, the last one numbered is 4',
  ],
  [primary, sync, { type: 'evidence', epoch, token: 99 }, 'token 99, asked 0'],
  [
    primary,
    sync,
    { type: 'write', epoch, entries: [entry], committed: 4 },
    'site 0 is the primary',
  ],
  [
    primary,
    sync,
    { type: 'fetched', epoch, entries: [entry] },
    'entry 5 is beyond the elected end 0',
  ],
  [
    primary,
    sync,
    { type: 'gone', epoch, ranges: [{ first: 3, last: 1 }] },
    'range 3..1 is not within 1..0',
  ],
  [
    primary,
    sync,
    { type: 'stageReady', epoch, repair: [{ first: 8, count: 1 }] },
    'blocks 8..8 are not within 0..7',
  ],
  [
    primary,
    sync,
    { type: 'sumsDiffer', epoch, runs: [{ first: 7, count: 2 }] },
    'blocks 7..8 are not within 0..7',
  ],
  [primary, sync, { type: 'stageRefused', epoch, blocks: [8] }, 'block 8 is not within 0..7'],
  [primary, sync, { type: 'lent', epoch, blocks: [-1] }, 'block -1 is not within 0..7'],
  [primary, sync, { type: 'held', epoch, at: -3 }, 'position -3'],
  [sync, async, { type: 'write', epoch, entries: [entry], committed: 4 }, 'site 0 is the primary'],
  [sync, async, { type: 'advance', epoch, committed: 5 }, 'site 0 is the primary'],
  [sync, async, { type: 'stageBegin', epoch, compare: true, applied: 4 }, 'site 0 is the primary'],
  [
    sync,
    primary,
    { type: 'acknowledged', epoch, held, start: 1, windowEnd: 16 },
    'site 0 is the primary',
  ],
  [
    sync,
    primary,
    { type: 'write', epoch, entries: [{ ...entry, epoch: 2 }], committed: 4 },
    'entry (2, 5) does not lie on the history',
  ],
  [
    sync,
    primary,
    { type: 'write', epoch, entries: [{ ...entry, sequence: 0 }], committed: 4 },
    `entry (${epoch}, 0) has no place in the order`,
  ],
  [
    sync,
    primary,
    {
      type: 'write',
      epoch,
      entries: [{ ...entry, extent: { volume: 0, first: 7, count: 2 } }],
      committed: 4,
    },
    `entry (${epoch}, 5): blocks 7..8 are not within 0..7`,
  ],
  [
    sync,
    primary,
    {
      type: 'write',
      epoch,
      entries: [{ ...entry, extent: { volume: 3, first: 0, count: 1 } }],
      committed: 4,
    },
    `entry (${epoch}, 5): volume 3 is not within 0..0`,
  ],
  [sync, primary, { type: 'write', epoch, entries: [], committed: -1 }, 'position -1'],
  [sync, primary, { type: 'advance', epoch, committed: 2 ** 53 }, `position ${2 ** 53}`],
  [sync, primary, { type: 'notice', epoch, about: 1, held, start: 1 }, 'speaks about site 1'],
  [
    sync,
    primary,
    { type: 'notice', epoch, about: 2, held: { contiguous: -1, ranges: [] }, start: 1 },
    'holds up to -1',
  ],
  [
    sync,
    primary,
    { type: 'notice', epoch, about: 2, held, start: 6 },
    'sidefile begins at 6 and holds up to 4',
  ],
  [sync, primary, { type: 'ask', epoch, token: 0 }, 'token 0'],
  [
    sync,
    primary,
    { type: 'fetch', epoch, ranges: [{ first: 1, last: 4 }] },
    'range 1..4 is not within 1..0',
  ],
  [
    sync,
    primary,
    { type: 'blocks', epoch, blocks: [1.5], through: 0 },
    'block 1.5 is not within 0..7',
  ],
  [
    sync,
    primary,
    { type: 'sums', epoch, runs: [{ first: 0, count: 9 }] },
    'blocks 0..8 are not within 0..7',
  ],
  [sync, primary, { type: 'stageCommit', epoch, through: -1 }, 'position -1'],
  [sync, primary, { type: 'hold', epoch, at: 0.5 }, 'position 0.5'],
  [sync, primary, { type: 'lend', epoch, blocks: [99] }, 'block 99 is not within 0..7'],
  [
    sync,
    async,
    { type: 'probe', epoch: epochMost + 1, rank: 0 },
    `epoch ${epochMost + 1} is not within 0..${epochMost}`,
  ],
  [
    sync,
    async,
    { type: 'probed', epoch, yes: true, promised: 2 ** 52 },
    `epoch ${2 ** 52} is not within 0..${epochMost}`,
  ],
  [
    sync,
    async,
    { type: 'refused', epoch, promised: 0, newest: 2 ** 52 },
    `epoch ${2 ** 52} is not within 0..${epochMost}`,
  ],
  [sync, async, { type: 'propose', epoch: 30, rank: 0 }, 'epoch 30 is proposed by site 0'],
  [
    sync,
    async,
    { type: 'propose', epoch: 3 * 2 ** 50 + 2, rank: 0 },
    `epoch ${3 * 2 ** 50 + 2} is not within 0..${epochMost}`,
  ],
  [
    sync,
    async,
    { type: 'promise', epoch: 30, summary: { ...good, site: 2 } },
    'epoch 30 is proposed by site 0',
  ],
  [sync, async, { type: 'promise', epoch: 31, summary: good }, 'summary of site 1'],
  [primary, sync, stored({ site: 2 }), 'summary of site 2'],
  [
    primary,
    sync,
    stored({ held: { contiguous: 2, ranges: [{ first: 2, last: 3 }] } }),
    'holds 2..3 after 2',
  ],
  [primary, sync, stored({ start: 9 }), 'sidefile begins at 9 and holds up to 4'],
  [primary, sync, stored({ settled: 9 }), 'settled 9 is beyond c 4'],
  [primary, sync, stored({ windowEnd: -1 }), 'summary with position -1'],
  [primary, sync, stored({ promised: -1 }), `promised -1, stands in ${epoch}`],
  [
    primary,
    sync,
    { type: 'recordStored', epoch: epoch + 3, summary: good, digest: 0 },
    `stands in ${epoch}, not ${epoch + 3}`,
  ],
  [primary, sync, stored({ history: [record] }), `history begins with epoch ${epoch}, majority`],
  [primary, sync, { ...stored({}), digest: 2 ** 32 } as Message, `digest ${2 ** 32}`],
  [primary, sync, stored({ committed: 5 }), 'takes 5 as committed, 4 is at most'],
  [
    primary,
    sync,
    { type: 'stageCommitted', epoch, summary: { ...good, committed: 5 } },
    'takes 5 as committed, 4 is at most',
  ],
  [sync, primary, recordOf([]), 'no record'],
  [sync, primary, { type: 'record', summary: good }, 'summary of site 1'],
  [
    sync,
    primary,
    recordOf([...good.history, record]),
    `record ${epoch} comes after record ${epoch}`,
  ],
  [
    sync,
    primary,
    recordOf([...good.history, { ...record, epoch: epoch + 3 }]),
    `record ${epoch + 3} follows epoch ${record.parent.epoch}, not ${epoch} before it`,
  ],
  [
    sync,
    primary,
    recordOf([
      ...good.history,
      { ...record, epoch: epoch + 3, primary: 7 as SiteId, parent: { epoch, sequence: 4 } },
    ]),
    `record ${epoch + 3} has primary 7`,
  ],
  [
    sync,
    primary,
    recordOf([
      ...good.history,
      { ...record, epoch: epoch + 3, syncSet: [0], parent: { epoch, sequence: 4 } },
    ]),
    `record ${epoch + 3} has the sync set 0`,
  ],
  [
    sync,
    primary,
    recordOf([...good.history, { ...record, epoch: epoch + 3, parent: { epoch, sequence: -4 } }]),
    `record ${epoch + 3} follows sequence -4`,
  ],
];

describe('MIRROR-50, PRIMARY-40, LINK-20: what no site says is not believed, and changes nothing', () => {
  it.each(impossible)('%# to %i from %i: $3', (to, from, message, reason) => {
    const { site, after, effects, reason: found } = hear(world, to, from, message);
    expect(found).toBe(reason);
    expect(after).toBe(site);
    const { session } = site.context.peers[from];
    expect(effects.map(({ type }) => type)).toEqual(['report', 'endSession']);
    expect(effects[1]).toEqual({ type: 'endSession', peer: from, session });
  });

  it('every type of message has a row, but for those that say nothing that could be wrong', () => {
    const types = new Set(impossible.map(([, , { type }]) => type));
    const nothingToCheck: readonly MessageType[] = ['blocksStored', 'release'];
    const all = fc.sample(anyMessage(siteOf(world, sync), 0), 3000).map(({ type }) => type);
    expect([...new Set(all)].filter((type) => !types.has(type)).sort()).toEqual(nothingToCheck);
  });

  it('of another session, or of another epoch, the same is ignored as ever: no session ends', () => {
    for (const [to, from, message] of impossible) {
      const site = siteOf(world, to);
      const { session } = site.context.peers[from];
      const isOfEpoch = !(ofNoEpoch as readonly MessageType[]).includes(message.type);
      const others = isOfEpoch ? [epoch - 3, epoch + 3] : [];
      for (const [number, said] of [
        [session + 1, message],
        ...others.map((other) => [session, { ...message, epoch: other } as Message] as const),
      ] as const) {
        const heard = { type: 'received', from, session: number, message: said } as const;
        expect(step(site, heard)).toMatchObject({ site, effects: [] });
      }
    }
  });
});

describe('RESYNC-60: a record that cuts what hosts were told of, and does not say so', () => {
  const cut = (patch: object): Message =>
    recordOf([
      ...good.history,
      { ...record, epoch: epoch + 3, parent: { epoch, sequence: 1 }, ...patch },
    ]);

  it('is refused: nothing is cut', () => {
    const { site, after, effects } = hear(world, sync, primary, cut({}));
    expect(after.context.header).toEqual(site.context.header);
    expect(after.context.log).toBe(site.context.log);
    expect(effects).toContainEqual({
      type: 'report',
      event: { kind: 'refused', peer: 0, reason: 'uncovered fork' },
    });
  });

  it('is taken when it says what is lost', () => {
    const { after } = hear(world, sync, primary, cut({ lossBeyond: 1 }));
    expect(after.context.held.contiguous).toBe(1);
    expect(after.context.exporting).toMatchObject([{ above: 1, through: 4, count: 3 }]);
  });
});

describe('any message to a live site', () => {
  const states: readonly (readonly string[])[] = [
    [],
    ['crash P lost', 'timeout S election'],
    ['crash P lost', 'timeout S election', 'deliver SA', 'deliver AS'],
    ['heal PA'],
    ['heal PA', 'deliver PA', 'deliver AP'],
    ['cut PS', 'timeout P patience'],
  ];

  it('is never more than the machines know: nothing is thrown, and what is distrusted changes nothing', () => {
    const worlds = states.map((lines) => live(lines));
    const places = worlds.flatMap((one) =>
      ([primary, sync, async] as const).flatMap((at) => (one.nodes[at].site ? [{ one, at }] : [])),
    );
    const said = fc.constantFrom(...places).chain(({ one, at }) =>
      fc
        .constantFrom(...([primary, sync, async] as const).filter((from) => from !== at))
        .chain((from) =>
          fc.record({
            one: fc.constant(one),
            at: fc.constant(at),
            from: fc.constant(from),
            message: anyMessage(siteOf(one, at), from),
          }),
        ),
    );
    const seen = { distrusted: 0, taken: 0 };
    fc.assert(
      fc.property(said, ({ one, at, from, message }) => {
        const { site, after, effects, reason } = hear(one, at, from, message);
        if (reason === null) {
          seen.taken++;
          return;
        }
        seen.distrusted++;
        expect(after).toBe(site);
        expect(effects).toHaveLength(2);
      }),
      { numRuns: 6000, seed: 7 },
    );
    expect(seen.distrusted).toBeGreaterThan(500);
    expect(seen.taken).toBeGreaterThan(500);
  });

  it('message after message: whatever state they lead to, the machines know the next one', () => {
    const from = fc.constantFrom<SiteId>(0, 2);
    const site = siteOf(live(['heal PA']), sync);
    const said = from.chain((peer) => anyMessage(site, peer).map((message) => ({ peer, message })));
    fc.assert(
      fc.property(fc.array(said, { minLength: 5, maxLength: 25 }), (messages) => {
        let present = site;
        for (const { peer, message } of messages) {
          const { session } = present.context.peers[peer];
          present = step(present, { type: 'received', from: peer, session, message }).site;
        }
      }),
      { numRuns: 400, seed: 11 },
    );
  });
});
