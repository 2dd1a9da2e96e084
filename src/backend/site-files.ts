import { dirname, join } from 'node:path';
import { CheckedFile } from './checked-file.ts';
import type { Disk } from './disk.ts';
import type { Place } from './file.ts';
import { HeaderFile } from './header-file.ts';
import {
  checkLabel,
  type Label,
  labelsBytes,
  mendLabel,
  readLabel,
  seedOf,
  writeLabel,
} from './label.ts';
import { BackendError } from './port.ts';
import { headBytes } from './record.ts';
import type { RingShape } from './ring.ts';
import { Stage } from './stage.ts';
import { SuffixFiles } from './suffix-files.ts';
import { Volume } from './volume.ts';

/** Where the files of a site lie: each may be a file or a block device. */
export interface SitePaths {
  readonly header: string;
  readonly sidefile: string;
  readonly volumes: readonly string[];
  readonly stage: string;
  /** Directory for exported suffixes. Default: `exports` beside the header; none beside a device. */
  readonly exports?: string;
}

export interface OpenFiles {
  readonly label: Label;
  readonly header: HeaderFile;
  readonly sidefile: CheckedFile;
  readonly volumes: readonly Volume[];
  readonly stage: Stage;
  readonly suffixes: SuffixFiles;
  close(): Promise<void>;
}

export const headerPathOf = (place: Place): string =>
  typeof place === 'string' ? join(place, 'header') : place.header;

export function pathsOf(place: Place, volumes: number): SitePaths {
  return typeof place === 'string' ? pathsIn(place, volumes) : place;
}

export const exportsOf = ({ header, exports }: SitePaths): string =>
  exports ?? join(dirname(header), 'exports');

function pathsIn(directory: string, volumes: number): SitePaths {
  return {
    header: join(directory, 'header'),
    sidefile: join(directory, 'sidefile'),
    volumes: Array.from({ length: volumes }, (_, volume) => join(directory, `volume-${volume}`)),
    stage: join(directory, 'stage'),
  };
}

export function ringShapeOf(label: Label): RingShape {
  return {
    offset: labelsBytes,
    ringBytes: label.ringBytes,
    blockBytes: label.identity.blockBytes,
    largestBytes: headBytes + label.maxBlocksPerWrite * label.identity.blockBytes,
    seed: seedOf(label),
  };
}

