import { type File, resolved } from './repository.ts';

/** Files under `src/` and `models/` that no way from the roots leads to. */
export function deadFiles(files: readonly File[], roots: readonly string[]): string[] {
  const known = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const waiting = files.map(({ path }) => path).filter((path) => isRoot(path, roots));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...mentionedBy(known.get(path)!).filter((target) => known.has(target)));
  }
  return files
    .map(({ path }) => path)
    .filter((path) => /^(?:src|models)\/.*\.ts$/.test(path) && !reached.has(path));
}

const isRoot = (path: string, roots: readonly string[]): boolean =>
  roots.some((root) => path === root || (root.endsWith('/') && path.startsWith(root)));

/** Imports, and whatever else names a file: workers and parts loaded late. */
function mentionedBy({ path, text }: File): string[] {
  const named = text.matchAll(/['"`](\.\.?\/[^'"`\n]+\.ts)['"`]/g);
  return [...named].map((match) => resolved(path, match[1]!));
}
