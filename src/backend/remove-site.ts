import { identityName } from './admission.ts';
import { CheckedFile } from './checked-file.ts';
import type { Disk } from './disk.ts';
import type { Place } from './file.ts';
import { slotsOf } from './header-file.ts';
import { type Label, labelsBytes } from './label.ts';
import { kindAt, onDisk } from './names.ts';
import { inspectSite } from './open-site.ts';
import { BackendError } from './port.ts';
import { headerPathOf, pathsOf, type SitePaths } from './site-files.ts';

/** Of the header of a site that nobody has used. */
export const generationMade = 1;

export const besideHeader = ({ sidefile, volumes, stage }: SitePaths): string[] => [
  sidefile,
  ...volumes,
  stage,
];

/** Takes away a site in which nothing was ever stored, but what it exported. Refuses one that is open, or has a write. */
export async function removeSite(place: Place, disk: Disk): Promise<void> {
  await whileLocked(disk, headerPathOf(place), async () => {
    const { label, header, entries } = await inspectSite(place, { disk });
    if (entries > 0 || header.start > 1) {
      const name = identityName(label.identity);
      throw new BackendError('exists', `${name} holds writes by now: it is not taken away`);
    }
    await removeFiles(disk, pathsOf(place, label.identity.volumes.length));
  });
}

/** Takes away what was just made, unless another opened it: then its header was written anew, at the latest when he closed it. */
export async function removeUnused(disk: Disk, paths: SitePaths, label: Label): Promise<void> {
  await whileLocked(disk, paths.header, async (file) => {
    const newest = await slotsOf(file, label).read();
    if (newest?.generation === generationMade) await removeFiles(disk, paths);
  });
}

/** The header first: without it there is no site. A device stays; its label goes. */
export async function removeFiles(disk: Disk, paths: SitePaths): Promise<void> {
  if ((await kindAt(disk, paths.header)) === 'device') await blankLabel(disk, paths.header);
  for (const path of [paths.header, `${paths.header}.new`, ...besideHeader(paths)]) {
    if ((await kindAt(disk, path)) !== 'file') continue;
    await onDisk(`removing ${path}`, async () => disk.remove?.(path));
  }
}

async function blankLabel(disk: Disk, path: string): Promise<void> {
  const file = await CheckedFile.open(disk, path, 'write');
  try {
    await file.write(0, [new Uint8Array(labelsBytes)]);
    await file.flush();
  } finally {
    await file.close();
  }
}

async function whileLocked(
  disk: Disk,
  path: string,
  act: (file: CheckedFile) => Promise<void>,
): Promise<void> {
  const file = await CheckedFile.open(disk, path, 'write');
  try {
    await file.lock();
    await act(file);
  } finally {
    await file.close();
  }
}
