import { expect, it } from 'vitest';
import type { Header } from '../../models/header.ts';
import type { DiskEvent } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { crashPoints, survivals } from './crash-points.ts';
import { blankHeader, codeOf, maxBlocksPerWrite } from './small-site.ts';

const place = '/site';
/** They differ in their first sector and in their last. */
const promising = (promised: number): Header => ({
  ...blankHeader,
  promised,
  repair: [[[promised]]],
});
/** Of a flush that fails nothing gets through. */
const nothingSurvives = () => 0.9;

/** A site whose promise of 3 is durable, and whose promise of 6 is under way. */
async function siteOf() {
  const disk = new FaultyDisk(nothingSurvives);
  const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
  await backend.persist(promising(3));
  return { disk, persist: () => backend.persist(promising(6)) };
}

/** What is promised by each site that a loss of power leaves, after each event of opening this one. */
async function promisesAfterPowerLossIn(disk: FaultyDisk): Promise<Set<number | string>> {
  const before = disk.copy();
  const events: DiskEvent[] = [];
  disk.recording = events;
  await openSite(place, { disk });
  const promises = new Set<number | string>();
  for (const { disk: dark } of crashPoints(before, events, survivals)) {
    const opened = openSite(place, { disk: dark });
    promises.add(
      await opened.then(
        ({ header }) => header.promised,
        () => codeOf(opened),
      ),
    );
  }
  return promises;
}

it('a header that only the cache has outlives no power, and takes no durable one with it: the process was killed', async () => {
  const { disk, persist } = await siteOf();
  const before = disk.copy();
  const events: DiskEvent[] = [];
  disk.recording = events;
  await persist();
  for (const event of events) if (event.kind === 'write') before.perform(event);
  expect([...(await promisesAfterPowerLossIn(before))].sort()).toEqual([3, 6]);
});

it('a header that only the cache has outlives no power, and takes no durable one with it: the flush failed', async () => {
  const { disk, persist } = await siteOf();
  disk.awaited.set('failFlush', (path) => path.endsWith('/header'));
  expect(await codeOf(persist())).toBe('flush-failed');
  disk.kill();
  expect([...(await promisesAfterPowerLossIn(disk))].sort()).toEqual([3, 6]);
});
