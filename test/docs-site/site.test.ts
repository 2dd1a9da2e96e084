import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderSite, type Site } from '../../src/docs-site/build.ts';
import { renderMarkdown, slugOf } from '../../src/docs-site/markdown.ts';
import { repositoryAt } from '../../src/docs-site/repository.ts';
import { packageRoot } from '../../src/package-root.ts';

const site = renderSite(repositoryAt(packageRoot));
const pages = [...site].filter(([place]) => place.endsWith('.html'));

/** Links and pictures of a page that lead to no file of the site, or to no anchor in it. */
function broken(place: string, html: string, within: Site): string[] {
  const written = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((found) => found[1]!);
  return written.filter((link) => {
    if (/^(https?|data|mailto):/.test(link)) return false;
    const [path, fragment] = link.split('#', 2) as [string, string | undefined];
    const target = path === '' ? place : posix.join(posix.dirname(place), path);
    const text = within.get(target);
    if (text === undefined) return true;
    return fragment !== undefined && fragment !== '' && !text.includes(`id="${fragment}"`);
  });
}

describe('the documentation as a site', () => {
  it('has the README as its first page, the book, the tour and a picture of each chart', () => {
    for (const place of [
      'index.html',
      'spec/protocol.html',
      'docs/tour.html',
      'docs/traceability.html',
      'docs/diagrams/primary.svg',
      'docs/diagrams/mirror.svg',
      'docs/diagrams/sidefile.svg',
    ]) {
      expect(site.has(place), place).toBe(true);
    }
  });

  it('every link and every picture leads to a file of the site, and every fragment to an anchor', () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(
      pages.flatMap(([place, html]) =>
        broken(place, html, site).map((link) => `${place}: ${link}`),
      ),
    ).toEqual([]);
  });

  it('a broken subject is caught: a file that is not there, an anchor that is not there', () => {
    const html = '<a href="gone.html">a</a><a href="here.html#gone">b</a><a href="#gone">c</a>';
    const within = new Map([['here.html', '<p id="there">']]);
    expect(broken('here.html', html, within)).toEqual(['gone.html', 'here.html#gone', '#gone']);
  });

  it('each page stands in the list beside it, below a heading that says of what kind it is', () => {
    const list = site.get('index.html')!.match(/<nav id="pages">(.*?)<\/nav>/s)![1]!;
    expect(list).toContain('<h2>Decisions</h2>');
    expect(list).not.toContain('<h2>More</h2>');
    for (const place of ['docs/wrong-guards.html', 'docs/exported-suffix.html']) {
      expect(list.indexOf(place), place).toBeLessThan(list.indexOf('<h2>Decisions</h2>'));
      expect(list, place).toContain(`href="${place}"`);
    }
  });

  it('a picture leads to itself, in its own size; one that leads elsewhere does so still', () => {
    const hooks = { resolve: (link: string) => link, rule: () => null };
    expect(renderMarkdown('![a](b.svg)', hooks).html).toBe(
      '<p><a href="b.svg"><img src="b.svg" alt="a"></a></p>\n',
    );
    expect(renderMarkdown('[![a](b.svg)](c.md)', hooks).html).toBe(
      '<p><a href="c.md"><img src="b.svg" alt="a"></a></p>\n',
    );
  });

  it('nothing is fetched from elsewhere', () => {
    const fetched = pages.flatMap(([, html]) =>
      [...html.matchAll(/<(?:script|img|link)[^>]*\s(?:src|href)="(https?:[^"]*)"/g)].map(
        (found) => found[1],
      ),
    );
    expect(fetched).toEqual([]);
  });

  it('a rule named in running text leads to the book', () => {
    const { html } = renderMarkdown('See EPOCH-30, `EPOCH-40` and NOTHING-10.', {
      resolve: (link) => link,
      rule: (id) => (id.startsWith('EPOCH') ? `book#${id.toLowerCase()}` : null),
    });
    expect(html).toBe(
      '<p>See <a class="rule" href="book#epoch-30">EPOCH-30</a>, <code>EPOCH-40</code> and NOTHING-10.</p>\n',
    );
  });

  it('a link to nothing is an error that names it', () => {
    const hooks = { resolve: () => null, rule: () => null };
    expect(() => renderMarkdown('[a](gone.md)', hooks)).toThrow('no such file: gone.md');
  });

  it('anchors are those that code hosts give', () => {
    expect(slugOf('What is finished, and what is not')).toBe('what-is-finished-and-what-is-not');
    expect(slugOf('EPOCH-30')).toBe('epoch-30');
  });
});
