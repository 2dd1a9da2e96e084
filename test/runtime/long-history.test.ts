import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Header } from '../../models/header.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { createArrangement } from '../../src/runtime/arrangement.ts';
import { fileStore, memoryStore, type SiteStore } from '../../src/runtime/site-store.ts';
import { limits } from '../../src/transport/wire/limits.ts';
import { blocksOf, stage } from './on-fake-time.ts';

/** Sites that have seen so many epochs before they are started. */
const aged = (store: SiteStore, epochs: number): SiteStore => ({
  ...store,
  async create(header: Header) {
    const made = await store.create(header);
    const [genesis] = header.history;
    const later = Array.from({ length: epochs }, (_, index) => {
      const parent = { epoch: 3 * index, sequence: 0 };
      return { ...genesis!, epoch: 3 * index + 3, parent, how: 'majority' as const };
    });
    const history = [genesis!, ...later];
    await made.backend.persist({ ...header, history, promised: 3 * epochs });
    return made;
  },
});

it('a site hears long before that no link will take its history any more', async () => {
  for (const [epochs, isTold] of [
    [limits.recordsMax / 2 - 100, false],
    [limits.recordsMax / 2, true],
  ] as const) {
    const stores = (_: number, shape: Parameters<typeof memoryStore>[0]) =>
      aged(memoryStore(shape), epochs);
    const { arrangement, until } = await stage({ stores });
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    const { sites, waits } = arrangement.status();
    expect(sites[0]!.epochRecords).toBeGreaterThan(epochs);
    const told = waits.filter(({ what }) => /epoch records, and beyond 65536 no link/.test(what));
    expect(told.length > 0).toBe(isTold);
    await until(arrangement.close());
  }
});

it('on files an arrangement goes on beyond the epochs that its headers were made with room for', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  try {
    const sites = await createArrangement({
      storage: { directory },
      volumes: [16],
      blockBytes: 512,
      sidefile: { capacity: 8 },
      durations: { request: 60_000 },
      stores: (site, shape) => aged(fileStore(join(directory, `${site}`), shape, nodeDisk), 4000),
    });
    await sites.write(0, 0, blocksOf(1, 1));
    await sites.restart(0);
    await sites.write(0, 1, blocksOf(2, 1));
    expect(sites.status().sites[1]!.epochRecords).toBeGreaterThan(4001);
    expect(await sites.read(0, 0, 1)).toEqual(blocksOf(1, 1));
    expect(await sites.read(0, 1, 1)).toEqual(blocksOf(2, 1));
    await sites.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
