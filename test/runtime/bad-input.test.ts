import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { cp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../models/event.ts';
import type { BackendError } from '../../src/backend/port.ts';
import { createArrangement, openArrangement } from '../../src/runtime/arrangement.ts';
import type { ArrangementOptions } from '../../src/runtime/arrangement-options.ts';
import type { HostError } from '../../src/runtime/host-error.ts';
import { blocksOf, type Stage, stage } from './on-fake-time.ts';

const good = { storage: 'memory', volumes: [16], blockBytes: 512 } as const;

async function refusalOf(promise: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof promise === 'function' ? promise() : promise);
    return 'taken';
  } catch (error) {
    const { code, message } = error as BackendError | HostError;
    return `${code}: ${message}`;
  }
}

const refused: readonly (readonly [options: object, told: string])[] = [
  [{ storage: undefined }, 'an arrangement without storage'],
  [{ storage: 'tape' }, `an arrangement with storage "tape": neither 'memory' nor a directory nor`],
  [
    { storage: { directory: '' } },
    `an arrangement with storage {"directory":""}: neither 'memory' nor a directory nor`,
  ],
  [{ volumes: [] }, 'an arrangement with volumes []: no volume is named: one at least is needed'],
  [
    { volumes: [16, 0] },
    'an arrangement with volumes [16,0]: volume 1 of 0 blocks is not within 1..2147483648',
  ],
  [{ volumes: [1.5] }, 'volume 0 of 1.5 blocks is not within 1..2147483648'],
  [{ volumes: ['16'] }, 'volume 0 of "16" blocks is not within 1..2147483648'],
  [{ volumes: Array(1025).fill(1) }, 'more than 1024 volumes'],
  ...[-1, Number.NaN, 2 ** 31, '30', null].map(
    (diskTimeout) =>
      [
        { diskTimeout },
        `diskTimeout ${JSON.stringify(Number.isNaN(diskTimeout) ? undefined : diskTimeout) ?? 'NaN'}: no number of milliseconds above 0 to 2147483647, nor 0 or Infinity for no limit`,
      ] as const,
  ),
  [{ blockBytes: 513 }, 'an arrangement with blockBytes 513: no power of two from 512 to 65536'],
  [{ blockBytes: 131072 }, 'no power of two from 512 to 65536'],
  [
    { blocksPerWriteMax: 0 },
    'an arrangement with blocksPerWriteMax 0: no whole number within 1..65536',
  ],
  [
    { blocksPerWriteMax: 65536, blockBytes: 65536 },
    'a write of 4294967296 bytes is beyond the 268435456 of one frame',
  ],
  [
    { blocksPerWriteMax: 16, blockBytes: 4096, tuning: { frameEntries: 4097 } },
    'a frame of 4097 writes of 268500992 bytes is beyond the 268435456 of one frame',
  ],
  [
    { blockBytes: 8192, tuning: { frameBlocks: 65536 } },
    'a frame of 65536 blocks of 536870912 bytes is beyond the 268435456 of one frame',
  ],
  [
    { sidefile: { capacity: 0 } },
    'an arrangement with sidefile {"capacity":0}: with capacity 0: no whole number within 1..2147483648',
  ],
  [{ sidefile: { capacity: 8, limit: 4 } }, 'sidefile: limit 4 is below its capacity 8'],
  [{ sidefile: { limit: 100 } }, 'sidefile: limit 100 is below its capacity 1024'],
  [{ sidefile: { mode: 'elastic' } }, 'with mode "elastic": none of fixed, adaptive'],
  [{ sidefile: { basis: 'n' } }, 'with basis "n": none of newest, oldest'],
  [{ sidefile: { headroom: -1 } }, 'with headroom -1: no whole number within 0..2147483648'],
  [{ sidefile: { size: 3 } }, 'with size: known are mode, capacity, limit, basis, headroom'],
  [{ policies: { onLegLoss: 'panic' } }, 'with onLegLoss "panic": none of stop, continue'],
  [{ policies: { reads: 'fast' } }, 'with reads "fast": none of confirmed, local'],
  [{ policies: { takeover: 'all' } }, 'with takeover "all": none of holder, any'],
  [{ policies: { syncFar: 1 } }, 'with syncFar 1: none of true, false'],
  [
    { distances: ['near', 'far'] },
    'an arrangement with distances ["near","far"]: not near or far for each of three sites',
  ],
  [{ durations: { election: 0 } }, 'with election 0: no number of milliseconds above 0'],
  [
    { durations: { patience: 2 ** 31 } },
    'with patience 2147483648: no number of milliseconds above 0 to 2147483647',
  ],
  [{ links: { silenceMax: Number.POSITIVE_INFINITY } }, 'with silenceMax Infinity: no number of'],
  [{ clock: {} }, 'an arrangement with clock {}: nothing with the function now'],
  [{ disk: 5 }, 'an arrangement with disk 5: nothing with the function kindOf'],
  [{ trace: null }, 'an arrangement with trace null: nothing with the function header'],
  [{ toString: 1 }, 'an arrangement with toString: known are storage, volumes'],
  [{ sidefile: { valueOf: 1 } }, 'with valueOf: known are mode, capacity'],
  [{ durations: { request: Number.NaN } }, 'with request NaN: no number of milliseconds above 0'],
  [{ durations: { jitter: -1 } }, 'with jitter -1: no share within 0..100'],
  [{ links: { lanes: 17 } }, 'with lanes 17: no whole number within 1..16'],
  [{ links: { latency: 3 } }, 'with latency 3: no function'],
  [{ tuning: { frameEntries: 0 } }, 'with frameEntries 0: no whole number within 1..65536'],
  [
    { tuning: { frameBlocks: 2 ** 20 } },
    'with frameBlocks 1048576: no whole number within 1..65536',
  ],
  [{ payloadBytesMax: -1 }, 'with payloadBytesMax -1: no whole number within 0..1099511627776'],
  [{ random: 4 }, 'an arrangement with random 4: no function'],
  [{ random: () => Number.NaN }, 'random gave NaN: no number from 0 to below 1'],
  [{ random: () => 1 }, 'random gave 1: no number from 0 to below 1'],
  [{ stores: () => null }, 'stores gave null for site 0: nothing with the function create'],
  [{ stores: () => ({ create: () => {} }) }, 'for site 0: nothing with the function open'],
  [{ tuning: { weakness: 'haste' } }, 'with weakness "haste": no rule that can be broken'],
  [{ tuning: { weakness: '' } }, 'with weakness "": no rule that can be broken on purpose'],
  [{ tuning: { weakness: 5 } }, 'with weakness 5: no rule that can be broken on purpose'],
  [
    { links: { latency: () => -5 } },
    'from site 0 to 1 it gives -5, not { least, most } in milliseconds from 0 to 2147483647',
  ],
  [{ links: { latency: () => ({ least: 2, most: 1 }) } }, 'it gives {"least":2,"most":1}, not'],
  [
    { links: { latency: (_: number, to: number) => ({ least: 0, most: to < 2 ? 1 : NaN }) } },
    'from site 0 to 2 it gives {"least":0,"most":null}, not',
  ],
  [{ volumes: [-0] }, 'volume 0 of -0 blocks is not within 1..2147483648'],
  [{ volume: [4] }, 'an arrangement with volume: known are storage, volumes'],
];

