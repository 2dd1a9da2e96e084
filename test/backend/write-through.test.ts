import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckedFile } from '../../src/backend/checked-file.ts';
import type { Disk } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { codeOf } from './small-site.ts';

const bytesOf = (fill: number) => new Uint8Array(512).fill(fill);

describe('a write that is flushed as well', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-through-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('leaves every piece in its place', async () => {
    const path = join(directory, 'pieces');
    const file = await CheckedFile.open(nodeDisk, path, 'create');
    await file.writeThrough([
      { offset: 1024, parts: [bytesOf(1), bytesOf(2)] },
      { offset: 0, parts: [bytesOf(3)] },
    ]);
    expect(await file.read(0, 2048)).toEqual(
      Uint8Array.from([...bytesOf(3), ...bytesOf(0), ...bytesOf(1), ...bytesOf(2)]),
    );
    await file.close();
  });

  it.runIf(process.platform === 'linux')(
    'goes through a descriptor that the system flushes with each write, closed with the file',
    async () => {
      const path = join(directory, 'flags');
      const file = await nodeDisk.open(path, 'create');
      await file.writeThrough!(0, [bytesOf(1)]);
      expect(await descriptorsOf(path)).toEqual([false, true]);
      await file.close();
      expect(await descriptorsOf(path)).toEqual([]);
    },
  );

  it('where a disk has no such thing is a write and a flush: it survives a loss of power', async () => {
    const disk = new FaultyDisk();
    const file = await CheckedFile.open(disk, '/file', 'create');
    await file.writeThrough([{ offset: 0, parts: [bytesOf(7)] }]);
    await disk.flushDirectory('/');
    disk.crash(() => () => false);
    const found = await CheckedFile.open(disk, '/file', 'write');
    expect(await found.read(0, 512)).toEqual(bytesOf(7));
  });

  it('that is short, or fails, carries a code', async () => {
    const failing = (write: () => Promise<number>): Disk => ({
      ...nodeDisk,
      open: async (path, mode) => {
        const file = await nodeDisk.open(path, mode);
        return Object.assign(file, { writeThrough: write });
      },
    });
    const open = (write: () => Promise<number>) =>
      CheckedFile.open(failing(write), join(directory, 'failing'), 'create');
    const pieces = [{ offset: 0, parts: [bytesOf(1)] }];
    const short = await open(async () => 511);
    expect(await codeOf(short.writeThrough(pieces))).toBe('short-write');
    await short.close();
    const broken = await open(() => Promise.reject(fault('EIO', 'failing')));
    expect(await codeOf(broken.writeThrough(pieces))).toBe('io');
    await broken.close();
    const full = await open(() => Promise.reject(fault('ENOSPC', 'failing')));
    expect(await codeOf(full.writeThrough(pieces))).toBe('full');
    await full.close();
    const large = await open(() => Promise.reject(fault('EFBIG', 'failing')));
    await expect(large.writeThrough(pieces)).rejects.toMatchObject({
      code: 'full',
      message: expect.stringMatching(/no file may be as large here \(EFBIG\): raise .*ulimit -f/),
    });
    await large.close();
  });
});

/** For each descriptor of this process that is that file: is every write to it flushed? */
async function descriptorsOf(path: string): Promise<boolean[]> {
  const found: boolean[] = [];
  for (const descriptor of await readdir('/proc/self/fd')) {
    const target = await readlink(`/proc/self/fd/${descriptor}`).catch(() => '');
    if (target !== path) continue;
    const told = await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    const flags = Number.parseInt(/flags:\s*(\d+)/.exec(told)![1]!, 8);
    found.push((flags & 0o10000) !== 0);
  }
  return found.sort((one, other) => Number(one) - Number(other));
}
