import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readScenario } from '../simulator/scenario-file.ts';
import { CommandError } from './command-error.ts';
import { forOption, wantedFile } from './for-option.ts';

/** Told now, and not after hours: a scenario cannot be left there. One that was left before may be replaced. */
export async function refuseSaving(path: string): Promise<void> {
  await forOption('--save', path, wantedFile, () => access(dirname(path), constants.W_OK));
  const found = await stat(path).catch(() => null);
  if (found === null || (found.isFile() && found.size === 0)) return;
  const refused = (what: string) => new CommandError('usage', `--save ${path} ${what}`);
  if (found.isDirectory()) throw refused('is a folder: name a file in it');
  if (found.isFIFO()) throw refused('is a pipe: name a file');
  if (!found.isFile()) return;
  await readScenario(path).catch(() => {
    throw refused('is there already, and is no scenario: name another file, or move it away');
  });
}
