import { dirname } from 'node:path';
import { identityName } from './admission.ts';
import { refuseMixture, renewAges } from './ages.ts';
import { CheckedFile } from './checked-file.ts';
import type { Disk } from './disk.ts';
import type { Inspection, OpenOptions, Place } from './file.ts';
import { FileBackend } from './file-backend.ts';
import { decodeHeader, type KeptHeader } from './header-codec.ts';
import { slotsOf } from './header-file.ts';
import type { SlotContent } from './header-slots.ts';
import { type Label, readLabel } from './label.ts';
import { flushName } from './names.ts';
import { nodeDisk } from './node-disk.ts';
import { BackendError, type Recovered } from './port.ts';
import { mendRing, recoverRing } from './recovery.ts';
import { headerPathOf, type OpenFiles, openFiles, pathsOf, ringShapeOf } from './site-files.ts';

/** Opens a site for this process alone, and recovers what it holds. */
export async function openSite(place: Place, options: OpenOptions = {}): Promise<Recovered> {
  const disk = options.disk ?? nodeDisk;
  const file = await CheckedFile.open(disk, headerPathOf(place), 'write');
  let files: OpenFiles;
  try {
    await file.lock();
    if (!file.device) await refuseFixedFolder(disk, dirname(file.path));
    refuseOther(await readLabel(file), options, file.path);
    files = await openFiles(disk, file, place);
  } catch (error) {
    await file.close();
    throw error;
  }
  try {
    // Whoever made it may have been killed before this.
    if (!file.device) await flushName(disk, file.path);
    return await recover(file, files);
  } catch (error) {
    await files.close();
    throw error;
  }
}

/**
 * Looks at a site without locking or changing it; of one that is in use it may see a moment ago. Its header is read
 * before its sidefile: where the two do not fit together because somebody writes there, that is what is told.
 */
export async function inspectSite(place: Place, options: OpenOptions = {}): Promise<Inspection> {
  const disk = options.disk ?? nodeDisk;
  const file = await CheckedFile.open(disk, headerPathOf(place), 'read');
  try {
    const label = await readLabel(file);
    refuseOther(label, options, file.path);
    const { kept, generation } = await readHeader(file, label);
    const { sidefile } = pathsOf(place, label.identity.volumes.length);
    const entries = await countEntries(disk, sidefile, label, kept, generation);
    return { header: kept.header, label, generation, entries };
  } catch (error) {
    if (error instanceof BackendError && error.code === 'header-unreadable') await file.lock();
    throw error;
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

async function recover(file: CheckedFile, files: OpenFiles): Promise<Recovered> {
  const { label, sidefile } = files;
  const shape = ringShapeOf(label);
  const newest = await readHeader(file, label);
  const { kept, generation } = newest;
  const found = await recoverRing(sidefile, shape, kept, generation);
  refuseMixture(files, kept, generation);
  // It may be in the cache only, and the next one is written over the one that is durable.
  await files.header.write(newest);
  await renewAges(files, kept);
  await mendRing(sidefile, shape, found.scan);
  const backend = new FileBackend(files, label, {
    header: kept.header,
    ring: found.ring,
    committed: found.committed,
    generation,
  });
  await backend.confirm();
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
): Promise<SlotContent & { readonly kept: KeptHeader }> {
  const newest = await slotsOf(file, label).read();
  if (newest) return { ...newest, kept: decodeHeader(newest.content) };
  throw new BackendError(
    'header-unreadable',
    `${file.path}: none of its four header slots can be read: create the site again and resync it`,
  );
}

/** Found out now, and not when the header has to grow. */
async function refuseFixedFolder(disk: Disk, folder: string): Promise<void> {
  if ((await disk.mayChange?.(folder)) ?? true) return;
  const sentence = `${folder} is read-only here: a header that grows needs its folder`;
  throw new BackendError('read-only', sentence);
}

function refuseOther(label: Label, options: OpenOptions, path: string): void {
  if (label.file !== 'header') {
    const sentence = `${path} is the ${label.file} of ${identityName(label.identity)}, not its header`;
    throw new BackendError('not-a-site', sentence);
  }
  const { arrangement, site } = label.identity;
  const wanted = options.arrangement ?? arrangement;
  if (arrangement === wanted && site === (options.site ?? site)) return;
  throw new BackendError(
    'other-arrangement',
    `${path} is ${identityName(label.identity)}, wanted was site ${options.site ?? site} of arrangement ${wanted}`,
  );
}
