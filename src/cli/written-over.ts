import { stat } from 'node:fs/promises';
import { CommandError } from './command-error.ts';

/** What is read must not be lost by what is written of it, under whatever name. */
export async function refuseWritingOver(
  option: string,
  written: string,
  read: string,
): Promise<void> {
  const [one, other] = await Promise.all([identityOf(written), identityOf(read)]);
  if (one === null || one !== other) return;
  const sentence = `${option} ${written} is ${read}, which is read: name another file`;
  throw new CommandError('usage', sentence);
}

/** Null: it is no file, or not there. */
async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found?.isFile() ? `${found.dev} ${found.ino}` : null;
}
