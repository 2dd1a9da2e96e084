import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drive } from './drive.ts';
import { boundsFor, noticedBy, preludes } from './driven.ts';
import { type Moment, readTrace } from './itf.ts';
import { quint, TESTS } from './quint.ts';

/** Link (a): machines are driven along all stories of the Quint text. */

const EFFORT = 1600;
const STORIES = 40;
const TIMEOUT = { timeout: 300_000 };
const ending = '.itf.json';
const folder = mkdtempSync(join(tmpdir(), 'sidefile-stories-'));

beforeAll(async () => {
  const out = `--out-itf=${join(folder, `{test}${ending}`)}`;
  const options = ['--main=stories', '--max-samples=1', '--seed=7', out];
  const { code, output } = await quint('test', TESTS, ...options);
  expect(code, output).toBe(0);
  expect(output).toContain(`${STORIES} passing`);
});

afterAll(() => rmSync(folder, { recursive: true }));

function traceOf(story: string): readonly Moment[] {
  const prelude = preludes.get(story);
  const own = readTrace(join(folder, story + ending));
  return prelude ? [...traceOf(prelude), ...own] : own;
}

const driven = (story: string, effort: number, weakness: string | null = null) => {
  const bounds = boundsFor(story, traceOf(story));
  const config = { ...bounds.config, weakness };
  return drive(traceOf(story), { ...bounds, config }, effort);
};

test('machines follow each story to its end', TIMEOUT, () => {
  const stories = readdirSync(folder).map((name) => name.slice(0, -ending.length));
  expect(stories).toHaveLength(STORIES);
  for (const story of stories) {
    const { reached, last, differs, moves } = driven(story, EFFORT);
    expect(differs, `${story}\n${moves.join('\n')}`).toEqual([]);
    expect(reached).toBe(last);
    expect(last).toBeGreaterThan(3);
  }
});

test.each(noticedBy)('without its rule (%s) no machines follow %s', TIMEOUT, (weakness, story) => {
  const whole = driven(story, EFFORT);
  expect(whole.reached).toBe(whole.last);
  const { reached, last, differs } = driven(story, EFFORT, weakness);
  expect(reached).toBeLessThan(last);
  expect(differs).not.toEqual([]);
});
