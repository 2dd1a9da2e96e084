import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { Volume } from '../../src/backend/volume.ts';
import { type Arrangement, createArrangement } from '../../src/runtime/arrangement.ts';
import { blocksOf } from './on-fake-time.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const blocks = 16;
const blockBytes = 512;
const bad = 5;

/** Of one block of the primary's volume nothing is read, until it is written again. */
function withBadSector(): { readonly disk: Disk; spoil(): void } {
  let isBad = false;
  const from = Volume.bytes(blocks, blockBytes) - (blocks - bad) * blockBytes;
  const covers = (path: string, offset: number, bytes: number) =>
    isBad && /site-0.volume-0$/.test(path) && offset <= from && offset + bytes > from;
  const disk: Disk = {
    ...nodeDisk,
    async open(path, mode) {
      const file = await nodeDisk.open(path, mode);
      const { read, write } = { read: file.read.bind(file), write: file.write.bind(file) };
      return Object.assign(file, {
        async read(offset: number, bytes: number) {
          if (covers(path, offset, bytes)) throw fault('EIO', path);
          return read(offset, bytes);
        },
        async write(offset: number, parts: readonly Uint8Array[]) {
          const bytes = parts.reduce((sum, { length }) => sum + length, 0);
          if (covers(path, offset, bytes)) isBad = false;
          return write(offset, parts);
        },
      });
    },
  };
  return {
    disk,
    spoil: () => {
      isBad = true;
    },
  };
}

async function levelled(sites: Arrangement): Promise<void> {
  while (!sites.status().level) await new Promise((resume) => setTimeout(resume, 5));
}

it.each(['by a host', 'by an update'])(
  'a sector that the disk has an error for is mended from a mirror when it is read %s',
  async (how) => {
    const { disk, spoil } = withBadSector();
    const options = { storage: { directory }, volumes: [blocks], blockBytes, disk };
    const sites = await createArrangement({ ...options, sidefile: { capacity: 4 } });
    try {
      for (let block = 0; block < blocks; block++) await sites.write(0, block, blocksOf(block, 1));
      await levelled(sites);
      spoil();
      if (how === 'by a host') {
        expect(await sites.read(0, bad, 1).catch(({ code }) => code)).toBe('unreadable');
      } else {
        await sites.stop(2);
        renameSync(join(directory, 'site-2'), join(directory, 'lost'));
        await sites.replace(2);
        await levelled(sites);
      }
      const isMended = () => sites.timeline().some(({ event }) => event.kind === 'mended');
      while (!isMended()) await new Promise((resume) => setTimeout(resume, 5));
      const read = await sites.read(0, bad, 1);
      expect(Buffer.from(read)).toEqual(Buffer.from(blocksOf(bad, 1)));
    } finally {
      await sites.close();
    }
  },
);
