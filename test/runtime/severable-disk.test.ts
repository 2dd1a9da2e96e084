import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DiskFile } from '../../src/backend/disk.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { SeverableDisk } from '../../src/runtime/severable-disk.ts';
import { HangingDisk } from '../../src/simulator/hanging-disk.ts';
import { blankHeader, codeOf, maxBlocksPerWrite, writeOf } from '../backend/small-site.ts';

it('of a disk that was taken away nothing is read, and nothing on it changes any more', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  try {
    const disk = new SeverableDisk(nodeDisk);
    const path = join(directory, 'file');
    const file = await disk.open(path, 'create');
    await file.write(0, [Buffer.from('before')]);
    disk.sever();
    const other = Buffer.from('after!');
    const { writeThrough, copyFrom } = file as Required<DiskFile>;
    const acts: (() => Promise<unknown>)[] = [
      () => file.write(0, [other]),
      () => writeThrough(0, [other]),
      () => copyFrom(file.descriptor!, [{ from: 1, to: 0, bytes: 1, checksum: 0 }], 1),
      () => file.read(0, 6),
      () => file.size(),
      () => file.flush(),
      () => file.truncate(0),
      () => file.lock(),
      () => disk.open(join(directory, 'another'), 'create'),
      () => disk.rename(path, join(directory, 'another')),
      () => disk.remove(path),
      () => disk.makeDirectory(join(directory, 'folder')),
      () => disk.kindOf(path),
      () => disk.list(directory),
      () => disk.flushDirectory(directory),
    ];
    for (const act of acts) await expect(act()).rejects.toMatchObject({ code: 'EIO' });
    await file.close();
    expect(readdirSync(directory)).toEqual(['file']);
    expect(readFileSync(path, 'utf8')).toBe('before');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('what a disk that is given up may still write lands in a site that is locked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  try {
    const hanging = new HangingDisk(nodeDisk);
    const clock = new FakeClock();
    const disk = new SeverableDisk(hanging, { clock, timeout: 100 });
    const place = join(directory, 'site');
    const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
    hanging.hang(({ path, doing }) => path.endsWith('sidefile') && doing.startsWith('writing'));
    const stored = codeOf(backend.store([writeOf(1)], 0));
    while (hanging.unanswered === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.run(200);
    expect(await stored).toBe('no-answer');
    expect((await disk.lost).code).toBe('no-answer');
    await backend.close();
    expect(await codeOf(openSite(place))).toBe('locked');
    hanging.answerAll();
    let found = await openSite(place).catch(() => null);
    while (found === null) found = await openSite(place).catch(() => null);
    // It came late, and before anybody else could look.
    expect(found.entries).toHaveLength(1);
    await found.backend.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('who waits for a disk that is taken away hears so at once; it is released when all is answered and closed', async () => {
  const closed: string[] = [];
  class Noting extends HangingDisk {
    protected override leave(path: string, close: () => Promise<void>): Promise<void> {
      closed.push(path);
      return close();
    }
  }
  const hanging = new Noting(new FaultyDisk());
  const disk = new SeverableDisk(hanging);
  const [sidefile, header] = [
    await disk.open('/sidefile', 'create'),
    await disk.open('/header', 'create'),
  ];
  hanging.hang(() => true);
  const told: string[] = [];
  for (const asked of [sidefile.flush(), disk.open('/late', 'create')]) {
    void codeOf(asked).then((code) => told.push(code));
  }
  while (hanging.unanswered < 2) await new Promise((resolve) => setImmediate(resolve));
  disk.sever();
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['EIO', 'EIO']);
  for (const file of [sidefile, header]) await file.close();
  let isReleased = false;
  const released = disk.released().then(() => {
    isReleased = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect([isReleased, closed]).toEqual([false, []]);
  hanging.answerAll();
  await released;
  // What is opened too late is nobody's. The header is locked until no other file is open.
  expect([...closed].sort()).toEqual(['/header', '/late', '/sidefile']);
  expect(closed.indexOf('/sidefile')).toBeLessThan(closed.indexOf('/header'));
});