describe('an arrangement is refused with the value and what is allowed', () => {
  it.each(refused)('%j', async (options, told) => {
    const refusal = await refusalOf(
      createArrangement({ ...good, ...options } as ArrangementOptions),
    );
    expect(refusal).toMatch(/^refused: /);
    expect(refusal).toContain(told);
  });

  it('as it was when it was made: what becomes of the options later changes nothing', async () => {
    const volumes = [16];
    const arrangement = await createArrangement({ ...good, volumes });
    volumes[0] = 64;
    volumes.push(64);
    const bytes = blocksOf(1, 1);
    expect(await refusalOf(arrangement.write(0, 16, bytes))).toMatch(/not within 0\.\.15$/);
    expect(await refusalOf(arrangement.write(1, 0, bytes))).toMatch(/not within 0\.\.0$/);
    await arrangement.close();
  });

  it('numbers of another kind', async () => {
    const refusal = (options: object) =>
      refusalOf(createArrangement({ ...good, ...options } as ArrangementOptions));
    expect(await refusal({ volumes: [16n] })).toContain('volume 0 of 16n blocks is not within');
    expect(await refusal({ blockBytes: 512n })).toContain('with blockBytes 512n: no power of two');
  });

  it('also where they are inherited, and they count where they are sound', async () => {
    const from = (options: object, own: object = {}) =>
      createArrangement(Object.assign(Object.create(options), own) as ArrangementOptions);
    expect(await refusalOf(from({ ...good, volumes: [-5] }))).toContain('volume 0 of -5 blocks');
    expect(await refusalOf(from({ ...good, blockBytes: 777 }))).toContain('blockBytes 777');
    const arrangement = await from({ blockBytes: 1024 }, { storage: 'memory', volumes: [16] });
    expect(await refusalOf(arrangement.write(0, 0, new Uint8Array(512)))).toContain('of 1024');
    await arrangement.close();
  });

  it.each(['storage', 'sidefile', 'links', 'clock'])(
    'and a code, where the option %s throws',
    async (name) => {
      const told = 'refused: an option throws when it is looked at';
      const raise = () => {
        throw new Error('nobody may look at this');
      };
      const own = new Proxy({}, { get: raise, ownKeys: raise });
      const refusals = await Promise.all([
        refusalOf(createArrangement({ ...good, [name]: own } as unknown as ArrangementOptions)),
        refusalOf(
          createArrangement(
            Object.defineProperty({ ...good }, name, { get: raise, enumerable: true }),
          ),
        ),
      ]);
      for (const refusal of refusals) expect(refusal).toBe(told);
    },
  );

  it('whatever is given as an option, it is taken or refused with a code, and never throws otherwise', async () => {
    const names = [
      'volumes',
      'blockBytes',
      'blocksPerWriteMax',
      'sidefile',
      'policies',
      'distances',
      'durations',
      'links',
      'tuning',
      'payloadBytesMax',
      'stores',
      'random',
      'observe',
      'storage',
    ];
    const value = fc.oneof(fc.anything(), fc.constantFrom(0, -1, Number.NaN, '', [], {}, null));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), value, async (name, chosen) => {
        // What may be taken would be carried out: only its fault is of interest here.
        const options = {
          ...good,
          [name]: chosen,
          tuning: name === 'tuning' ? chosen : { none: 1 },
        };
        const refusal = await refusalOf(
          createArrangement(options as unknown as ArrangementOptions),
        );
        expect(refusal).toMatch(/^refused: an arrangement |^refused: sidefile|^taken$/);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('hosts and operators', () => {
  let play: Stage;
  beforeEach(async () => {
    play = await stage();
    await play.until(play.arrangement.write(0, 0, blocksOf(1, 4)));
    await play.pass(100);
  });

  it.each([
    [
      'bytes that are none',
      () => play.arrangement.write(0, 0, 'text' as never),
      'payload-size: what is to be written is no Uint8Array but string',
    ],
    [
      'what looks like bytes and has none',
      () => play.arrangement.write(0, 0, Object.create(Uint8Array.prototype)),
      'payload-size: what is to be written is no Uint8Array but object',
    ],
    [
      'bytes behind something else',
      () => play.arrangement.write(0, 0, new Proxy(blocksOf(1, 1), {})),
      'payload-size: what is to be written is no Uint8Array but object',
    ],
    [
      'bytes whose memory was given away',
      () => {
        const bytes = blocksOf(1, 1);
        structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
        return play.arrangement.write(0, 0, bytes);
      },
      'payload-size: 0 bytes are no whole number of blocks of 512',
    ],
    [
      'no bytes',
      () => play.arrangement.write(0, 0, new Uint8Array(0)),
      'payload-size: 0 bytes are no whole number of blocks of 512',
    ],
    [
      'part of a block',
      () => play.arrangement.write(0, 0, new Uint8Array(513)),
      'payload-size: 513 bytes are no whole number of blocks of 512',
    ],
    [
      'a volume by its name',
      () => play.arrangement.read('0' as never, 0, 1),
      'range: volume "0" is not within 0..1',
    ],
    [
      'beyond the end',
      () => play.arrangement.write(1, 30, blocksOf(1, 3)),
      'range: blocks 30..32 of volume 1 are not within 0..31',
    ],
    [
      'a count that overflows',
      () => play.arrangement.trim(0, 1, 2 ** 52),
      'range: blocks 1..4503599627370496 of volume 0 are not within 0..63',
    ],
    [
      'a block that is no number',
      () => play.arrangement.write(0, '3' as never, blocksOf(1, 1)),
      'range: 1 blocks from "3" of volume 0 are not within 0..63: whole numbers, one block at least',
    ],
    [
      'numbers of another kind',
      () => play.arrangement.read(0, 1n as never, 2n as never),
      'range: 2n blocks from 1n of volume 0 are not within 0..63: whole numbers, one block at least',
    ],
    [
      'what is no number at all',
      () => play.arrangement.zeroes(Symbol('one') as never, 0, 1),
      'range: volume Symbol(one) is not within 0..1',
    ],
    [
      'a site that is no number',
      () => play.arrangement.start(Symbol('one') as never),
      'range: site Symbol(one) is not within 0..2',
    ],
    [
      'a site that is none',
      () => play.arrangement.operate(7 as never, { name: 'force' }),
      'range: site 7 is not within 0..2',
    ],
    [
      'a command that is none',
      () => play.arrangement.operate(0, { name: 'explode' } as never),
      'refused: {"name":"explode"} is no command: its name is one of takeOver, consent, force, switchover, admit, suspend, resume, discard, export, verify',
    ],
    [
      'a command with what is no data',
      () => play.arrangement.operate(0, { name: 'suspend', peer: Symbol('one') } as never),
      'refused: {"name":"suspend"}: a command is an object of plain data',
    ],
    [
      'a command that is about nothing with a text',
      () => play.arrangement.operate(0, { name: 'suspend', peer: Object.create(null) } as never),
      'refused: suspend: site [object Object] is not within 1, 2',
    ],
    [
      'no command',
      () => play.arrangement.operate(0, null as never),
      'refused: null is no command: its name is one of takeOver, consent, force, switchover, admit, suspend, resume, discard, export, verify',
    ],
    [
      'a leg to itself',
      () => play.arrangement.operate(0, { name: 'suspend', peer: 0 }),
      'refused: suspend: site 0 is not within 1, 2',
    ],
    [
      'a leg of a mirror',
      () => play.arrangement.operate(1, { name: 'suspend', peer: 2 }),
      'refused: suspend: site 1 is no primary: no legs',
    ],
    [
      'a switchover by a mirror',
      () => play.arrangement.operate(1, { name: 'switchover', to: 2 }),
      'refused: switchover: site 1 does not serve: only who serves hands over',
    ],
    [
      'consent of a primary',
      () => play.arrangement.operate(0, { name: 'consent', primary: 1 }),
      'refused: consent: site 0 is the primary: a mirror that is blocked asks',
    ],
    [
      'consent to nobody',
      () => play.arrangement.operate(1, { name: 'consent', primary: 3 as never }),
      'refused: consent: site 3 is not within 0..2',
    ],
    [
      'a takeover by the primary',
      () => play.arrangement.operate(0, { name: 'takeOver' }),
      'refused: takeOver: site 0 is the primary already',
    ],
    [
      'the branch of another',
      () => play.arrangement.operate(1, { name: 'discard', branch: 0 }),
      'refused: discard: site 0 gives up its branch itself: give that command to it, not to 1',
    ],
    [
      'admission of a voter',
      () => play.arrangement.operate(0, { name: 'admit', site: 1 }),
      'refused: admit: site 1 has a vote, or a site that has one is there: two votes admit by themselves',
    ],
    [
      'an epoch that cannot be',
      () => play.arrangement.operate(1, { name: 'force', above: -4 }),
      'refused: force: epoch -4 is no whole number within 0..140737488355328: beyond it no numbers would be left for the epochs to come',
    ],
    [
      'an epoch beyond which there are no numbers',
      () => play.arrangement.operate(1, { name: 'force', above: 2 ** 48 - 3 }),
      'refused: force: epoch 281474976710653 is no whole number within 0..140737488355328: beyond it no numbers would be left for the epochs to come',
    ],
    [
      'an export beyond the end',
      () => play.arrangement.exportSuffix(0, 99),
      'refused: site 0 holds nothing beyond 99; give 0..0',
    ],
    [
      'an export without a fork',
      () => play.arrangement.exportSuffix(0),
      'refused: site 0 shares its history with all that run: name the sequence beyond which to export',
    ],
    [
      'a site by a text',
      () => play.arrangement.crash('0' as never),
      'range: site "0" is not within 0..2',
    ],
    [
      'links that are slower by nothing that is a number',
      () => play.arrangement.network.slowDown(Number.NaN),
      'range: links NaN times as slow: a factor is a number from 0',
    ],
    [
      'a plan with itself',
      () => play.arrangement.plan(1, 1),
      'range: site 1 has no plan with itself',
    ],
    ...[
      null,
      'all of it',
      [null],
      [{ site: 3, above: 0, through: 1 }],
      [{ site: 1, above: -1, through: 2 }],
    ].map(
      (consent) =>
        [
          'consent that is none, where none is needed',
          () => play.arrangement.resync(0, 1, consent as never),
          `range: consent is a list of what previewResync told: { site, above, through }, found ${JSON.stringify(consent)}`,
        ] as const,
    ),
    [
      'a resync of itself',
      () => play.arrangement.resync(2, 2),
      'range: site 2 is no target of itself',
    ],
    [
      'a link to itself',
      () => play.arrangement.network.cut(1, 1),
      'range: there is no link between site 1 and site 1',
    ],
    [
      'a link to nowhere',
      () => play.arrangement.network.part(0, 5 as never),
      'range: there is no link between site 0 and site 5',
    ],
    [
      'a link of nobody',
      () => play.arrangement.network.part(null as never, 1),
      'range: there is no link between site null and site 1',
    ],
    [
      'a link of what has no text',
      () => play.arrangement.network.join(Symbol('one') as never, Object.create(null)),
      'range: there is no link between site Symbol(one) and site {}',
    ],
  ] as const)('are told of %s, and nothing changes', async (_, ask, told) => {
    const { arrangement, until, pass } = play;
    const before = JSON.stringify(arrangement.status());
    expect(await refusalOf(async () => ask())).toBe(told);
    await pass(50);
    expect(JSON.stringify(arrangement.status())).toBe(before);
    expect((await until(arrangement.read(0, 3, 1)))[0]).toBe(1);
  });

  it('whatever command, to whatever site: carried out or refused with a code, and what was acknowledged stays', async () => {
    const { arrangement, until, pass } = play;
    const number = fc.constantFrom(0, 0, 1, 1, 2, 2, 3, -1, Number.NaN, 0.5, 2 ** 60);
    const named = fc.constantFrom(
      'takeOver',
      'consent',
      'switchover',
      'suspend',
      'resume',
      'discard',
      'admit',
      'export',
      'verify',
      'none',
    );
    const commands = fc.sample(
      fc.record({
        at: number,
        name: named,
        primary: number,
        to: number,
        peer: number,
        branch: number,
        site: number,
        above: number,
      }),
      { numRuns: 300, seed: 5 },
    );
    let carriedOut = 0;
    for (const { at, ...command } of commands) {
      const refusal = await refusalOf(async () =>
        arrangement.operate(at as 0, command as unknown as Command),
      );
      expect(refusal).toMatch(/^(taken$|refused: |range: )/);
      if (refusal === 'taken') carriedOut++;
      await pass(5);
    }
    expect(carriedOut).toBeGreaterThan(15);
    for (const peer of [0, 1, 2] as const) {
      const { primary } = arrangement.status();
      if (primary !== null && primary !== peer)
        arrangement.operate(primary, { name: 'resume', peer });
    }
    for (let waited = 0; waited < 200 && !arrangement.status().level; waited++) await pass(20);
    expect(arrangement.status().level).toBe(true);
    expect(await until(arrangement.read(0, 0, 4))).toEqual(blocksOf(1, 4));
    expect(arrangement.timeline().map(({ event }) => event.kind)).not.toContain('stoppedItself');
  });

  it('carry out a command as it was given, whatever becomes of it later', async () => {
    const { arrangement, pass } = play;
    const command: { name: string; peer: 1 } = { name: 'suspend', peer: 1 };
    arrangement.operate(0, command as Command);
    command.name = 'explode';
    await pass(5);
    expect(arrangement.loopOf(0)?.site.context.peers[1].phase).toBe('suspended');
  });

  it('write bytes of another realm', async () => {
    const { arrangement, until } = play;
    await until(arrangement.write(0, 9, runInNewContext('new Uint8Array(512).fill(7)')));
    expect(await until(arrangement.read(0, 9, 1))).toEqual(new Uint8Array(512).fill(7));
  });

  it('do not make an arrangement twice: what it holds stays', async () => {
    const { arrangement, until } = await stage();
    await until(arrangement.write(0, 0, blocksOf(7, 1)));
    expect(await refusalOf(arrangement.create())).toBe('refused: the arrangement is made already');
    expect(await until(arrangement.read(0, 0, 1))).toEqual(blocksOf(7, 1));
    await until(arrangement.close());
    expect(await refusalOf(arrangement.create())).toBe('refused: the arrangement is made already');
  });

  it('are told at once that the arrangement is closed', async () => {
    const { arrangement, until, clock } = play;
    await until(arrangement.close());
    const closed = clock.now();
    expect(await refusalOf(arrangement.write(0, 0, blocksOf(2, 1)))).toBe(
      'stopped: the arrangement is stopped',
    );
    expect(await refusalOf(arrangement.read(0, 0, 1))).toMatch(/^stopped: /);
    expect(await refusalOf(arrangement.flush())).toMatch(/^stopped: /);
    expect(await refusalOf(arrangement.start(0))).toMatch(/^stopped: /);
    expect(await refusalOf(arrangement.suffixes(0))).toBe('refused: site 0 is not running');
    expect(clock.now()).toBe(closed);
    await until(arrangement.close());
  });
});

describe('directories', () => {
  let directory: string;
  const options = () => ({
    storage: { directory },
    volumes: [16, 8],
    blockBytes: 512,
    blocksPerWriteMax: 4,
    sidefile: { capacity: 8 },
    // However slow the machine is: none of these is about a bound.
    durations: { request: 60_000 },
  });
  const told = async (given: object = {}) =>
    (await refusalOf(openArrangement({ ...options(), ...given }))).replaceAll(directory, '');

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
    const arrangement = await createArrangement(options());
    await arrangement.write(0, 0, blocksOf(1, 4));
    await arrangement.close();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** Opened as they were made, they still have what was acknowledged. */
  async function areWhole(): Promise<void> {
    const arrangement = await openArrangement(options());
    expect(await arrangement.read(0, 0, 4)).toEqual(blocksOf(1, 4));
    await arrangement.close();
  }

  it.each([
    [{ volumes: [16] }, 'refused: /site-0 was made with volumes 16,8, given is 16'],
    [{ blockBytes: 4096 }, 'refused: /site-0 was made with blockBytes 512, given is 4096'],
    [
      { distances: ['near', 'far', 'near'] },
      'refused: /site-1 was made with distance near, given is far',
    ],
    [{ blocksPerWriteMax: 8 }, 'refused: /site-0 has room for blocksPerWriteMax 4, given is 8'],
    [
      { sidefile: { mode: 'adaptive', capacity: 8, limit: 64 } },
      'refused: /site-0 has room for sidefile limit 8, given is 64',
    ],
    [{ storage: 'memory' }, 'refused: memory holds no arrangement to open: create one'],
  ])('are not opened as something else than they are: %j', async (given, refusal) => {
    expect(await told(given)).toBe(refusal);
    await areWhole();
  });

  it('one that is lost is left out when it is asked for, and made anew: it gets what it lacks', async () => {
    rmSync(join(directory, 'site-2', 'header'));
    expect(await told()).toBe('not-a-site: /site-2/header does not exist');
    for (const none of [7, [3], null]) {
      const refusal = await refusalOf(openArrangement(options(), none as never));
      expect(refusal).toContain('range: sites to leave out are a list of numbers within 0..2');
    }
    const arrangement = await openArrangement(options(), [2]);
    expect(arrangement.loopOf(2)).toBe(null);
    expect(await arrangement.read(0, 0, 4)).toEqual(blocksOf(1, 4));
    await rename(join(directory, 'site-2'), join(directory, 'away'));
    await arrangement.replace(2);
    while (!arrangement.status().level) await new Promise((resume) => setTimeout(resume, 10));
    expect(await arrangement.backendOf(2)!.read(0, 4)).toEqual(blocksOf(1, 4));
    await arrangement.close();
    await areWhole();
  });

  it('one that is still there is not replaced, and runs on', async () => {
    const arrangement = await openArrangement(options());
    expect(await refusalOf(arrangement.replace(2))).toMatch(/^exists: .*site-2 is a site of/);
    expect(arrangement.loopOf(2)?.isRunning).toBe(true);
    await arrangement.close();
    await areWhole();
  });

  it('are not made twice, not even one of them', async () => {
    expect(await refusalOf(createArrangement(options()))).toMatch(
      /^exists: .*site-0 is a site of arrangement/,
    );
    rmSync(join(directory, 'site-0'), { recursive: true });
    expect(await refusalOf(createArrangement(options()))).toMatch(
      /^exists: .*site-1 is a site of arrangement/,
    );
    expect(existsSync(join(directory, 'site-0'))).toBe(false);
  });

  it.each(['header', 'sidefile', 'volume-1', 'stage', 'header.new'])(
    'in which a %s of somebody else is are not made into sites, and it stays as it is',
    async (file) => {
      const place = join(directory, 'site-1');
      for (const site of [0, 1, 2]) rmSync(join(directory, `site-${site}`), { recursive: true });
      mkdirSync(place);
      const diary = `${'\0'.repeat(600)}my diary`;
      writeFileSync(join(place, file), diary);
      const refusal = await refusalOf(createArrangement(options()));
      expect(refusal).toBe(
        `exists: ${join(place, file)} is there already, without the header of a site: move it away`,
      );
      expect(readdirSync(place)).toEqual([file]);
      expect(readFileSync(join(place, file), 'utf8')).toBe(diary);
      rmSync(join(place, file));
      await (await createArrangement(options())).close();
    },
  );

  it('whose header alone is lost are not made anew over the volumes', async () => {
    for (const site of [0, 1, 2]) rmSync(join(directory, `site-${site}`, 'header'));
    expect(await refusalOf(createArrangement(options()))).toMatch(
      /^exists: .*site-0.sidefile is there already, without the header/,
    );
    expect(readdirSync(join(directory, 'site-1'))).toEqual([
      'sidefile',
      'stage',
      'volume-0',
      'volume-1',
    ]);
  });

  it('made with larger writes than are written now: what is sent of them still fits a frame', async () => {
    rmSync(directory, { recursive: true });
    const large = { ...options(), blockBytes: 65536, blocksPerWriteMax: 64 };
    await (await createArrangement(large)).close();
    const given = { ...large, blocksPerWriteMax: 1, tuning: { frameEntries: 65 } };
    expect(await refusalOf(openArrangement(given))).toMatch(
      /^refused: a frame of 65 writes of .*site-0 of 272629760 bytes is beyond/,
    );
  });

  it('in the wrong places, or of two arrangements, are told apart', async () => {
    const [one, two] = [join(directory, 'site-1'), join(directory, 'site-2')];
    await cp(one, join(directory, 'kept'), { recursive: true });
    await rename(one, join(directory, 'aside'));
    await rename(two, one);
    await rename(join(directory, 'aside'), two);
    expect(await told()).toBe('other-arrangement: /site-1 is site 2, not 1');
    await rename(one, join(directory, 'aside'));
    await rename(two, one);
    await rename(join(directory, 'aside'), two);
    const other = mkdtempSync(join(tmpdir(), 'sidefile-'));
    await (await createArrangement({ ...options(), storage: { directory: other } })).close();
    rmSync(one, { recursive: true });
    await cp(join(other, 'site-1'), one, { recursive: true });
    rmSync(other, { recursive: true });
    expect(await told()).toMatch(
      /^other-arrangement: .* needed: .site-0 of \w+, .site-1 of \w+, .site-2 of \w+$/,
    );
    rmSync(one, { recursive: true });
    await rename(join(directory, 'kept'), one);
    await areWhole();
  });

  it.each(['header', 'sidefile', 'volume-1', 'stage'])(
    'with a %s that is truncated or foreign are refused with a code',
    async (file) => {
      const path = join(directory, 'site-1', file);
      await cp(path, `${path}.kept`);
      truncateSync(path, 100);
      expect(await told()).toMatch(`header-unreadable: /site-1/${file}: both copies`);
      writeFileSync(path, 'my diary');
      expect(await told()).toMatch(`not-a-site: /site-1/${file} is not a file of a site`);
      rmSync(path);
      await rename(`${path}.kept`, path);
      await areWhole();
    },
  );
});
