import { expect, it } from 'vitest';
import { CheckedFile } from '../../src/backend/checked-file.ts';
import type { DiskFile } from '../../src/backend/disk.ts';
import { Sectors } from '../../src/backend/sectors.ts';
import { Volume } from '../../src/backend/volume.ts';

const blockBytes = 512;
/** Blocks whose checksums lie in one page of the table, and pages that are kept in memory. */
const pageBlocks = 1024;
const pagesKept = 4096;

/** A file that holds only what was written into it. */
function sparse(): DiskFile {
  const sectors = new Sectors();
  return {
    device: false,
    size: async () => 2 ** 40,
    read: async (offset, length) => {
      const from = Math.floor(offset / 512) * 512;
      const bytes = sectors.read(from, Math.ceil((offset + length - from) / 512) * 512);
      return bytes.subarray(offset - from, offset - from + length);
    },
    write: async (offset, parts) => {
      const bytes = Buffer.concat(parts);
      for (let at = 0; at < bytes.length; at += 512) {
        const sector = new Uint8Array(512);
        sector.set(bytes.subarray(at, at + 512));
        sectors.set((offset + at) / 512, sector);
      }
      return bytes.length;
    },
    flush: async () => {},
    truncate: async () => {},
    lock: async () => true,
    close: async () => {},
  };
}

it.each([
  ['written', (volume: Volume, at: number) => volume.write(at, [new Uint8Array(1024).fill(7)]), 7],
  ['zeroed', (volume: Volume, at: number) => volume.zero(at, 2), 0],
])(
  'blocks on both sides of a page of a table larger than what is kept of it are %s',
  async (_, change, fill) => {
    const blocks = (pagesKept + 2) * pageBlocks;
    const volume = new Volume(new CheckedFile('volume', sparse()), {
      volume: 0,
      blocks,
      blockBytes,
      seed: 1,
    });
    await volume.create();
    // All that fits is kept: the first page for the longest, the second not at all.
    for (const page of [0, ...Array.from({ length: pagesKept - 1 }, (_, index) => index + 2)]) {
      await volume.read(page * pageBlocks, 1);
    }
    await change(volume, pageBlocks - 1);
    await volume.flush(0);
    expect(await volume.read(pageBlocks - 1, 2)).toEqual(new Uint8Array(1024).fill(fill));
  },
);
