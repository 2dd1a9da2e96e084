import { relative } from './links.ts';
import { escaped, type Rendered } from './markdown.ts';

/** One entry of the list that stands beside every page. */
export interface Entry {
  readonly group: string;
  readonly title: string;
  readonly place: string;
}

/** A whole page. `place`: where it lies on the site, so that links are relative. */
export function renderPage(place: string, page: Rendered, entries: readonly Entry[]): string {
  const to = (other: string) => relative(place, other);
  const mermaid = page.hasMermaid
    ? `<script src="${to('assets/mermaid.js')}"></script>\n<script src="${to('assets/pictures.js')}"></script>\n`
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(page.title)} · sidefile</title>
<link rel="stylesheet" href="${to('assets/style.css')}">
</head>
<body>
<nav id="pages">
<a class="home" href="${to('index.html')}">sidefile</a>
${navigation(place, page, entries)}
</nav>
<main>
<a class="to-pages" href="#pages">all pages</a>
${page.html}
</main>
${mermaid}</body>
</html>
`;
}

function navigation(place: string, page: Rendered, entries: readonly Entry[]): string {
  const groups = [...new Set(entries.map(({ group }) => group))];
  return groups
    .map((group) => {
      const items = entries
        .filter((entry) => entry.group === group)
        .map((entry) => itemOf(entry, place, page));
      return `<h2>${escaped(group)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
    })
    .join('\n');
}

function itemOf(entry: Entry, place: string, page: Rendered): string {
  const here = entry.place === place;
  const link = `<a${here ? ' class="here"' : ''} href="${relative(place, entry.place)}">${escaped(entry.title)}</a>`;
  if (!here || page.sections.length === 0) return `<li>${link}</li>`;
  const sections = page.sections.map(
    ({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`,
  );
  return `<li>${link}\n<ul>${sections.join('')}</ul></li>`;
}

/** Drawn by the browser, from a file of the site itself. */
export const picturesScript =
  "mermaid.initialize({ startOnLoad: true, theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'default', maxTextSize: 500000, maxEdges: 2000 });\n";

export const styleSheet = `:root { color-scheme: light dark; --text: #1f2933; --faint: #52606d; --line: #d9e2ec; --back: #ffffff; --side: #f5f7fa; --link: #1d5fa7; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e7eb; --faint: #9aa5b1; --line: #3e4c59; --back: #14181d; --side: #1c2229; --link: #7db7f0; } }
* { box-sizing: border-box; }
body { margin: 0; display: flex; color: var(--text); background: var(--back); font: 16px/1.6 system-ui, sans-serif; }
nav { flex: 0 0 17rem; height: 100vh; position: sticky; top: 0; overflow-y: auto; padding: 1.2rem; background: var(--side); border-right: 1px solid var(--line); font-size: 14px; }
nav .home { font-size: 20px; font-weight: 700; color: var(--text); }
nav h2 { margin: 1.2rem 0 0.2rem; font-size: 12px; letter-spacing: 0.06em; text-transform: uppercase; color: var(--faint); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav ul ul { padding-left: 0.8rem; font-size: 13px; }
nav .here { font-weight: 700; }
.to-pages { display: none; }
main { flex: 1; min-width: 0; max-width: 64rem; padding: 1.5rem 2.5rem 6rem; overflow-wrap: break-word; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h1, h2, h3, h4 { line-height: 1.25; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: 0.3rem; margin-top: 2.5rem; }
code, pre { font: 13.5px/1.5 ui-monospace, monospace; }
code { background: var(--side); padding: 0.1em 0.3em; border-radius: 3px; }
pre { background: var(--side); padding: 1rem; overflow-x: auto; border-radius: 6px; }
pre code { padding: 0; }
img { max-width: 100%; background: #ffffff; border-radius: 6px; }
table { display: block; overflow-x: auto; border-collapse: collapse; font-size: 14px; }
th, td { border: 1px solid var(--line); padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 4px solid var(--line); }
:target { background: color-mix(in srgb, var(--link) 18%, transparent); }
@media (max-width: 60rem) { body { flex-direction: column; } nav { order: 1; flex: none; position: static; height: auto; } main { flex: none; width: 100%; padding: 1rem; } .to-pages { display: block; } }
`;
