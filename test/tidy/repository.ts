import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface File {
  /** From the repository's root, with "/". */
  readonly path: string;
  readonly text: string;
}

/** Every text file under version control, as it stands in the working tree. */
export function trackedFiles(): readonly File[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' });
  return listed
    .split('\0')
    .filter((path) => path !== '' && existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

export const isSource = ({ path }: File): boolean =>
  path.endsWith('.ts') && /^(?:spec|models|src|test)\//.test(path);

/** What a file imports, as written. */
export function importsOf({ text }: File): readonly string[] {
  const found = withoutComments(text).matchAll(
    /(?:\bfrom|\bimport)\s*\(?\s*(['"])((?:(?!\1)[^\\\n])+)\1/g,
  );
  return [...found].map((match) => match[2]!);
}

/** Where a relative import leads, from the repository's root. */
export function resolved(from: string, target: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(,])\/\/.*$/gm, '$1');

export const withoutStrings = (text: string): string =>
  text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, "''");
