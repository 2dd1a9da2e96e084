import { InvalidArgumentError } from 'commander';

/** Reads an option that names a file or a folder. */
export function pathName(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty: it must name a file or a folder.');
  if (text.startsWith('--')) {
    throw new InvalidArgumentError(`Is a name missing before it? One that begins so is ./${text}.`);
  }
  if (!text.includes('\0')) return text;
  throw new InvalidArgumentError('No name of a file or a folder has a zero byte.');
}
