import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drive } from './drive.ts';
import { boundsFor, boundsOfRandom, noticedBy, preludes } from './driven.ts';
import { type Moment, readTrace } from './itf.ts';
import { AS_BUILT, quint, TESTS } from './quint.ts';

/** Link (a): machines are driven along all stories of the Quint text, and along random runs of it as built. */

const EFFORT = 400;
const STORIES = 29;
const TIMEOUT = { timeout: 300_000 };
const ending = '.itf.json';
const folder = mkdtempSync(join(tmpdir(), 'sidefile-stories-'));
const random = mkdtempSync(join(tmpdir(), 'sidefile-random-'));

beforeAll(async () => {
  const out = `--out-itf=${join(folder, `{test}${ending}`)}`;
  const options = ['--main=stories', '--max-samples=1', '--seed=7', out];
  const { code, output } = await quint('test', TESTS, ...options);
  expect(code, output).toBe(0);
  expect(output).toContain(`${STORIES} passing`);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(random, { recursive: true });
});

function traceOf(story: string): readonly Moment[] {
  const prelude = preludes.get(story);
  const own = readTrace(join(folder, story + ending));
  return prelude ? [...traceOf(prelude), ...own] : own;
}

const driven = (story: string, weakness: string | null = null) => {
  const bounds = boundsFor(story, traceOf(story));
  const config = { ...bounds.config, weakness };
  return drive(traceOf(story), { ...bounds, config }, EFFORT);
};

test('machines follow each story to its end', TIMEOUT, () => {
  const stories = readdirSync(folder).map((name) => name.slice(0, -ending.length));
  expect(stories).toHaveLength(STORIES);
  for (const story of stories) {
    const { reached, last, differs, moves } = driven(story);
    expect(differs, `${story}\n${moves.join('\n')}`).toEqual([]);
    expect(reached).toBe(last);
    expect(last).toBeGreaterThan(3);
  }
});

test.each(noticedBy)('without its rule (%s) no machines follow %s', TIMEOUT, (weakness, story) => {
  const { reached, last, differs } = driven(story, weakness);
  expect(reached).toBeLessThan(last);
  expect(differs).not.toEqual([]);
});

test('machines follow random runs of the text as built', TIMEOUT, async () => {
  const out = `--out-itf=${join(random, '{seq}.itf.json')}`;
  const { code, output } = await quint(
    ...(['run', AS_BUILT, '--main=asBuilt', '--init=initAsBuilt', '--step=stepAsBuilt'] as const),
    ...['--max-steps=25', '--mbt', '--seed=7', '--max-samples=36', '--n-traces=36', out],
  );
  expect(code, output).toBe(0);
  const ended: string[] = [];
  let [steps, all] = [0, 0];
  for (const name of readdirSync(random)) {
    const trace = readTrace(join(random, name));
    const { reached, last, stopped } = drive(trace, boundsOfRandom(name, trace), EFFORT);
    steps += reached;
    all += last;
    if (reached < last) ended.push(`${name} after ${reached} of ${last} steps, at ${stopped}`);
  }
  console.log(`${steps} of ${all} steps driven; not to its end: ${ended.join(', ')}`);
  expect(ended.length).toBeLessThan(12);
  expect(steps).toBeGreaterThan(0.8 * all);
});
