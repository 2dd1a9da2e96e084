import { dirname } from 'node:path';
import type { Header } from '../../models/header.ts';
import { totalBlocks } from './address-space.ts';
import { checkHeader, identityName } from './admission.ts';
import { CheckedFile } from './checked-file.ts';
import type { Disk } from './disk.ts';
import type { Place, SiteOptions } from './file.ts';
import { encodeHeader, slotBytesFor } from './header-codec.ts';
import { slotsOf } from './header-file.ts';
import { type Label, readLabel, remainsIn, writeLabel } from './label.ts';
import { flushName, kindAt, onDisk } from './names.ts';
import { nodeDisk } from './node-disk.ts';
import { openSite } from './open-site.ts';
import { BackendError, type Recovered } from './port.ts';
import { headBytes } from './record.ts';
import { besideHeader, generationMade, removeFiles, removeUnused } from './remove-site.ts';
import { createFiles, pathsOf, type SitePaths } from './site-files.ts';

/** Makes a new site and opens it. Refuses a place where one is; where it fails, it leaves no file behind. */
export async function createSite(
  place: Place,
  header: Header,
  options: SiteOptions = {},
): Promise<Recovered> {
  const disk = options.disk ?? nodeDisk;
  const label = labelFor(header, options);
  const paths = pathsOf(place, header.identity.volumes.length);
  if (typeof place === 'string') await makeFolders(disk, place);
  await refuseSite(disk, paths.header);
  await makeSite(disk, paths, label, header);
  try {
    return await openSite(place, { disk });
  } catch (error) {
    await removeUnused(disk, paths, label).catch(() => {});
    throw error;
  }
}

