import { dirname, join } from 'node:path';
import type { Header } from '../../models/header.ts';
import type { SiteId } from '../../models/words.ts';
import { totalBlocks } from './address-space.ts';
import { checkHeader, identityName } from './admission.ts';
import { CheckedFile, faultOf } from './checked-file.ts';
import type { Disk } from './disk.ts';
import { FileBackend } from './file-backend.ts';
import { decodeHeader, encodeHeader, type KeptHeader, slotBytesFor } from './header-codec.ts';
import { type Label, readLabel, writeLabel } from './label.ts';
import { nodeDisk } from './node-disk.ts';
import { BackendError, type Recovered } from './port.ts';
import { headBytes } from './record.ts';
import { mendRing, recoverRing } from './recovery.ts';
import {
  createFiles,
  type OpenFiles,
  openFiles,
  pathsIn,
  ringShapeOf,
  type SitePaths,
  slotsOf,
} from './site-files.ts';

export type { SitePaths } from './site-files.ts';

/** A directory, which then holds all files of the site, or each of its paths. */
export type Place = string | SitePaths;

export interface SiteOptions {
  /** Largest capacity the sidefile may ever be given, in entries. Default: that of the header. */
  readonly capacityLimit?: number;
  /** Largest write, in blocks. Default 32. */
  readonly maxBlocksPerWrite?: number;
  /** Size of the sidefile. At least, and by default, what the two above may ever need. */
  readonly ringBytes?: number;
  readonly disk?: Disk;
}

export interface OpenOptions {
  /** Refuse a site of another arrangement. */
  readonly arrangement?: string;
  /** Refuse another site of the arrangement. */
  readonly site?: SiteId;
  readonly disk?: Disk;
}

export interface Inspection {
  readonly header: Header;
  readonly label: Label;
  readonly generation: number;
  /** Readable entries in the sidefile from the header's start on. */
  readonly entries: number;
}

/** Bytes a sidefile needs so that entries beyond a hole never leave no room for the hole. */
export function ringBytesFor(
  capacityLimit: number,
  maxBlocksPerWrite: number,
  blockBytes: number,
): number {
  return (2 * capacityLimit + 4) * (headBytes + maxBlocksPerWrite * blockBytes);
}

/** Makes a new site and opens it. Refuses a place where one is. */
export async function createSite(
  place: Place,
  header: Header,
  options: SiteOptions = {},
): Promise<Recovered> {
  const disk = options.disk ?? nodeDisk;
  const label = labelFor(header, options);
  const paths = typeof place === 'string' ? pathsIn(place, header.identity.volumes.length) : place;
  if (typeof place === 'string') await onDisk(`making ${place}`, () => disk.makeDirectory(place));
  await refuseSite(disk, paths.header);
  const device = (await disk.kindOf(paths.header)) === 'device';
  const file = await CheckedFile.open(
    disk,
    device ? paths.header : `${paths.header}.new`,
    'create',
  );
  try {
    await file.lock();
    await refuseSite(disk, paths.header);
    await createFiles(disk, paths, label);
    await createHeader(file, label, header);
    if (!device) {
      await onDisk(`renaming ${file.path}`, () => disk.rename(file.path, paths.header));
    }
    await flushDirectories(disk, paths);
  } finally {
    await file.close();
  }
  return openSite(place, { disk });
}

