import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { SourceFile } from './mentions.ts';

/**
 * Folders in which rules are named. Tests of the book itself are left out: they name rules to
 * try the scanner, not to check them.
 */
const folders = ['models', 'src/conformance', 'test', 'spec'];
const leftOut = ['book', 'explain', 'rules', 'traceability'].map(
  (name) => `test/spec/${name}.test.ts`,
);

/** All that may name a rule, sorted by path. Empty: an installation without sources. */
export function readSources(root: string = packageRoot): readonly SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => (path.startsWith('spec/') ? path.endsWith('.qnt') : isSource(path)))
    .filter((path) => !leftOut.includes(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function filesBelow(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}

function isSource(path: string): boolean {
  return path.endsWith('.ts') && !path.endsWith('.d.ts');
}
