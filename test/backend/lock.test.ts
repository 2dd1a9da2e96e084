import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import { createSite, inspectSite, openSite } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { blankHeader, codeOf, maxBlocksPerWrite, writeOf } from './small-site.ts';

let directory = '';
let place = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  place = join(directory, 'site');
});

afterEach(() => rmSync(directory, { recursive: true }));

it('one process at a time, and no lock is left by a process that was killed', async () => {
  const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite });
  await backend.store([writeOf(1)], 0);
  await backend.close();
  const holder = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'hold-a-site.ts'), place],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(holder, 'exit').then(([code]) => {
    throw new Error(`who holds the site ended with code ${code}`);
  });
  await Promise.race([once(holder.stdout, 'data'), ended]);
  expect(await codeOf(openSite(place))).toBe('locked');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const found = await openSite(place);
  expect(found.entries).toHaveLength(1);
  await found.backend.close();
});

it('where nothing can take a lock, it is told what is needed and why it does not run', async () => {
  const { PATH } = process.env;
  process.env.PATH = directory;
  try {
    await expect(createSite(place, blankHeader, { maxBlocksPerWrite })).rejects.toMatchObject({
      code: 'io',
      message: `locking ${place}/header.new: Error: flock or perl must run for it: flock ends with ENOENT, perl ends with ENOENT`,
    });
  } finally {
    process.env.PATH = PATH;
  }
});

it('whoever looks at a site that somebody writes to is told that it is in use, not that it is damaged', async () => {
  const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite });
  // Between its look at the header and its look at the sidefile, both are written anew.
  const disk: Disk = {
    ...nodeDisk,
    async open(path, mode) {
      if (path.endsWith('sidefile')) {
        await backend.persist(blankHeader);
        await backend.store([writeOf(1)], 0);
      }
      return nodeDisk.open(path, mode);
    },
  };
  expect(await codeOf(inspectSite(place, { disk }))).toBe('locked');
  await backend.close();
  expect((await inspectSite(place)).entries).toBe(1);
});

it('who opened a header before its owner put a larger one in its place does not get the site', async () => {
  const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite });
  const disk: Disk = {
    ...nodeDisk,
    async open(path, mode) {
      const file = await nodeDisk.open(path, mode);
      if (path.endsWith('header')) {
        const history = Array.from({ length: 4000 }, () => blankHeader.history[0]!);
        await backend.persist({ ...blankHeader, history });
      }
      return file;
    },
  };
  const before = statSync(join(place, 'header')).ino;
  expect(await codeOf(openSite(place, { disk }))).toBe('locked');
  expect(statSync(join(place, 'header')).ino).not.toBe(before);
  await backend.close();
});
