import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DiskFile } from '../../src/backend/disk.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { SeverableDisk } from '../../src/runtime/severable-disk.ts';

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
