import { describe, expect, it } from 'vitest';
import type { Entry } from '../../models/words.ts';
import type { Backend } from '../../src/backend/port.ts';
import { OwnCopies } from '../../src/runtime/own-copies.ts';
import { Payloads } from '../../src/runtime/payloads.ts';

const entry = (sequence: number, epoch = 0): Entry => ({
  epoch,
  sequence,
  extent: { volume: 0, first: 0, count: 1 },
  kind: 'data',
  checksum: 0,
});
const bytesOf = (sequence: number) => new Uint8Array(8).fill(sequence);

/** Asks no disk in these tests. */
const payloads = (bytesMax: number) => new Payloads({} as Backend, bytesMax);

describe('payloads at hand', () => {
  it('are never more bytes than allowed, and the newest of them', () => {
    const kept = payloads(64);
    for (let newest = 1; newest <= 100; newest++) {
      kept.keep(entry(newest), bytesOf(newest));
      const atHand = Array.from({ length: newest }, (_, index) => index + 1).filter(
        (sequence) => kept.atHand(entry(sequence)) !== null,
      );
      expect(atHand.length * 8).toBeLessThanOrEqual(64);
      expect(atHand.at(-1)).toBe(newest);
      expect(atHand.length).toBeGreaterThanOrEqual(Math.min(newest, 5));
      expect(newest - atHand[0]! + 1).toBe(atHand.length);
    }
  });

  it('are those of the epoch that is asked for, whichever was kept last', () => {
    const kept = payloads(64);
    kept.keep(entry(1, 0), bytesOf(1));
    for (let sequence = 2; sequence <= 5; sequence++) kept.keep(entry(sequence), bytesOf(sequence));
    kept.keep(entry(1, 3), bytesOf(9));
    expect(kept.atHand(entry(1, 0))).toBeNull();
    expect(kept.atHand(entry(1, 3))).toEqual(bytesOf(9));
  });

  it('are none when none are allowed', () => {
    const kept = payloads(0);
    kept.keep(entry(1), bytesOf(1));
    expect(kept.atHand(entry(1))).toBeNull();
  });
});

describe('copies of what hosts give', () => {
  // A slice of a Buffer is no copy, unlike that of any other Uint8Array.
  it.each([
    ['bytes', (size: number) => new Uint8Array(size)],
    ['a Buffer', (size: number) => Buffer.alloc(size)],
  ])('of %s stay what they were, whatever the host and later copies do', (_, made) => {
    const copies = new OwnCopies();
    const sizes = [4096, 512, 1 << 17, 4096, (1 << 15) + 1, ...Array(200).fill(4096)];
    const given = sizes.map((size: number, index) => made(size).fill(index));
    const own = given.map((bytes) => copies.of(bytes));
    for (const bytes of given) bytes.fill(255);
    own.forEach((bytes, index) => {
      const wanted = new Uint8Array(sizes[index]!).fill(index);
      expect(Buffer.compare(bytes, wanted)).toBe(0);
    });
  });
});
