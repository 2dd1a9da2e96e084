import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Message } from '../../models/message.ts';
import type { Summary } from '../../models/summary.ts';
import type { Entry, Holding, Range, SiteId } from '../../models/words.ts';
import { type Frame, nakedFrame } from '../../src/transport/port.ts';

/** Frames of every message a site may send, drawn from what its field can be. */

const sequence = fc.oneof(fc.nat(100), fc.maxSafeNat());
const epoch = fc.oneof(fc.nat(30), fc.maxSafeNat());
const site = fc.constantFrom<SiteId>(0, 1, 2);
const word = fc.nat(0xffff_ffff);
const three = <Value>(value: fc.Arbitrary<Value>) => fc.tuple(value, value, value);

/** Ranges with holes between them, from gaps and lengths. */
const ranges = (from: number): fc.Arbitrary<Range[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 2, max: 1e6 }), fc.nat(1e6)), { maxLength: 6 })
    .map((steps) => {
      let last = from;
      return steps.map(([gap, length]) => {
        const first = last + gap;
        last = first + length;
        return { first, last };
      });
    });

const held: fc.Arbitrary<Holding> = fc
  .nat(1e9)
  .chain((contiguous) => ranges(contiguous).map((beyond) => ({ contiguous, ranges: beyond })));

const history = fc.uniqueArray(epoch, { maxLength: 4 }).chain((epochs) => {
  const sorted = epochs.sort((one, other) => one - other);
  return fc.tuple(
    ...sorted.map((number) =>
      fc.record({
        epoch: fc.constant(number),
        primary: site,
        incarnations: three(word),
        syncSet: fc.subarray<SiteId>([0, 1, 2]),
        parent: fc.record({ epoch, sequence }),
        how: fc.constantFrom('genesis' as const, 'majority' as const, 'forced' as const),
        lossBeyond: fc.option(sequence),
      }),
    ),
  );
});

const consistency: fc.Arbitrary<Summary['consistency']> = fc.oneof(
  fc.constant({ kind: 'consistent' as const }),
  fc.record({ kind: fc.constant('staging' as const), epoch, from: site }),
  fc.record({ kind: fc.constant('staged' as const), epoch, through: sequence }),
  fc.record({ kind: fc.constant('inconsistent' as const), epoch, from: site, shippedTo: sequence }),
);

const summary: fc.Arbitrary<Summary> = fc.record({
  site,
  incarnation: word,
  boot: word,
  distance: fc.constantFrom('near' as const, 'far' as const),
  volumes: fc.array(fc.integer({ min: 1, max: 2 ** 31 }), { maxLength: 3 }),
  history,
  promised: epoch,
  held,
  start: sequence,
  committed: sequence,
  settled: sequence,
  windowEnd: sequence,
  bases: three(sequence),
  noted: three(sequence),
  consistency,
  repairCount: sequence,
  damaged: fc.boolean(),
});

const entriesWithPayloads = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 1000 }),
      kind: fc.constantFrom('data' as const, 'zeroes' as const, 'trim' as const),
      epoch,
      extent: fc.record({
        volume: fc.nat(1023),
        first: fc.nat(2 ** 40),
        count: fc.integer({ min: 1, max: 2 ** 20 }),
      }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    }),
    { maxLength: 5 },
  )
  .map((drawn) => {
    let last = 0;
    const entries = drawn.map(({ gap, kind, epoch: of, extent, bytes }): Entry => {
      last += gap;
      const checksum = kind === 'data' ? crc32(bytes) : 0;
      return { epoch: of, sequence: last, extent, kind, checksum };
    });
    const payloads = drawn.map(({ kind, bytes }) => (kind === 'data' ? bytes : new Uint8Array(0)));
    return { entries, payloads };
  });

const blocks = fc
  .uniqueArray(fc.oneof(fc.nat(40), fc.nat(2 ** 41)), { maxLength: 12 })
  .map((drawn) => drawn.sort((one, other) => one - other));

const runs = ranges(0).map((drawn) =>
  drawn.map(({ first, last }) => ({ first, count: last - first + 1 })),
);

const shortRuns = runs.map((drawn) =>
  drawn.map(({ first, count }) => ({ first, count: (count % 5) + 1 })),
);

const naked = fc
  .oneof<fc.Arbitrary<Message>[]>(
    fc.record({
      type: fc.constant('probe' as const),
      epoch: fc.option(epoch, { nil: -1 }),
      rank: word,
    }),
    fc.record({ type: fc.constant('promise' as const), epoch, summary }),
    fc.record({ type: fc.constant('record' as const), summary }),
    fc.record({ type: fc.constant('recordStored' as const), epoch, summary, digest: word }),
    fc.record({ type: fc.constant('stageCommitted' as const), epoch, summary }),
    fc.record({
      type: fc.constant('acknowledged' as const),
      epoch,
      held,
      start: sequence,
      windowEnd: sequence,
    }),
    fc.record({
      type: fc.constant('notice' as const),
      epoch,
      about: site,
      held,
      start: sequence,
    }),
    fc.record({ type: fc.constant('fetch' as const), epoch, ranges: ranges(0) }),
    fc.record({ type: fc.constant('stageReady' as const), epoch, repair: runs }),
    fc.record({ type: fc.constant('sumsDiffer' as const), epoch, runs }),
    fc.record({ type: fc.constant('advance' as const), epoch, committed: sequence }),
  )
  .map(nakedFrame);

const written: fc.Arbitrary<Frame> = fc
  .tuple(
    fc.constantFrom('write' as const, 'fetched' as const),
    epoch,
    sequence,
    entriesWithPayloads,
  )
  .map(([type, of, committed, { entries, payloads }]) => ({
    message:
      type === 'write' ? { type, epoch: of, entries, committed } : { type, epoch: of, entries },
    payloads,
    sums: [],
  }));

const shipped: fc.Arbitrary<Frame> = fc
  .tuple(epoch, blocks, fc.uint8Array({ minLength: 8, maxLength: 8 }), sequence)
  .map(([of, drawn, contents, through]) => ({
    message: { type: 'blocks', epoch: of, blocks: drawn, through },
    payloads: drawn.map(() => contents),
    sums: [],
  }));

const summed: fc.Arbitrary<Frame> = fc.tuple(epoch, shortRuns, word).map(([of, drawn, sum]) => ({
  message: { type: 'sums', epoch: of, runs: drawn },
  payloads: [],
  sums: drawn.flatMap(({ count }) =>
    Array.from({ length: count }, (_, at) => (sum + at) % 2 ** 32),
  ),
}));

export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(naked, written, shipped, summed);
