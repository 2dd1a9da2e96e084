import { crc32 } from 'node:zlib';
import type { Entry, Epoch, Sequence, WriteKind } from '../../models/words.ts';
import { sectorBytes, sectorsUp } from './disk.ts';

/**
 * A record of the sidefile: one sector of head, then the payload. Places are counted on and on,
 * never modulo the ring, so a record of an earlier lap is never taken for one of this lap.
 */
export interface Record {
  readonly place: number;
  /** Bytes up to the next record. */
  readonly length: number;
  /** null: nothing is kept here (the end of the ring, or what a torn write left). */
  readonly entry: Entry | null;
  /** c as known when this was stored, and the newest epoch then. */
  readonly committed: Sequence;
  readonly committedEpoch: Epoch;
  /** Everything before this place was flushed before this record was written. */
  readonly flushedPlace: number;
  /** Largest sequence flushed before. */
  readonly flushedSequence: Sequence;
  /** Generation of the last header flushed before. */
  readonly generation: number;
  /** The records just before this one, nearest last: names them if they become unreadable. */
  readonly before: readonly Named[];
}

export interface Named {
  readonly place: number;
  readonly epoch: Epoch;
  readonly sequence: Sequence;
}

export const headBytes = sectorBytes;
export const namedMax = 8;

export function recordBytes(entry: Entry, blockBytes: number): number {
  return headBytes + (entry.kind === 'data' ? sectorsUp(entry.extent.count * blockBytes) : 0);
}

/** The head binds everything it says to the site (seed) and the place. */
export function encodeHead(record: Record, seed: number): Uint8Array {
  const at = carve();
  const { bytes, words, numbers } = slab;
  const word = at / 4;
  const number = (at + numbersAt) / 8;
  const { entry, before } = record;
  words[word] = magic;
  words[word + 1] = entry ? kinds.indexOf(entry.kind) : skip;
  words[word + 2] = entry ? entry.checksum : 0;
  words[word + 3] = before.length;
  numbers[number] = record.place;
  numbers[number + 1] = record.length;
  numbers[number + 2] = record.committed;
  numbers[number + 3] = record.committedEpoch;
  numbers[number + 4] = record.flushedPlace;
  numbers[number + 5] = record.flushedSequence;
  numbers[number + 6] = record.generation;
  if (entry) {
    numbers[number + 7] = entry.epoch;
    numbers[number + 8] = entry.sequence;
    numbers[number + 9] = entry.extent.volume;
    numbers[number + 10] = entry.extent.first;
    numbers[number + 11] = entry.extent.count;
  }
  for (let index = 0, named = number + fixedNumbers; index < before.length; index++, named += 3) {
    numbers[named] = before[index]!.place;
    numbers[named + 1] = before[index]!.epoch;
    numbers[named + 2] = before[index]!.sequence;
  }
  words[(at + checksumAt) / 4] = crc32(bytes.subarray(at, at + checksumAt), seed);
  return bytes.subarray(at, at + headBytes);
}

/** The head at `place`, or undefined if these bytes are not one. */
export function decodeHead(bytes: Uint8Array, place: number, seed: number): Record | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headBytes);
  if (view.getUint32(0, true) !== magic || view.getFloat64(numbersAt, true) !== place) {
    return undefined;
  }
  if (view.getUint32(checksumAt, true) !== crc32(bytes.subarray(0, checksumAt), seed)) {
    return undefined;
  }
  const numberAt = (index: number) => view.getFloat64(numbersAt + 8 * index, true);
  const kind = view.getUint32(4, true);
  const before: Named[] = [];
  for (let index = 0; index < view.getUint32(12, true); index++) {
    const at = fixedNumbers + 3 * index;
    before.push({ place: numberAt(at), epoch: numberAt(at + 1), sequence: numberAt(at + 2) });
  }
  return {
    place,
    length: numberAt(1),
    committed: numberAt(2),
    committedEpoch: numberAt(3),
    flushedPlace: numberAt(4),
    flushedSequence: numberAt(5),
    generation: numberAt(6),
    entry: kind === skip ? null : entryAt(kind, view.getUint32(8, true), numberAt),
    before,
  };
}

function entryAt(kind: number, checksum: number, numberAt: (index: number) => number): Entry {
  return {
    epoch: numberAt(7),
    sequence: numberAt(8),
    extent: { volume: numberAt(9), first: numberAt(10), count: numberAt(11) },
    kind: kinds[kind]!,
    checksum,
  };
}

const magic = 0x64726365;
const kinds: readonly WriteKind[] = ['data', 'zeroes', 'trim'];
const skip = 3;
const numbersAt = 16;
const fixedNumbers = 12;
const checksumAt = headBytes - 4;

if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
  throw new Error('the formats of this backend are little-endian, this machine is not');
}

/** Heads are cut from larger buffers, each byte used once: allocating is what costs most. */
function carve(): number {
  if (carved === slabBytes) {
    slab = newSlab();
    carved = 0;
  }
  const at = carved;
  carved += headBytes;
  return at;
}

function newSlab() {
  const bytes = new ArrayBuffer(slabBytes);
  return {
    bytes: new Uint8Array(bytes),
    words: new Uint32Array(bytes),
    numbers: new Float64Array(bytes),
  };
}

const slabBytes = 128 * headBytes;
let slab = newSlab();
let carved = 0;
