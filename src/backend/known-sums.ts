import { crc32 } from 'node:zlib';

/**
 * CRC-32 of payloads, each computed once however many sites of this process store it. Payloads do
 * not change once they are given; other bytes, of a disk or a socket, are another object.
 */
const known = new WeakMap<Uint8Array, number>();

export function sumOf(payload: Uint8Array): number {
  const before = known.get(payload);
  if (before !== undefined) return before;
  const sum = crc32(payload);
  known.set(payload, sum);
  return sum;
}