/** Opens the files beside a header that is open and locked. Closes them all if one is refused. */
export async function openFiles(disk: Disk, header: CheckedFile, place: Place): Promise<OpenFiles> {
  const label = await readLabel(header);
  const paths = pathsOf(place, label.identity.volumes.length);
  checkCount(paths, label);
  const kept = new HeaderFile(disk, header, label);
  const opened: { close(): Promise<void> }[] = [kept];
  const close = async () => {
    for (const file of opened) await file.close();
  };
  const open = async (path: string, own: Label) => {
    const file = await CheckedFile.open(disk, path, 'write');
    opened.unshift(file);
    const found = await checkLabel(file, label, own);
    await file.refuseReadOnly();
    await mendLabel(file, found);
    return file;
  };
  try {
    await header.refuseReadOnly();
    await mendLabel(header, label);
    const sidefile = await open(paths.sidefile, { ...label, file: 'sidefile' });
    await checkSize(sidefile, labelsBytes + label.ringBytes);
    const volumes: Volume[] = [];
    for (const [number, path] of paths.volumes.entries()) {
      const file = await open(path, { ...label, file: 'volume', volume: number });
      await checkSize(file, volumeBytes(label, number));
      const volume = volumeOf(file, label, number);
      await volume.open();
      volumes.push(volume);
    }
    const stage = stageOf(await open(paths.stage, { ...label, file: 'stage' }), label);
    await stage.open();
    const isNowhere = header.device && paths.exports === undefined;
    const suffixes = new SuffixFiles(disk, isNowhere ? null : exportsOf(paths));
    return { label, header: kept, sidefile, volumes, stage, suffixes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Writes everything but the header. Nothing is a site before its header is there. */
export async function createFiles(disk: Disk, paths: SitePaths, label: Label): Promise<void> {
  checkCount(paths, label);
  const create = async (
    path: string,
    own: Label,
    bytes: number,
    fill: (file: CheckedFile) => Promise<void>,
  ) => {
    const file = await CheckedFile.open(disk, path, 'create');
    try {
      await (file.device ? checkRoom(file, bytes) : file.truncate(0));
      await fill(file);
      await writeLabel(file, own);
      await file.flush();
    } finally {
      await file.close();
    }
  };
  const sidefileBytes = labelsBytes + label.ringBytes;
  await create(paths.sidefile, { ...label, file: 'sidefile' }, sidefileBytes, (file) =>
    fillZeroes(file, sidefileBytes),
  );
  for (const [number, path] of paths.volumes.entries()) {
    const bytes = volumeBytes(label, number);
    await create(path, { ...label, file: 'volume', volume: number }, bytes, async (file) => {
      await (file.device ? clear(file, bytes) : file.truncate(bytes));
      await volumeOf(file, label, number).create();
    });
  }
  await create(paths.stage, { ...label, file: 'stage' }, 0, (file) =>
    stageOf(file, label).create(),
  );
}

function checkCount(paths: SitePaths, label: Label): void {
  if (paths.volumes.length === label.identity.volumes.length) return;
  throw new BackendError(
    'range',
    `${paths.volumes.length} volume paths were given for ${label.identity.volumes.length} volumes`,
  );
}

async function checkSize(file: CheckedFile, bytes: number): Promise<void> {
  const found = await file.size();
  if (found >= bytes) return;
  throw new BackendError(
    'not-a-site',
    `${file.path} has ${found} of its ${bytes} bytes, it was truncated: create the site again and resync it`,
  );
}

/** A device keeps its size: what it has no room for would be read as zeroes. */
async function checkRoom(file: CheckedFile, bytes: number): Promise<void> {
  const found = await file.size();
  if (found >= bytes) return;
  throw new BackendError('full', `${file.path} has ${found} bytes, ${bytes} are needed`);
}

/** Really written, so that no later write can find the disk full. What cannot succeed fills no disk first. */
async function fillZeroes(file: CheckedFile, bytes: number): Promise<void> {
  const room = file.device ? bytes : await file.room();
  if (room < bytes) {
    throw new BackendError('full', `${file.path} needs ${bytes} bytes, ${room} are free`);
  }
  const zeroes = new Uint8Array(chunkBytes);
  for (let at = 0; at < bytes; at += chunkBytes) {
    await file.write(at, [zeroes.subarray(0, Math.min(chunkBytes, bytes - at))]);
  }
}

/** Zeroes a device where it is not zero already, so that a thin one stays thin. */
async function clear(file: CheckedFile, bytes: number): Promise<void> {
  const zeroes = new Uint8Array(chunkBytes);
  for (let at = 0; at < bytes; at += chunkBytes) {
    const part = zeroes.subarray(0, Math.min(chunkBytes, bytes - at));
    const found = await file.read(at, part.length);
    if (Buffer.compare(found, part) !== 0) await file.write(at, [part]);
  }
}

function volumeBytes(label: Label, number: number): number {
  return Volume.bytes(label.identity.volumes[number]!, label.identity.blockBytes);
}

function volumeOf(file: CheckedFile, label: Label, number: number): Volume {
  const { volumes, blockBytes } = label.identity;
  return new Volume(file, {
    volume: number,
    blocks: volumes[number]!,
    blockBytes,
    seed: seedOf(label),
  });
}

const stageOf = (file: CheckedFile, label: Label) =>
  new Stage(file, label.identity.blockBytes, seedOf(label));

/** Small, as a cache that is filled by larger pieces is kept in larger pieces, slow to write into. */
const chunkBytes = 1 << 16;
