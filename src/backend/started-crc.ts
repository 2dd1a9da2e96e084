import { crc32 } from 'node:zlib';

/**
 * CRC-32 with another start, without reading the content again. The sum is linear: two starts give
 * sums that differ by something that hangs on the starts and the length alone.
 */
export class StartedCrc {
  /** By byte of the start: what it adds to the sum. */
  private readonly tables: readonly Uint32Array[];

  /** `bytes`: length of every content. */
  constructor(bytes: number) {
    const zeroes = new Uint8Array(bytes);
    const without = crc32(zeroes);
    this.tables = [0, 8, 16, 24].map((shift) => {
      const table = new Uint32Array(256);
      for (let bit = 0; bit < 8; bit++) {
        const adds = crc32(zeroes, (1 << (shift + bit)) >>> 0) ^ without;
        for (let value = 1 << bit; value < 256; value++) {
          if ((value >> bit) & 1) table[value]! ^= adds;
        }
      }
      return table;
    });
  }

  /** `crc32(content, start)`, given `crc32(content)`. */
  of(sum: number, start: number): number {
    const [one, two, three, four] = this.tables;
    return (
      (sum ^
        one![start & 255]! ^
        two![(start >>> 8) & 255]! ^
        three![(start >>> 16) & 255]! ^
        four![start >>> 24]!) >>>
      0
    );
  }
}
