import { expect, it } from 'vitest';
import type { Header } from '../../models/header.ts';
import { type DiskEvent, noFaults } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, inspectSite, openSite } from '../../src/backend/file.ts';
import { crashPoints, survivals } from './crash-points.ts';
import {
  blankHeader,
  codeOf,
  maxBlocksPerWrite,
  nextRecord,
  randomFrom,
  writeOf,
} from './small-site.ts';

/** Records of epochs are kept for ever: a header outgrows whatever room it was made with. */

const place = '/site';
/** More than the slots of a new site hold, and so many that they have to double twice. */
const [many, more] = [6000, 20_000];

const ofEpochs = (count: number): Header => ({
  ...blankHeader,
  history: [
    ...blankHeader.history,
    ...Array.from({ length: count }, (_, index) => nextRecord(3 * index + 4, 1)),
  ],
});

async function newSite(disk = new FaultyDisk(randomFrom(1), { ...noFaults, lose: 1 })) {
  const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
  await backend.store([writeOf(1)], 0);
  return { disk, backend };
}

const epochsIn = async (disk: FaultyDisk): Promise<number> => {
  const { header, entries, backend } = await openSite(place, { disk });
  expect(entries).toEqual([writeOf(1).entry]);
  await backend.persist({ ...header, boot: header.boot + 1 });
  await backend.close();
  return header.history.length - 1;
};

it('goes into a larger file, again and again, and is found there by whoever opens the site or looks at it', async () => {
  const { disk, backend } = await newSite();
  for (const count of [many, more]) {
    await backend.persist(ofEpochs(count));
    expect((await inspectSite(place, { disk })).header).toEqual(ofEpochs(count));
  }
  expect(await codeOf(openSite(place, { disk }))).toBe('locked');
  await backend.close();
  expect(await disk.list(place)).not.toContain('header.new');
  expect(await epochsIn(disk)).toBe(more);
  expect(await codeOf(createSite(place, blankHeader, { disk }))).toBe('exists');
});

it('is the old one or the new one, however power is lost or the process is killed while it grows', async () => {
  const { disk, backend } = await newSite();
  const before = disk.copy();
  const events: DiskEvent[] = [];
  disk.recording = events;
  await backend.persist(ofEpochs(many));
  const found = new Set<number>();
  for (const { disk: dark } of crashPoints(before, events, survivals)) {
    found.add(await epochsIn(dark));
  }
  for (const event of [null, ...events]) {
    if (event) before.perform(event);
    const killed = before.copy();
    killed.kill();
    const kept = await epochsIn(killed);
    killed.crash(() => () => false);
    expect(await epochsIn(killed)).toBe(kept);
  }
  expect([...found].sort()).toEqual([0, many]);
});

it('without room for a larger file the site stops, loses nothing, and goes on once there is room', async () => {
  const { disk, backend } = await newSite();
  disk.faults = { ...noFaults, spaceBytes: disk.usedBytes };
  expect(await codeOf(backend.persist(ofEpochs(many)))).toBe('full');
  disk.kill();
  expect(await epochsIn(disk)).toBe(0);
  disk.faults = noFaults;
  const again = await openSite(place, { disk });
  await again.backend.persist(ofEpochs(many));
  await again.backend.close();
  expect(await epochsIn(disk)).toBe(many);
});
