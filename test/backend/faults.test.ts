import { describe, expect, it } from 'vitest';
import {
  type DiskEvent,
  faultBudget,
  noFaults,
  unlimitedFaults,
} from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { BackendError } from '../../src/backend/port.ts';
import { ordinaryLife, RunHistory } from './history-of-a-run.ts';
import {
  blankHeader,
  blockBytes,
  codeOf,
  maxBlocksPerWrite,
  nextRecord,
  randomFrom,
  writeOf,
} from './small-site.ts';

const create = (disk: FaultyDisk) => createSite('/site', blankHeader, { maxBlocksPerWrite, disk });

async function onNewSite(disk = new FaultyDisk(randomFrom(1), { ...noFaults, lose: 1 })) {
  const { backend } = await create(disk);
  return { disk, backend };
}

describe('faults of the disk', () => {
  it('F43 [RECOVERY-50]: a failed flush stops the site for ever, is never tried again, and loses nothing told', async () => {
    const { disk, backend } = await onNewSite();
    await backend.store([writeOf(1)], 0);
    disk.faults = { ...disk.faults, failFlush: 1 };
    const together = [2, 3].map((sequence) => codeOf(backend.store([writeOf(sequence)], 0)));
    expect(await Promise.all(together)).toEqual(['flush-failed', 'flush-failed']);
    disk.faults = noFaults;
    const events: DiskEvent[] = [];
    disk.recording = events;
    expect(await codeOf(backend.store([writeOf(4)], 0))).toBe('stopped');
    expect(await codeOf(backend.persist(blankHeader))).toBe('stopped');
    expect(await codeOf(backend.flush())).toBe('stopped');
    await backend.close();
    expect(events).toEqual([]);
    disk.crash();
    const sequences = (await openSite('/site', { disk })).entries.map(({ sequence }) => sequence);
    expect(sequences).toContain(1);
    expect(sequences).not.toContain(4);
  });

  it('F43: after a failed flush, what only the cache holds is written again before it counts', async () => {
    const { disk, backend } = await onNewSite();
    disk.faults = { ...disk.faults, failFlush: 1 };
    expect(await codeOf(backend.store([writeOf(1)], 0))).toBe('flush-failed');
    disk.faults = { ...noFaults, lose: 1 };
    disk.kill();
    const found = (await openSite('/site', { disk })).entries;
    disk.crash();
    expect((await openSite('/site', { disk })).entries).toEqual(found);
  });

  it('F43: a full disk is told when the site is made, and when a volume grows', async () => {
    const small = new FaultyDisk(randomFrom(1), { ...noFaults, spaceBytes: 4096 });
    expect(await codeOf(create(small))).toBe('full');
    const { disk, backend } = await onNewSite();
    await backend.store([writeOf(1)], 1);
    disk.faults = { ...disk.faults, spaceBytes: 1 };
    const extent = [writeOf(1).entry];
    expect(await codeOf(backend.apply(extent))).toBe('full');
    expect(await codeOf(backend.flush())).toBe('stopped');
    disk.faults = noFaults;
    disk.crash();
    expect((await openSite('/site', { disk })).entries).toEqual(extent);
  });

  it('F43: a short write is told, and nothing of it counts', async () => {
    const { disk, backend } = await onNewSite();
    disk.faults = { ...disk.faults, shorten: 1 };
    expect(await codeOf(backend.store([writeOf(1)], 0))).toBe('short-write');
    disk.faults = noFaults;
    await backend.close();
    const { backend: again, entries } = await openSite('/site', { disk });
    expect(entries).toEqual([]);
    await again.store([writeOf(1)], 0);
  });

  it('a stage without room says so, changes nothing and stops nothing', async () => {
    const { disk, backend } = await onNewSite();
    const staged = [{ first: 0, bytes: new Uint8Array(blockBytes).fill(1) }];
    disk.faults = { ...disk.faults, spaceBytes: 1 };
    expect(await codeOf(backend.stage(staged))).toBe('full');
    disk.faults = noFaults;
    await backend.stage(staged);
    await backend.applyStage();
    expect((await backend.read(0, 1))[0]).toBe(1);
  });

  it.each([
    ['there is no room', 'full'],
    ['a write ends early', 'short'],
  ] as const)(
    'F43: an export for which %s is refused: it leaves nothing behind and stops nothing',
    async (_, how) => {
      const { disk, backend } = await onNewSite();
      const writes = [1, 2, 3].map((sequence) => writeOf(sequence));
      await backend.store(writes, 3);
      const entries = writes.map(({ entry }) => entry);
      const before = disk.usedBytes;
      if (how === 'full') disk.faults = { ...noFaults, spaceBytes: before };
      else disk.awaited.set('shorten', (path) => path.endsWith('.new'));
      const first = backend.exportSuffix(0, 3, entries);
      await expect(first).rejects.toMatchObject({
        code: 'no-place',
        message: expect.stringMatching(
          /^\/site\/exports\/suffix.*\.ndjson was not kept: .*; make room/,
        ),
      });
      expect(disk.usedBytes).toBe(before);
      expect(await backend.suffixes()).toEqual([]);
      disk.faults = { ...noFaults, lose: 1 };
      await backend.persist({ ...blankHeader, committed: 3 });
      const ends: string[] = [];
      disk.awaited.set('shorten', (path) => path.endsWith('.new'));
      await Promise.all(
        [0, 1].map(async (above) => {
          ends.push(
            `${above} ${await codeOf(backend.exportSuffix(above, 3, entries.slice(above)))}`,
          );
        }),
      );
      // In the order they were called, refused or not.
      expect(ends).toEqual(['0 no-place', '1 resolved']);
      disk.crash();
      const found = await openSite('/site', { disk });
      const kept = await found.backend.suffixes();
      expect(kept.map(({ above, missing }) => [above, missing])).toEqual([[1, []]]);
    },
  );

  it('a full sidefile is told; room for the hole is kept as long as the window is (F58)', async () => {
    const { backend } = await onNewSite();
    const beyond = [2, 3, 4].map((sequence) => writeOf(sequence, { count: 2, first: 0 }));
    for (const write of beyond) await backend.store([write], 0);
    await backend.store([writeOf(1, { count: 2, first: 0 })], 0);
    let stored = 4;
    let code = 'resolved';
    while (code === 'resolved') {
      stored++;
      code = await codeOf(backend.store([writeOf(stored, { count: 2, first: 0 })], 0));
    }
    expect(code).toBe('full');
    expect(stored).toBeGreaterThan(2 * blankHeader.capacity);
  });

  it('dead records behind a kept one never fill the sidefile, and moving the kept ones survives', async () => {
    const { disk, backend } = await onNewSite();
    await backend.store([writeOf(1, { count: 2, first: 0 })], 0);
    let header = blankHeader;
    for (let epoch = 4; epoch < 100; epoch += 3) {
      header = { ...header, history: [...header.history, nextRecord(epoch, 1)] };
      await backend.persist(header);
      for (const sequence of [2, 3, 4]) {
        await backend.store([writeOf(sequence, { count: 2, first: 0, epoch })], 0);
      }
      expect(await backend.payload(writeOf(1).entry).catch(() => 'gone')).toBe('gone');
      const first = writeOf(1, { count: 2, first: 0 });
      expect(await backend.payload(first.entry)).toEqual(first.payload);
    }
    disk.crash();
    const found = await openSite('/site', { disk });
    expect(found.entries.map(({ epoch, sequence }) => [epoch, sequence])).toEqual([
      [0, 1],
      [97, 2],
      [97, 3],
      [97, 4],
    ]);
    expect(found.damage).toEqual([]);
  });

  it('within the budget recovery is exact, for 300 seeds', async () => {
    const counts = await soak(faultBudget, 300);
    expect(counts.failed).toEqual([]);
    for (const kind of ['lost', 'torn', 'flushFailed', 'short'] as const) {
      expect(counts[kind], kind).toBeGreaterThan(0);
    }
  });

  it('without a budget nothing is silent: wrong content is refused or named, for 300 seeds', async () => {
    const counts = await soak({ ...unlimitedFaults, misdirect: 0.002 }, 300);
    const silent = counts.failed.filter((reason) =>
      /is not what was stored|nobody stored/.test(reason),
    );
    expect(silent).toEqual([]);
    expect(counts.rotten).toBeGreaterThan(0);
    expect(counts.misdirected).toBeGreaterThan(0);
  });
});

async function soak(faults: typeof faultBudget, seeds: number) {
  const sums = { lost: 0, torn: 0, flushFailed: 0, short: 0, rotten: 0, misdirected: 0 };
  const failed: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const random = randomFrom(seed);
    const disk = new FaultyDisk(random);
    const { backend } = await create(disk);
    const events: DiskEvent[] = [];
    disk.recording = events;
    disk.faults = faults;
    const run = new RunHistory(backend, events);
    let ended = false;
    const crashAt = Math.floor(random() * 200);
    const life = ordinaryLife(backend, run)
      .catch(() => {})
      .finally(() => {
        ended = true;
      });
    while (!ended && events.length < crashAt) await Promise.resolve();
    disk.crash();
    await life;
    const at = events.length;
    disk.faults = noFaults;
    try {
      await run.check(await openSite('/site', { disk }), at);
    } catch (error) {
      if (!(error instanceof BackendError))
        failed.push(`seed ${seed}: ${(error as Error).message}`);
      else if (faults === faultBudget) failed.push(`seed ${seed}: ${error.code} ${error.message}`);
    }
    for (const kind of Object.keys(sums) as (keyof typeof sums)[]) sums[kind] += disk.counts[kind];
  }
  return { ...sums, failed };
}
