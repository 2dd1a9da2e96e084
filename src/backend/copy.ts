import { crc32 } from 'node:zlib';
import type { DiskFile } from './disk.ts';

/** Bytes of one file that go to a place of another, if their CRC-32 is still what it was. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly checksum: number;
}

export interface Copied {
  /** How many were copied, the first ones. Fewer than asked for: the next one has another checksum. */
  readonly stretches: number;
  /** CRC-32 of each `unitBytes` of what was copied, in order. */
  readonly sums: Uint32Array;
}

/** What a thread copied, and what of it is not flushed yet: see `workOf`. */
export interface CopiedByThread extends Copied {
  readonly unflushed: number;
}

/** What a disk has to do for bytes in one run: as much again as so many of them for going where it begins. */
export const workOf = (bytes: number): number => goingBytes + bytes;

/** Flushed after so much work: 64 blocks of 4 KiB that lie apart, or 158 in a row. */
export const unflushedMax = 640 << 10;
const goingBytes = 6 << 10;

/** Copies in order, by a read and a write each. Rejects with a short write or what the files reject with. */
export async function copyStretches(
  source: DiskFile,
  target: DiskFile,
  stretches: readonly Stretch[],
  unitBytes: number,
): Promise<Copied> {
  const sums: number[] = [];
  for (const [index, { from, to, bytes, checksum }] of stretches.entries()) {
    const content = await source.read(from, bytes);
    if (content.length !== bytes || crc32(content) !== checksum)
      return { stretches: index, sums: Uint32Array.from(sums) };
    const written = await target.write(to, [content]);
    if (written !== bytes) throw shortWrite(written, bytes);
    sums.push(...sumsOf(content, unitBytes, checksum));
  }
  return { stretches: stretches.length, sums: Uint32Array.from(sums) };
}

export function sumsOf(content: Uint8Array, unitBytes: number, checksum: number): number[] {
  if (content.length === unitBytes) return [checksum];
  const sums: number[] = [];
  for (let at = 0; at < content.length; at += unitBytes) {
    sums.push(crc32(content.subarray(at, at + unitBytes)));
  }
  return sums;
}

export const shortWriteCode = 'SHORT';

export function shortWrite(written: number, bytes: number): Error {
  return Object.assign(new Error(`${written} of ${bytes} bytes were written`), {
    code: shortWriteCode,
  });
}

export const flushFailedCode = 'FLUSH';

export function flushFailed({ message }: Error): Error {
  return Object.assign(new Error(message), { code: flushFailedCode });
}

/** As numbers in one piece of memory they change threads without being copied one by one. */
export function packed(stretches: readonly Stretch[]): Float64Array {
  const numbers = new Float64Array(4 * stretches.length);
  stretches.forEach(({ from, to, bytes, checksum }, index) => {
    numbers[4 * index] = from;
    numbers[4 * index + 1] = to;
    numbers[4 * index + 2] = bytes;
    numbers[4 * index + 3] = checksum;
  });
  return numbers;
}

export function unpacked(numbers: Float64Array): Stretch[] {
  return Array.from({ length: numbers.length / 4 }, (_, index) => ({
    from: numbers[4 * index]!,
    to: numbers[4 * index + 1]!,
    bytes: numbers[4 * index + 2]!,
    checksum: numbers[4 * index + 3]!,
  }));
}
