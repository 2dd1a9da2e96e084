import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bits,
  blocksOf,
  noBits,
  withBlocks,
  withoutBlocks,
  withRuns,
} from '../../models/bits.ts';
import { decodeBits, encodeBits } from '../../src/backend/bits-codec.ts';
import { CheckedFile } from '../../src/backend/checked-file.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import {
  decodeHeader,
  encodeHeader,
  type KeptHeader,
  slotBytesFor,
} from '../../src/backend/header-codec.ts';
import { HeaderSlots } from '../../src/backend/header-slots.ts';
import { decodeHead, encodeHead, headBytes, type Record } from '../../src/backend/record.ts';
import { blankHeader, genesis, nextRecord } from './small-site.ts';

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const word = fc.integer({ min: 0, max: 0xffffffff });

const records: fc.Arbitrary<Record> = fc.record({
  place: count,
  length: count,
  entry: fc.option(
    fc.record({
      epoch: count,
      sequence: count,
      extent: fc.record({ volume: word, first: count, count: word }),
      kind: fc.constantFrom('data' as const, 'zeroes' as const, 'trim' as const),
      checksum: word,
    }),
  ),
  committed: count,
  committedEpoch: fc.integer({ min: -1 }),
  flushedPlace: count,
  flushedSequence: count,
  generation: count,
  before: fc.array(fc.record({ place: count, epoch: count, sequence: count }), { maxLength: 8 }),
});

/** Also beyond a page, and whole pages. */
const starts = fc.oneof(fc.nat(9000), fc.nat(2 ** 22));
const lengths = fc.oneof(fc.nat(5000), fc.nat(2 ** 21));

const bitmaps: fc.Arbitrary<Bits> = fc
  .array(fc.tuple(starts, lengths, fc.boolean()), { maxLength: 6 })
  .map((runs) =>
    runs.reduce<Bits>(
      (bits, [first, length, set]) => (set ? withBlocks : withoutBlocks)(bits, first, length),
      noBits,
    ),
  );

describe('records', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(records, word, (record, seed) => {
        expect(decodeHead(encodeHead(record, seed), record.place, seed)).toEqual(record);
      }),
    );
  });

  it('are refused with any byte changed, at another place, for another site', () => {
    const [record] = fc.sample(records, { seed: 5, numRuns: 1 });
    const bytes = encodeHead(record!, 77);
    for (let at = 0; at < headBytes; at++) {
      for (const bit of [1, 16, 128]) {
        const changed = bytes.slice();
        changed[at]! ^= bit;
        expect(decodeHead(changed, record!.place, 77)).toBeUndefined();
      }
    }
    expect(decodeHead(bytes, record!.place + 512, 77)).toBeUndefined();
    expect(decodeHead(bytes, record!.place, 78)).toBeUndefined();
  });
});

describe('headers', () => {
  const kept = (repair: Bits, old: Bits): KeptHeader => ({
    header: {
      ...blankHeader,
      history: [genesis, nextRecord(4, 9)],
      repair,
      peers: [blankHeader.peers[0], { ...blankHeader.peers[1], old }, blankHeader.peers[2]],
    },
    committed: 9,
    committedEpoch: 4,
    tail: 512,
    flushedPlace: 1024,
    flushedSequence: 9,
    flushes: [3, 4],
    stageFlushes: 5,
  });

  it('come back as they were written, in the same order of keys', () => {
    fc.assert(
      fc.property(bitmaps, bitmaps, (repair, old) => {
        const header = kept(repair, old);
        expect(JSON.stringify(decodeHeader(encodeHeader(header)).header)).toBe(
          JSON.stringify(header.header),
        );
        expect(decodeHeader(encodeHeader(header))).toEqual(header);
      }),
    );
  });

  it('hold a whole volume of a million blocks in 3 bytes, any bitmap in 13 % more than its bits', () => {
    const all = withBlocks(noBits, 0, 1 << 20);
    expect(encodeBits(all).length).toBeLessThanOrEqual(3);
    let worst: Bits = noBits;
    for (let block = 0; block < 1 << 16; block += 2) worst = withBlocks(worst, block, 1);
    expect(encodeBits(worst).length).toBeLessThan(1.13 * (1 << 13));
    fc.assert(
      fc.property(bitmaps, (bits) => {
        expect(decodeBits(encodeBits(bits))).toEqual(bits);
      }),
    );
  });

  it('come back also where only the last of 2^37 blocks is in a bitmap', () => {
    const last = 2 ** 37 - 1;
    const bits = decodeBits(encodeBits(withBlocks(noBits, last, 1)));
    expect(blocksOf(bits)).toEqual([last]);
    expect(encodeBits(bits).length).toBeLessThan(300);
  });

  it('fit their slot, however the blocks lie: what is left of it is for the history', () => {
    const fits = (bits: Bits) => {
      const blocks = (blocksOf(bits).at(-1) ?? -1) + 1;
      const left = slotBytesFor(blocks, 0) - 7 * encodeBits(bits).length;
      expect(left).toBeGreaterThanOrEqual(512 * 1024);
    };
    for (const blocks of [1, 2048, 2049, 2 ** 19, 2 ** 19 + 1, 2 ** 20 + 2048]) {
      for (const step of [2, 31, 64, 2048, 4096]) {
        const runs = [];
        for (let first = (blocks - 1) % step; first < blocks; first += step) {
          runs.push({ first, count: 1 });
        }
        fits(withRuns(noBits, runs));
      }
    }
    fc.assert(fc.property(bitmaps, fits));
  });

  it('survive any one byte of any slot, and fall back only when both copies of the newest are bad', async () => {
    const disk = new FaultyDisk();
    const file = new CheckedFile('/slots', await disk.open('/slots', 'create'));
    const slots = new HeaderSlots(file, 1024, 512, 9);
    await slots.write({ generation: 6, content: Uint8Array.of(6) });
    await slots.write({ generation: 7, content: Uint8Array.of(7, 7) });
    for (let at = 0; at < HeaderSlots.bytes(512); at++) {
      const other = disk.copy();
      const broken = new CheckedFile('/slots', await other.open('/slots', 'write'));
      const [byte] = await broken.read(1024 + at, 1);
      await broken.write(1024 + at, [Uint8Array.of(byte! ^ 4)]);
      const found = await new HeaderSlots(broken, 1024, 512, 9).read();
      expect(found?.generation).toBe(7);
    }
    for (const copy of [1, 3]) await file.write(1024 + copy * 512 + 20, [Uint8Array.of(1)]);
    expect((await slots.read())?.generation).toBe(6);
    const moved = await file.read(1024, 512);
    await file.write(1024 + 512, [moved]);
    expect((await slots.read())?.generation).toBe(6);
  });
});