async function makeSite(disk: Disk, paths: SitePaths, label: Label, header: Header): Promise<void> {
  const device = (await kindAt(disk, paths.header)) === 'device';
  const path = device ? paths.header : `${paths.header}.new`;
  for (const made of [path, ...besideHeader(paths)]) await refuseForeign(disk, made, paths.header);
  const file = await CheckedFile.open(disk, path, 'create');
  let isOurs = false;
  try {
    await file.lock();
    await refuseSite(disk, paths.header);
    isOurs = !device; // nothing is made of a device yet
    for (const made of [path, ...besideHeader(paths)]) await refuseReadOnly(disk, made);
    isOurs = true;
    await createFiles(disk, paths, label);
    await flushDirectories(disk, paths);
    await createHeader(file, label, header);
    if (!device) {
      await file.rename(disk, paths.header);
      await flushName(disk, paths.header);
    }
  } catch (error) {
    // What is left of it would take the room that the next try needs.
    if (isOurs) await removeFiles(disk, paths).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

/** Bytes a sidefile needs so that entries beyond a hole never leave no room for the hole. */
export function ringBytesFor(
  capacityLimit: number,
  maxBlocksPerWrite: number,
  blockBytes: number,
): number {
  return (2 * capacityLimit + 4) * (headBytes + maxBlocksPerWrite * blockBytes);
}

function labelFor(header: Header, options: SiteOptions): Label {
  const { identity, incarnation } = header;
  const capacityLimit = options.capacityLimit ?? header.capacity;
  const maxBlocksPerWrite = options.maxBlocksPerWrite ?? 32;
  const needed = ringBytesFor(capacityLimit, maxBlocksPerWrite, identity.blockBytes);
  const ringBytes = options.ringBytes ?? needed;
  if (identity.blockBytes % 512 !== 0 || identity.blockBytes < 512) {
    throw new BackendError('range', `blockBytes ${identity.blockBytes} is no multiple of 512`);
  }
  if (ringBytes < needed || ringBytes % 512 !== 0) {
    throw new BackendError(
      'range',
      `ringBytes ${ringBytes} must be a multiple of 512 and at least ${needed}, twice the capacity limit ${capacityLimit} of writes of ${maxBlocksPerWrite} blocks`,
    );
  }
  checkHeader(identity, { capacityLimit, maxBlocksPerWrite }, header);
  const slotBytes = slotBytesFor(totalBlocks(identity), capacityLimit);
  const sizes = { slotBytes, ringBytes, maxBlocksPerWrite, capacityLimit };
  return { file: 'header', volume: 0, identity, created: incarnation, ...sizes };
}

/** The label comes last: on a device it is what makes a site of it. */
async function createHeader(file: CheckedFile, label: Label, header: Header): Promise<void> {
  const content = encodeHeader({
    header,
    committed: header.committed,
    committedEpoch: -1,
    tail: 0,
    flushedPlace: 0,
    flushedSequence: 0,
    flushes: label.identity.volumes.map(() => 1),
    stageFlushes: 1,
  });
  const slots = slotsOf(file, label);
  await slots.write({ generation: generationMade - 1, content });
  await slots.write({ generation: generationMade, content });
  await file.flush();
  await writeLabel(file, label);
  await file.flush();
}

async function refuseSite(disk: Disk, path: string): Promise<void> {
  const kind = await kindAt(disk, path);
  if (kind === 'directory') throw folder(path);
  if (kind === 'absent') return;
  const file = await CheckedFile.open(disk, path, 'read');
  try {
    const label = await readLabel(file);
    throw new BackendError('exists', `${path} is ${identityName(label.identity)} already`);
  } catch (error) {
    const { code } = error as BackendError;
    // A device was something before, or a site that was half made: no file is written over.
    const isNone = code === 'not-a-site' || code === 'header-unreadable';
    if (!isNone || kind !== 'device') throw code === 'not-a-site' ? foreign(path) : error;
  } finally {
    await file.close();
  }
}

/** What is left of a site that was half made is written over, and a device; nothing else that somebody wrote. */
async function refuseForeign(disk: Disk, path: string, header: string): Promise<void> {
  const kind = await kindAt(disk, path);
  if (kind === 'directory') throw folder(path);
  if (kind !== 'file') return;
  const file = await CheckedFile.open(disk, path, 'read');
  try {
    const left = await remainsIn(file);
    if (left === 'blank') return;
    // Asked now, as somebody may be making a site there: the lock tells.
    const kinds = [await kindAt(disk, `${header}.new`), await kindAt(disk, header)];
    const isHeadless = kinds.every((kind) => kind === 'absent');
    if (left === 'foreign' || isHeadless) throw foreign(path);
  } finally {
    await file.close();
  }
}

/** Before anything is written over that another device held. */
async function refuseReadOnly(disk: Disk, path: string): Promise<void> {
  if ((await kindAt(disk, path)) !== 'device') return;
  const file = await CheckedFile.open(disk, path, 'write');
  try {
    await file.refuseReadOnly();
  } finally {
    await file.close();
  }
}

const foreign = (path: string) =>
  new BackendError(
    'exists',
    `${path} is there already, without the header of a site: move it away`,
  );

const folder = (path: string) =>
  new BackendError('exists', `${path} is a folder: name a file, or move it away`);

/** Makes the folder of a site and what is missing above it: without their names the site is gone with the power. */
async function makeFolders(disk: Disk, place: string): Promise<void> {
  const missing: string[] = [];
  for (let at = place; at !== dirname(at); at = dirname(at)) {
    if ((await kindAt(disk, at)) !== 'absent') break;
    missing.push(at);
  }
  await onDisk(`making ${place}`, () => disk.makeDirectory(place));
  for (const made of missing) await flushName(disk, made);
}

/** Names of files and of their folders, before the header makes a site of them. */
async function flushDirectories(disk: Disk, paths: SitePaths): Promise<void> {
  const all = [paths.header, ...besideHeader(paths)];
  for (const directory of new Set(all.map((path) => dirname(path)))) {
    await onDisk(`flushing ${directory}`, () => disk.flushDirectory(directory));
    await flushName(disk, directory);
  }
}