/** Opens a site for this process alone, and recovers what it holds. */
export async function openSite(place: Place, options: OpenOptions = {}): Promise<Recovered> {
  const disk = options.disk ?? nodeDisk;
  const file = await CheckedFile.open(disk, headerPathOf(place), 'write');
  let files: OpenFiles;
  try {
    await file.lock();
    refuseOther(await readLabel(file), options, file.path);
    files = await openFiles(disk, file, pathsOf(place));
  } catch (error) {
    await file.close();
    throw error;
  }
  try {
    return await recover(files);
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** Looks at a site without locking or changing it; of one that is in use it may see a moment ago. */
export async function inspectSite(place: Place, options: OpenOptions = {}): Promise<Inspection> {
  const disk = options.disk ?? nodeDisk;
  const file = await CheckedFile.open(disk, headerPathOf(place), 'read');
  try {
    const label = await readLabel(file);
    refuseOther(label, options, file.path);
    const { kept, generation } = await readHeader(file, label);
    const { sidefile } = pathsOf(place)(label.identity.volumes.length);
    const entries = await countEntries(disk, sidefile, label, kept, generation);
    return { header: kept.header, label, generation, entries };
  } finally {
    await file.close();
  }
}

async function countEntries(
  disk: Disk,
  path: string,
  label: Label,
  kept: KeptHeader,
  generation: number,
): Promise<number> {
  const file = await CheckedFile.open(disk, path, 'read');
  try {
    return (await recoverRing(file, ringShapeOf(label), kept, generation)).ring.index.size;
  } finally {
    await file.close();
  }
}

async function recover(files: OpenFiles): Promise<Recovered> {
  const { label, sidefile } = files;
  const shape = ringShapeOf(label);
  const { kept, generation } = await readHeader(files.header, label);
  refuseOlderVolumes(files, kept);
  const found = await recoverRing(sidefile, shape, kept, generation);
  await mendRing(sidefile, shape, found.scan);
  const backend = new FileBackend(files, label, {
    header: kept.header,
    ring: found.ring,
    committed: found.committed,
    generation,
  });
  await backend.writeHeader(kept.header);
  return {
    backend,
    header: kept.header,
    entries: [...found.ring.index.all()].map(({ entry }) => entry),
    committed: found.committed,
    damage: found.damage,
  };
}

async function readHeader(
  file: CheckedFile,
  label: Label,
): Promise<{ kept: KeptHeader; generation: number }> {
  const newest = await slotsOf(file, label).read();
  if (newest) return { kept: decodeHeader(newest.content), generation: newest.generation };
  throw new BackendError(
    'header-unreadable',
    `${file.path}: none of its four header slots can be read: create the site again and resync it`,
  );
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

async function createHeader(file: CheckedFile, label: Label, header: Header): Promise<void> {
  await writeLabel(file, label);
  const content = encodeHeader({
    header,
    committed: header.committed,
    committedEpoch: -1,
    tail: 0,
    flushedPlace: 0,
    flushedSequence: 0,
    flushes: label.identity.volumes.map(() => 1),
  });
  const slots = slotsOf(file, label);
  await slots.write({ generation: 0, content });
  await slots.write({ generation: 1, content });
  await file.flush();
}

async function refuseSite(disk: Disk, path: string): Promise<void> {
  if ((await disk.kindOf(path)) === 'absent') return;
  const file = await CheckedFile.open(disk, path, 'read');
  try {
    const label = await readLabel(file);
    throw new BackendError('exists', `${path} is ${identityName(label.identity)} already`);
  } catch (error) {
    const foreign = error instanceof BackendError && error.code === 'not-a-site';
    if (!foreign || (await disk.kindOf(path)) !== 'device') throw error;
  } finally {
    await file.close();
  }
}

function refuseOther(label: Label, options: OpenOptions, path: string): void {
  const { arrangement, site } = label.identity;
  const wanted = options.arrangement ?? arrangement;
  if (arrangement === wanted && site === (options.site ?? site)) return;
  throw new BackendError(
    'other-arrangement',
    `${path} is ${identityName(label.identity)}, wanted was site ${options.site ?? site} of arrangement ${wanted}`,
  );
}

function refuseOlderVolumes(files: OpenFiles, kept: KeptHeader): void {
  files.volumes.forEach((volume, number) => {
    const expected = kept.flushes[number]!;
    if (volume.flushes >= expected) return;
    throw new BackendError(
      'not-a-site',
      `volume ${number} is an older copy: it was flushed ${volume.flushes} times, the header knows of ${expected}; create the site again and resync it`,
    );
  });
}

async function flushDirectories(disk: Disk, paths: SitePaths): Promise<void> {
  const all = [paths.header, paths.sidefile, ...paths.volumes, paths.stage];
  for (const directory of new Set(all.map((path) => dirname(path)))) {
    await onDisk(`flushing ${directory}`, () => disk.flushDirectory(directory));
    await onDisk(`flushing ${directory}`, () => disk.flushDirectory(dirname(directory)));
  }
}

async function onDisk<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw faultOf(error, doing);
  }
}

const headerPathOf = (place: Place) =>
  typeof place === 'string' ? join(place, 'header') : place.header;

const pathsOf = (place: Place) => (volumes: number) =>
  typeof place === 'string' ? pathsIn(place, volumes) : place;
