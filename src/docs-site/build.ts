import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { rules } from '../../spec/rules.ts';
import { type Entry, picturesScript, renderPage, styleSheet } from './layout.ts';
import { relative, resolveLink, type Target, targetOf } from './links.ts';
import { escaped, type Rendered, renderMarkdown } from './markdown.ts';
import { pagesOf, type Repository } from './repository.ts';

/** What stands in the list beside every page, in this order; other pages come last. */
const groups: readonly (readonly [string, readonly string[]])[] = [
  ['Start', ['README.md', 'docs/tour.md', 'docs/check-your-own.md']],
  [
    'Specification',
    [
      'spec/protocol.md',
      'spec/wire.md',
      'spec/trace.md',
      'docs/exported-suffix.md',
      'docs/traceability.md',
    ],
  ],
  [
    'Proof',
    ['docs/checked.md', 'docs/why-each-rule.md', 'docs/wrong-guards.md', 'docs/spec-checked.md'],
  ],
  ['Measured', ['docs/simulated.md', 'docs/benchmarks.md']],
  [
    'Pictures',
    [
      'docs/diagrams/stories.md',
      'docs/diagrams/primary.md',
      'docs/diagrams/mirror.md',
      'docs/diagrams/sidefile.md',
    ],
  ],
];

/** Files of the site by their place: text, and pictures as they are. */
export type Site = ReadonlyMap<string, string>;

/** Renders every page, and whatever pages lead to. Errors: names the page and its broken links. */
export function renderSite(repository: Repository): Site {
  const paths = pagesOf(repository);
  const pages = new Map<string, { readonly target: Target; readonly page: Rendered }>();
  const linked = new Map<string, Target>();
  const note = (target: Target) => linked.set(target.place, target);
  for (const path of paths) {
    const target = targetOf(path, repository);
    pages.set(path, { target, page: pageOf(target, repository, note) });
  }
  const entries = entriesOf(
    new Map([...pages].map(([path, { target, page }]) => [path, { target, title: page.title }])),
  );
  const site = new Map<string, string>();
  for (const { target, page } of pages.values()) {
    site.set(target.place, renderPage(target.place, page, entries));
  }
  for (const target of linked.values()) {
    for (const [place, text] of fileOf(target, repository, entries))
      if (!site.has(place)) site.set(place, text);
  }
  site.set('assets/style.css', styleSheet);
  site.set('assets/pictures.js', picturesScript);
  site.set(
    'assets/mermaid.js',
    readFileSync(createRequire(import.meta.url).resolve('@mermaid-js/tiny'), 'utf8'),
  );
  return site;
}

export function writeSite(site: Site, folder: string): void {
  for (const [place, text] of site) {
    const path = join(folder, place);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function pageOf(target: Target, repository: Repository, note: (target: Target) => void): Rendered {
  const book = 'spec/protocol.html';
  const known = new Set<string>(rules.map(({ id }) => id));
  try {
    return renderMarkdown(repository.read(target.path), {
      resolve: (link) => {
        const resolved = resolveLink(link, target, repository);
        if (resolved?.target) note(resolved.target);
        return resolved?.href ?? null;
      },
      rule: (id) =>
        known.has(id)
          ? `${target.place === book ? '' : relative(target.place, book)}#${id.toLowerCase()}`
          : null,
    });
  } catch (error) {
    throw new Error(`${target.path}: ${(error as Error).message}`);
  }
}

type Listed = ReadonlyMap<string, { readonly target: Target; readonly title: string }>;

function entriesOf(pages: Listed): readonly Entry[] {
  const grouped = groups.flatMap(([group, paths]) =>
    paths.flatMap((path): Entry[] => {
      const page = pages.get(path);
      return page ? [{ group, title: page.title, place: page.target.place }] : [];
    }),
  );
  const placed = new Set(grouped.map(({ place }) => place));
  const rest = [...pages.values()].filter(({ target }) => !placed.has(target.place));
  return [
    ...grouped,
    ...rest.map(({ target, title }) => ({
      group: target.path.includes('decisions/') ? 'Decisions' : 'More',
      title,
      place: target.place,
    })),
  ];
}

/** What a page leads to that is no page: a picture, a source, a folder with its files. */
function fileOf(
  target: Target,
  repository: Repository,
  entries: readonly Entry[],
): readonly (readonly [string, string])[] {
  const { kind, path, place } = target;
  switch (kind) {
    case 'page':
      return [];
    case 'picture':
      return [[place, repository.read(path)]];
    case 'source': {
      const lines = escaped(repository.read(path)).trimEnd().split('\n');
      const numbered = lines.map((line, index) => `<span id="L${index + 1}">${line}</span>`);
      const html = `<h1>${escaped(path)}</h1>\n<pre><code>${numbered.join('\n')}</code></pre>`;
      return [[place, renderPage(place, plain(path, html), entries)]];
    }
    case 'folder': {
      const files = repository.list(path).filter((name) => !name.endsWith('/'));
      const targets = files.map((name) => targetOf(posix.join(path, name), repository));
      const items = targets.map(
        (one) =>
          `<li><a href="${relative(place, one.place)}">${escaped(posix.basename(one.path))}</a></li>`,
      );
      const html = `<h1>${escaped(path)}</h1>\n<ul>\n${items.join('\n')}\n</ul>`;
      const page = [place, renderPage(place, plain(path, html), entries)] as const;
      return [page, ...targets.flatMap((one) => fileOf(one, repository, entries))];
    }
  }
}

const plain = (title: string, html: string): Rendered => ({
  title,
  html,
  hasMermaid: false,
  sections: [],
});
