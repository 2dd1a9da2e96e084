import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** The checkout as the site sees it; every path is relative to its root, with "/". */
export interface Repository {
  readonly has: (path: string) => boolean;
  readonly isFolder: (path: string) => boolean;
  readonly read: (path: string) => string;
  /** Names in a folder, sorted; folders end in "/". What is hidden or generated is left out. */
  readonly list: (folder: string) => readonly string[];
}

const leftOut = new Set(['node_modules', 'dist', 'site', 'package-lock.json']);

export function repositoryAt(root: string): Repository {
  const at = (path: string) => join(root, path);
  return {
    has: (path) => existsSync(at(path)),
    isFolder: (path) => statSync(at(path)).isDirectory(),
    read: (path) => readFileSync(at(path), 'utf8'),
    list: (folder) =>
      readdirSync(at(folder), { withFileTypes: true })
        .filter(({ name }) => !name.startsWith('.') && !leftOut.has(name))
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
        .sort(),
  };
}

/** Every Markdown file a reader is meant to open: the README, docs/ and spec/ without its parts. */
export function pagesOf(repository: Repository): readonly string[] {
  const below = (folder: string): string[] =>
    repository.list(folder).flatMap((name) => {
      const path = posix.join(folder, name);
      if (name.endsWith('/')) return path === 'spec/parts/' ? [] : below(path);
      return name.endsWith('.md') ? [path] : [];
    });
  return ['README.md', ...below('docs'), ...below('spec')];
}
