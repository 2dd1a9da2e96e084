import { crc32 } from 'node:zlib';

/**
 * CRC-32 of payloads, each computed once however many sites of this process store it. Payloads do
 * not change once they are given; other bytes, of a disk or a socket, are another object.
 *
 * It is kept on the payload itself: weak keys that die young cost the collector more than the sum is worth.
 */
export function sumOf(payload: Summed): number {
  const before = payload[known];
  if (before !== undefined) return before;
  const sum = crc32(payload);
  payload[known] = sum;
  return sum;
}

const known = Symbol('CRC-32');

type Summed = Uint8Array & { [known]?: number };
