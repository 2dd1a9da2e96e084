import { dirname } from 'node:path';
import { faultOf } from './checked-file.ts';
import type { Disk } from './disk.ts';

/** Resolves when the name of a file or folder survives a loss of power. */
export function flushName(disk: Disk, path: string): Promise<void> {
  const directory = dirname(path);
  return onDisk(`flushing ${directory}`, () => disk.flushDirectory(directory));
}

/** What is there now, under that name. */
export const kindAt = (disk: Disk, path: string): ReturnType<Disk['kindOf']> =>
  onDisk(`looking at ${path}`, () => disk.kindOf(path));

/** What the disk rejects with gets a code and a sentence. */
export async function onDisk<Result>(doing: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw faultOf(error, doing);
  }
}
