import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { Volume } from '../../src/backend/volume.ts';
import { type Arrangement, createArrangement } from '../../src/runtime/arrangement.ts';
import { withBadSectors } from '../backend/bad-sectors.ts';
import { blocksOf } from './on-fake-time.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const blocks = 16;
const blockBytes = 512;
const bad = 5;

/** Of the primary's volume. */
const sector = Volume.bytes(blocks, blockBytes) - (blocks - bad) * blockBytes;

async function levelled(sites: Arrangement): Promise<void> {
  while (!sites.status().level) await new Promise((resume) => setTimeout(resume, 5));
}

it.each(['by a host', 'by an update'])(
  'a sector that the disk has an error for is mended from a mirror when it is read %s',
  async (how) => {
    const spoilt = new Set<number>();
    const disk = withBadSectors(nodeDisk, join(directory, 'site-0', 'volume-0'), spoilt);
    const options = { storage: { directory }, volumes: [blocks], blockBytes, disk };
    const sites = await createArrangement({ ...options, sidefile: { capacity: 4 } });
    try {
      for (let block = 0; block < blocks; block++) await sites.write(0, block, blocksOf(block, 1));
      await levelled(sites);
      spoilt.add(sector);
      if (how === 'by a host') {
        const told = { code: 'unreadable', message: expect.stringMatching(/ask again$/) };
        await expect(sites.read(0, bad, 1)).rejects.toMatchObject(told);
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
