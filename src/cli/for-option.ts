import { access, constants } from 'node:fs/promises';
import { makeFolder } from '../backend/make-folder.ts';
import { CommandError } from './command-error.ts';

/** What the system refuses is told with the option that asked for it, and with what would do. The code stays that of the system. */
export async function forOption<Result>(
  option: string,
  path: string,
  wanted: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const { code, message, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    const sentence = `${option} ${path} cannot be written to: ${message}; ${wanted}`;
    throw new CommandError(code ?? 'usage', sentence);
  }
}

export const wantedFile = 'name a file in a folder that is there and may be written to';
export const wantedFolder =
  'name a folder that is there and may be written to, or a new one in such a folder';

/** Makes a folder, or finds it there, to be written to: told now, and not after hours. */
export const folderFor = (option: string, path: string): Promise<void> =>
  forOption(option, path, wantedFolder, async () => {
    await makeFolder(path);
    await access(path, constants.W_OK);
  });
