import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { renderBook } from '../../src/spec-book/book.ts';
import { staleness, staleText } from '../../src/spec-book/freshness.ts';
import { generate, readParts } from '../../src/spec-book/generate.ts';
import { renderRulesJson } from '../../src/spec-book/rules-json.ts';
import { SpecError } from '../../src/spec-book/spec-error.ts';
import { specification } from '../../src/spec-book/specification.ts';
import { obligations } from '../../src/spec-book/well-formed.ts';

const read = (file: string) => readFileSync(join(packageRoot, file), 'utf8');
const book = renderBook(specification, readParts());

describe('spec/protocol.md', () => {
  test('is what its sources say', () => {
    const stale = staleness('spec/protocol.md', read('spec/protocol.md'), book);
    expect(stale && staleText(stale)).toBeNull();
  });

  test('has words of obligation in capitals in rules only, once per rule', () => {
    const lines = book.split('\n').filter((line) => line.match(obligations));
    expect(lines.filter((line) => !line.startsWith('> '))).toEqual([]);
    expect(lines).toHaveLength(specification.rules.length);
    for (const line of lines) expect(line.match(obligations), line).toHaveLength(1);
  });

  test('has an anchor for every link, and no anchor twice', () => {
    const headings = [...book.matchAll(/^#{2,4} (.+)$/gm)].map((found) => anchorOf(found[1]!));
    expect(headings.filter((anchor, index) => headings.indexOf(anchor) < index)).toEqual([]);
    const links = [...book.matchAll(/\]\(#([^)]+)\)/g)].map((found) => found[1]!);
    expect(links.filter((link) => !headings.includes(link))).toEqual([]);
    for (const { id } of specification.rules) expect(headings).toContain(id.toLowerCase());
  });

  test('calls a sidefile by no other name', () => {
    expect(book).not.toMatch(/\bjournals?\b|\bqueues?\b/i);
  });
});

describe('spec/rules.json', () => {
  test('is what its sources say', () => {
    const text = renderRulesJson(specification);
    const stale = staleness('spec/rules.json', read('spec/rules.json'), text);
    expect(stale && staleText(stale)).toBeNull();
  });

  test('names for every claim and guarantee the rules behind it', () => {
    const document = JSON.parse(read('spec/rules.json'));
    expect(document.format).toBe(1);
    for (const one of [...document.claims, ...document.guarantees]) {
      expect(one.rules.length, JSON.stringify(one)).toBeGreaterThan(0);
    }
  });
});

describe('a stale file', () => {
  test('is told with file, line and both texts', () => {
    const stale = staleness('spec/protocol.md', 'one\ntwo\n', 'one\nthree\n')!;
    expect(staleText(stale)).toBe('spec/protocol.md:2: stale\n  found     two\n  expected  three');
  });

  test('may be one that ends too early, goes on too long or is not there', () => {
    expect(staleness('a', 'one', 'one\ntwo')).toMatchObject({ line: 2, found: '(end of file)' });
    expect(staleness('a', 'one\ntwo', 'one')).toMatchObject({ line: 2, expected: '(end of file)' });
    expect(staleness('a', null, 'one')).toMatchObject({ line: 1, found: '(no file)' });
    expect(staleness('a', 'one', 'one')).toBeNull();
  });
});

describe('the generator', () => {
  test('refuses an option it does not know', () => {
    expect(() => generate(['--chek'])).toThrow(
      new SpecError('bad-argument', 'Found --chek, expected --check or --strict.'),
    );
  });

  test('names the part that is missing', () => {
    expect(() => readParts('/nowhere')).toThrow('Expected the file spec/parts/scope.md.');
  });
});

/** As GitHub makes them of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
