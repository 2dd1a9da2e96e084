import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Killing } from './killed/rounds.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sidefile-killed-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('a process that is killed, stopped, and loses its primary’s disk loses no write that was acknowledged', async () => {
  const killing = new Killing(directory, 1);
  for (const round of ['killWriting', 'stop', 'kill', 'lose', 'killWriting', 'kill'] as const) {
    await killing.play(round);
  }
  await killing.play('killWriting');
  const { acknowledged, reads, losses, refusedWhileOpen } = killing.played;
  expect(acknowledged).toBeGreaterThan(100);
  expect(reads).toBeGreaterThan(72);
  expect(losses).toBe(1);
  expect(refusedWhileOpen).toBeGreaterThan(0);
});
