import { InvalidArgumentError } from 'commander';

/** Reads an option that names a file or a folder. */
export function pathName(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty: it must name a file or a folder.');
  if (!text.includes('\0')) return text;
  throw new InvalidArgumentError('No name of a file or a folder has a zero byte.');
}
