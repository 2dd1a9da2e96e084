import { lstat, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { siteIds } from '../../../models/words.ts';
import type { DiskFile } from '../../backend/disk.ts';
import { makeFolder } from '../../backend/make-folder.ts';
import { nodeDisk } from '../../backend/node-disk.ts';
import { CommandError } from '../command-error.ts';

/** A folder for the files of one demonstration, which removes it. */
export interface OwnFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * A new folder among the temporary ones. A demonstration that is killed with SIGKILL cannot remove its own: each takes
 * away those before it that are surely a demonstration's and whose process is gone.
 */
export async function ownFolder(): Promise<OwnFolder> {
  await removeStale(tmpdir());
  const path = await mkdtemp(join(tmpdir(), prefix)).catch((cause) => {
    const sentence = `there is no place for the sites’ files: ${cause.message}; name one with --keep, or with TMPDIR`;
    throw new CommandError('no-folder', sentence);
  });
  const file = await marked(path).catch(async (error) => {
    await rm(path, { recursive: true, force: true });
    throw error;
  });
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      await file.close();
    },
  };
}

/** Locked before it has its name, or somebody might take it for one whose process is gone. */
async function marked(path: string): Promise<DiskFile> {
  const mark = join(path, markName);
  await writeFile(`${mark}.new`, content);
  const file = await nodeDisk.open(`${mark}.new`, 'write');
  await file.lock();
  await rename(`${mark}.new`, mark);
  return file;
}

/** A folder that stays. What it had to make and nothing was put in, as the demonstration was refused, is not left behind. */
export async function keptFolder(path: string): Promise<OwnFolder> {
  const there = await readdir(path).catch((): string[] => []);
  const made = siteNames.filter((name) => !there.includes(name)).map((name) => join(path, name));
  for (let at = resolve(path); at !== dirname(at); at = dirname(at)) {
    if ((await lstat(at).catch(() => null)) !== null) break;
    made.push(at);
  }
  await makeFolder(path).catch((cause) => {
    const sentence = `--keep ${path} is no folder and none can be made there: ${cause.message}; name a folder that is there, or a new one in such a folder`;
    throw new CommandError('no-folder', sentence);
  });
  return {
    path,
    async remove() {
      // None of them goes that holds anything, nor one above it.
      for (const folder of made) await rmdir(folder).catch(() => {});
    },
  };
}

async function removeStale(place: string): Promise<void> {
  const names = await readdir(place).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(prefix))) {
    await removeIfStale(join(place, name)).catch(() => {});
  }
}

/** The mark says whose it is; its lock ends with the process, however that ends. */
async function removeIfStale(path: string): Promise<void> {
  const names = await readdir(path);
  if (!names.includes(markName) || !names.every((name) => known.test(name))) return;
  const file = await nodeDisk.open(join(path, markName), 'write');
  try {
    const said = Buffer.from(await file.read(0, content.length + 1)).toString();
    if (said === content && (await file.lock())) await rm(path, { recursive: true, force: true });
  } finally {
    await file.close();
  }
}

const prefix = 'sidefile-demo-';
const markName = 'demonstration';
const siteNames = siteIds.map((site) => `site-${site}`);
const known = /^(demonstration|site-[012])$/;
const content = 'The files of one `sidefile demo`: removed by it, or by the next one.\n';
