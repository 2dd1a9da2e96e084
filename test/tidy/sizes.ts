import type { File } from './repository.ts';

export interface Size {
  readonly path: string;
  readonly lines: number;
}

/** Largest first. */
export function largerThan(files: readonly File[], lines: number): Size[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter((size) => size.lines > lines)
    .sort((one, other) => other.lines - one.lines || one.path.localeCompare(other.path));
}
