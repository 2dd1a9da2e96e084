import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drive } from './drive.ts';
import { boundsFor, followed, notFollowed, noticedBy } from './driven.ts';
import { readTrace } from './itf.ts';
import { quint, TESTS } from './quint.ts';

/** Link (a): machines are driven along the stories of spec/sidefile_test.qnt. */

const EFFORT = 150;
const ending = '.itf.json';
const folder = mkdtempSync(join(tmpdir(), 'sidefile-stories-'));

beforeAll(async () => {
  const out = `--out-itf=${join(folder, `{test}${ending}`)}`;
  const options = ['--main=stories', '--max-samples=1', '--seed=7', out];
  const { code, output } = await quint('test', TESTS, ...options);
  expect(code, output).toBe(0);
  expect(output).toContain('27 passing');
});

afterAll(() => rmSync(folder, { recursive: true }));

const traceOf = (story: string) => readTrace(join(folder, story + ending));

const driven = (story: string, effort: number, weakness: string | null = null) => {
  const bounds = boundsFor(story, traceOf(story));
  const config = { ...bounds.config, weakness };
  return drive(traceOf(story), { ...bounds, config }, effort);
};

test('each story is listed once: as followed, or as not, with the reason', () => {
  const told = readdirSync(folder).map((name) => name.slice(0, -ending.length));
  expect([...followed, ...notFollowed.keys()].sort()).toEqual(told.sort());
});

test.each(followed)('machines follow %s to its end', (story) => {
  const { reached, last, differs, moves } = driven(story, EFFORT);
  expect(differs, moves.join('\n')).toEqual([]);
  expect(reached).toBe(last);
  expect(last).toBeGreaterThan(3);
});

// Fails when a story is followed after all: then it belongs to the others.
test.each([...notFollowed.keys()])('no machines were found that follow %s', (story) => {
  const { reached, last } = driven(story, EFFORT / 3);
  expect(reached).toBeLessThan(last);
});

test.each(noticedBy)('without its rule (%s) no machines follow %s', (weakness, story) => {
  const { reached, last, differs } = driven(story, EFFORT, weakness);
  expect(reached).toBeLessThan(last);
  expect(differs).not.toEqual([]);
});
