import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drive, type Order } from './drive.ts';
import {
  boundsFor,
  boundsOfRandom,
  followed,
  notFollowed,
  noticedBy,
  unrealised,
} from './driven.ts';
import { readTrace } from './itf.ts';
import { quint, SPECIFICATION, TESTS } from './quint.ts';

/** Link (a): machines are driven along stories and random runs of the Quint text. */

const EFFORT = 400;
const TIMEOUT = { timeout: 300_000 };
const ending = '.itf.json';
const folder = mkdtempSync(join(tmpdir(), 'sidefile-stories-'));
const random = mkdtempSync(join(tmpdir(), 'sidefile-random-'));

beforeAll(async () => {
  const out = `--out-itf=${join(folder, `{test}${ending}`)}`;
  const options = ['--main=stories', '--max-samples=1', '--seed=7', out];
  const { code, output } = await quint('test', TESTS, ...options);
  expect(code, output).toBe(0);
  expect(output).toContain('27 passing');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(random, { recursive: true });
});

const traceOf = (story: string) => readTrace(join(folder, story + ending));

const driven = (
  story: string,
  effort: number,
  orders: readonly Order[],
  weakness: string | null = null,
) => {
  const bounds = boundsFor(story, traceOf(story));
  const config = { ...bounds.config, weakness };
  return drive(traceOf(story), { ...bounds, config }, effort, orders);
};

test('each story is listed once: as followed, or as not, with the reason', () => {
  const told = readdirSync(folder).map((name) => name.slice(0, -ending.length));
  expect([...followed, ...notFollowed.keys()].sort()).toEqual(told.sort());
});

test.each(followed)('machines follow %s to its end', TIMEOUT, (story) => {
  const { reached, last, differs, moves } = driven(story, EFFORT, ['wide', 'mixed']);
  expect(differs, moves.join('\n')).toEqual([]);
  expect(reached).toBe(last);
  expect(last).toBeGreaterThan(3);
});

// Fails when a story is followed after all: then it belongs to the others.
test.each([...notFollowed.keys()])('no machines were found that follow %s', TIMEOUT, (story) => {
  const { reached, last } = driven(story, EFFORT / 16, ['wide']);
  expect(reached).toBeLessThan(last);
});

test.each(noticedBy)('without its rule (%s) no machines follow %s', TIMEOUT, (weakness, story) => {
  const whole = driven(story, EFFORT / 4, ['wide']);
  expect(whole.reached).toBe(whole.last);
  const { reached, last, differs } = driven(story, EFFORT / 4, ['wide'], weakness);
  expect(reached).toBeLessThan(last);
  expect(differs).not.toEqual([]);
});

test('random runs drive machines; where they end is listed and counted', TIMEOUT, async () => {
  const out = `--out-itf=${join(random, '{seq}.itf.json')}`;
  const { code, output } = await quint(
    ...(['run', SPECIFICATION, '--main=sidefile', '--init=init', '--step=step'] as const),
    ...['--max-steps=25', '--mbt', '--seed=7', '--max-samples=36', '--n-traces=36', out],
  );
  expect(code, output).toBe(0);
  const stops = new Map<string, number>();
  let steps = 0;
  let whole = 0;
  for (const name of readdirSync(random)) {
    const trace = readTrace(join(random, name));
    const { reached, last, stopped } = drive(trace, boundsOfRandom(name, trace), 25, ['wide']);
    steps += reached;
    if (reached === last) whole++;
    else stops.set(stopped ?? '', (stops.get(stopped ?? '') ?? 0) + 1);
  }
  const counts = [...stops].map(([action, count]) => `${action}: ${count}`).join(', ');
  console.log(`${steps} steps driven, ${whole} runs whole; ended at ${counts}`);
  expect([...stops.keys()].filter((action) => !unrealised.has(action))).toEqual([]);
  expect(steps).toBeGreaterThan(120);
  expect(whole).toBeGreaterThan(1);
});
