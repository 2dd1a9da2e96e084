import { describe, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import type { DiskEvent } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { slotBytesFor } from '../../src/backend/header-codec.ts';
import { labelsBytes } from '../../src/backend/label.ts';
import type { BackendError, StoredWrite } from '../../src/backend/port.ts';
import { withBadSectors } from './bad-sectors.ts';
import {
  allBlocks,
  blankHeader,
  blockBytes,
  capacity,
  codeOf,
  imageOf,
  maxBlocksPerWrite,
  randomFrom,
  writeOf,
} from './small-site.ts';

/** A site with four entries kept, everything applied and settled, and closed. */
async function settledSite() {
  const disk = new FaultyDisk(randomFrom(3));
  const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
  const before = disk.copy();
  const events: DiskEvent[] = [];
  disk.recording = events;
  const writes = Array.from({ length: 9 }, (_, index) =>
    writeOf(index + 1, { volume: index % 2, first: index % 6, count: 1 + (index % 2) }),
  );
  for (const write of writes) {
    const { sequence } = write.entry;
    await backend.store([write], sequence - 1);
    await backend.store([], sequence);
    await backend.apply([write.entry]);
    await backend.flush();
    const start = Math.max(1, sequence - 3);
    await backend.persist({ ...blankHeader, settled: sequence, committed: sequence, start });
    backend.retire(start);
  }
  await backend.close();
  disk.recording = null;
  return { disk, before, events, writes };
}

/** What becomes of a site, how often, when each sector of each of its files is spoilt in turn. */
async function outcomesOf(
  spoilt: (disk: FaultyDisk, path: string, offset: number) => Disk,
): Promise<Map<string, number>> {
  const { disk, writes } = await settledSite();
  const outcomes = new Map<string, number>();
  for (const name of ['header', 'sidefile', 'volume-0', 'volume-1', 'stage']) {
    const path = `/site/${name}`;
    const size = await (await disk.open(path, 'read')).size();
    for (let offset = 0; offset < Math.min(size, 80_000); offset += 512) {
      const outcome = await nothingSilent(spoilt(disk.copy(), path, offset), writes);
      outcomes.set(outcome, 1 + (outcomes.get(outcome) ?? 0));
    }
  }
  return outcomes;
}

/** Opens and reads everything: right, or named as damaged, or refused as a whole. */
async function nothingSilent(disk: Disk, writes: readonly StoredWrite[]): Promise<string> {
  const outcomes = new Set<string>();
  let found: Awaited<ReturnType<typeof openSite>>;
  try {
    found = await openSite('/site', { disk });
  } catch (error) {
    return `refused: ${(error as BackendError).code}`;
  }
  expect(found.header.settled).toBe(9);
  const kept = new Map(found.entries.map((entry) => [entry.sequence, entry]));
  for (const { entry, payload } of writes.slice(-4)) {
    if (!kept.has(entry.sequence)) {
      expect(found.damage).toContain(entry.sequence);
      outcomes.add('damage');
      continue;
    }
    expect(kept.get(entry.sequence)).toEqual(entry);
    expect(Buffer.compare(await found.backend.payload(entry), payload)).toBe(0);
  }
  const image = imageOf(writes, 9);
  for (let block = 0; block < allBlocks; block++) {
    const bytes = await found.backend.read(block, 1).catch((error) => (error as BackendError).code);
    if (bytes === 'rot' || bytes === 'io') outcomes.add(bytes);
    else if (
      !image
        .subarray(block * blockBytes, (block + 1) * blockBytes)
        .every((byte, at) => byte === bytes[at])
    ) {
      throw new Error(`block ${block} is silently wrong`);
    }
  }
  return [...outcomes].sort().join() || 'unharmed';
}

describe('what rots is found and never returned', () => {
  it('RECOVERY-60: one bit in any sector of any file of a site', async () => {
    const outcomes = await outcomesOf((disk, path, offset) => {
      disk.rot(path, offset + ((offset / 512) % 512));
      return disk;
    });
    expect([...outcomes.keys()].sort()).toEqual(['damage', 'rot', 'unharmed']);
  });

  it('one sector of any file of a site that the disk has an error for', async () => {
    const outcomes = await outcomesOf((disk, path, offset) =>
      withBadSectors(disk, path, new Set([offset])),
    );
    // The one where the next record goes: it could be that of a write that is stored.
    expect(outcomes.get('refused: io')).toBe(1);
    expect([...outcomes.keys()].sort()).toEqual(['damage', 'io', 'refused: io', 'unharmed']);
  });

  it.each([0, 1])(
    'both copies of a header (pair %i) that the disk has an error for: it may be the newest, so the site is refused',
    async (slot) => {
      const { disk, writes } = await settledSite();
      const slotBytes = slotBytesFor(allBlocks, capacity);
      const pair = [slot, slot + 2].map((copy) => labelsBytes + copy * slotBytes);
      const broken = withBadSectors(disk, '/site/header', new Set(pair));
      expect(await nothingSilent(broken, writes)).toBe('refused: io');
    },
  );

  it('what was stored last and the disk has an error for is not taken for a torn tail', async () => {
    const disk = new FaultyDisk();
    const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
    const writes = [1, 2, 3].map((sequence) => writeOf(sequence));
    for (const write of writes) await backend.store([write], 0);
    disk.kill();
    const found: string[] = [];
    for (let sector = 0; sector < 9; sector++) {
      const broken = withBadSectors(
        disk.copy(),
        '/site/sidefile',
        new Set([labelsBytes + sector * 512]),
      );
      const told = await openSite('/site', { disk: broken }).then(
        ({ entries, damage }) => `${entries.map(({ sequence }) => sequence)}, lost ${damage}`,
        ({ code }) => code,
      );
      found.push(told);
    }
    const [one, two, whole] = ['2,3, lost 1', '1,3, lost 2', '1,2,3, lost '];
    expect(found).toEqual([one, one, two, two, 'io', 'io', 'io', whole, whole]);
  });

  it('any one write of a run that landed elsewhere in its file', async () => {
    const { before, events, writes } = await settledSite();
    const random = randomFrom(8);
    const outcomes = new Map<string, number>();
    for (let victim = 0; victim < events.length; victim++) {
      if (events[victim]!.kind !== 'write') continue;
      for (let target = 0; target < 4; target++) {
        const disk = before.copy();
        for (const [number, event] of events.entries()) {
          if (number !== victim || event.kind !== 'write') disk.perform(event);
          else disk.perform({ ...event, offset: Math.floor(random() * 60) * 512 });
        }
        disk.kill();
        const outcome = await nothingSilent(disk, writes);
        outcomes.set(outcome, 1 + (outcomes.get(outcome) ?? 0));
      }
    }
    console.log('one misdirected write:', Object.fromEntries(outcomes));
    expect(outcomes.get('unharmed')).toBeGreaterThan(0);
    expect(outcomes.get('rot')).toBeGreaterThan(0);
  });

  it('F65: an entry flushed and acknowledged, then rotten, is damage; a torn tail is none', async () => {
    const disk = new FaultyDisk(randomFrom(2));
    const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
    for (const sequence of [1, 2, 3]) await backend.store([writeOf(sequence)], 0);
    disk.crash();
    const second = labelsBytes + 1024;
    const torn = disk.copy();
    disk.rot('/site/sidefile', second + 520);
    const found = await openSite('/site', { disk });
    expect(found.damage).toEqual([2]);
    expect(found.entries.map(({ sequence }) => sequence)).toEqual([1, 3]);
    disk.crash();
    const again = await openSite('/site', { disk });
    expect(again.damage).toEqual([2]);
    await again.backend.store([writeOf(2)], 0);
    await again.backend.close();
    expect((await openSite('/site', { disk })).damage).toEqual([]);
    torn.rot('/site/sidefile', labelsBytes + 2 * 1024 + 520);
    const tail = await openSite('/site', { disk: torn });
    expect([tail.damage, tail.entries.length]).toEqual([[], 2]);
  });

  it('a rotten head names itself by what follows, a rotten run of all its names by what is missing', async () => {
    const disk = new FaultyDisk(randomFrom(2));
    const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
    for (const sequence of [1, 2, 4]) await backend.store([writeOf(sequence)], 0);
    await backend.close();
    const one = disk.copy();
    one.rot('/site/sidefile', labelsBytes + 1024 + 9);
    expect((await openSite('/site', { disk: one })).damage).toEqual([2]);
    for (const record of [0, 1, 2]) disk.rot('/site/sidefile', labelsBytes + record * 1024 + 9);
    expect((await openSite('/site', { disk })).damage).toEqual([1, 2, 3, 4]);
  });

  it('a payload that rots while the site is open is refused, and nothing of it is applied', async () => {
    const disk = new FaultyDisk(randomFrom(2));
    const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
    await backend.store([writeOf(1)], 1);
    disk.rot('/site/sidefile', labelsBytes + 600);
    expect(await codeOf(backend.payload(writeOf(1).entry))).toBe('rot');
    expect(await codeOf(backend.apply([writeOf(1).entry]))).toBe('rot');
    expect(await codeOf(backend.store([writeOf(2)], 1))).toBe('stopped');
    expect(await backend.read(0, allBlocks)).toEqual(imageOf([], 0));
  });

  it('a staged block that rots is not applied', async () => {
    const disk = new FaultyDisk(randomFrom(2));
    const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
    await backend.stage([{ first: 1, bytes: new Uint8Array(blockBytes).fill(1) }]);
    await backend.flushStage();
    const { size } = { size: await (await disk.open('/site/stage', 'read')).size() };
    disk.rot('/site/stage', size - 5);
    disk.crash();
    const found = await openSite('/site', { disk });
    expect(await codeOf(found.backend.applyStage())).toBe('rot');
  });
});
