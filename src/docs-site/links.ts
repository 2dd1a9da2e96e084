import { posix } from 'node:path';
import type { Repository } from './repository.ts';

/** What a file of the repository becomes on the site. */
export type Kind = 'page' | 'picture' | 'source' | 'folder';

export interface Target {
  readonly kind: Kind;
  /** In the repository. */
  readonly path: string;
  /** On the site. */
  readonly place: string;
}

export function targetOf(path: string, repository: Repository): Target {
  if (repository.isFolder(path)) {
    return { kind: 'folder', path, place: posix.join('source', path, 'index.html') };
  }
  if (path === 'README.md') return { kind: 'page', path, place: 'index.html' };
  if (path.endsWith('.md')) return { kind: 'page', path, place: path.replace(/\.md$/, '.html') };
  if (/\.(svg|png)$/.test(path)) return { kind: 'picture', path, place: path };
  return { kind: 'source', path, place: `source/${path}.html` };
}

/** From one place of the site to another, as a page writes it. */
export const relative = (from: string, to: string): string =>
  posix.relative(posix.dirname(from), to) || posix.basename(to);

export interface Resolved {
  readonly href: string;
  /** Null: it leads outside, or stays on its page. */
  readonly target: Target | null;
}

/**
 * Where a link written in the file `from` leads on the site.
 * Null: the repository has no such file.
 */
export function resolveLink(link: string, from: Target, repository: Repository): Resolved | null {
  if (/^[a-z][a-z+.-]*:/i.test(link) || link.startsWith('#')) return { href: link, target: null };
  const [written, fragment] = link.split('#', 2) as [string, string | undefined];
  const joined = posix.join(posix.dirname(from.path), decodeURIComponent(written));
  const path = joined.replace(/\/$/, '') || '.';
  if (path.startsWith('..') || !repository.has(path)) return null;
  const target = targetOf(path, repository);
  const href = relative(from.place, target.place);
  return { href: fragment === undefined ? href : `${href}#${fragment}`, target };
}
