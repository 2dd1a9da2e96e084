import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; one that is there is fine. Not `mkdir` with `recursive`: that one asks again
 * for ever where the system answers that a folder below an existing one cannot be (ENOENT, as below /proc).
 */
export async function makeFolder(path: string): Promise<void> {
  const first = await made(path);
  if (first === null) return;
  const above = dirname(path);
  if (first.code !== 'ENOENT' || above === path) throw first;
  await makeFolder(above);
  const second = await made(path);
  if (second !== null) throw second;
}

/** Null: it is there now. */
async function made(path: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(path);
    return null;
  } catch (error) {
    const fault = error as NodeJS.ErrnoException;
    if (fault.code !== 'EEXIST') return fault;
    return (await stat(path)).isDirectory() ? null : fault;
  }
}
