import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Writes a file whole or not at all: until its new content is there, what has that name stays. A pipe or a device is
 * written to as it is.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile()) return writeFile(path, text);
  const target = there === null ? path : await realpath(path);
  const beside = `${target}.${process.pid}.new`;
  try {
    await writeFile(beside, text, { flag: 'wx', mode: there?.mode ?? 0o666 });
    await rename(beside, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(beside, { force: true });
    throw error;
  }
}
