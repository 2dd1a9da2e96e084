import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from './terminal.ts';

/** Ctrl-C as soon as the command listens for it. */
async function sayAndInterrupt(line: string) {
  const before = process.listenerCount('SIGINT');
  const said = say(line);
  while (process.listenerCount('SIGINT') === before) await pause(1);
  process.emit('SIGINT', 'SIGINT');
  const told = await said;
  while (process.listenerCount('SIGINT') > before) await pause(5); // for its echo
  return told;
}

describe('"sidefile simulate" that is interrupted', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-interrupted-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('tells of the runs that were made: it is cut short, exit code 23', async () => {
    const { complained, exitCode, printed } = await sayAndInterrupt(
      'simulate --seeds 1000000 --no-bridge',
    );
    expect(exitCode).toBe(23);
    expect(complained).toContain('interrupted: the runs under way end');
    expect(printed).toMatch(/^1 runs in .* writes acknowledged/m);
    expect(printed).toContain('\nnothing was violated\ncut short: 1 of 1,000,000 runs were made');
  });

  it('tells it as a document too', async () => {
    const { exitCode, printed } = await sayAndInterrupt(
      'simulate --seeds 1000000 --no-bridge --workers 2 --json',
    );
    const told = JSON.parse(printed);
    expect([exitCode, told.exitCode, told.cutShort, told.asked]).toEqual([23, 23, true, 1_000_000]);
    expect(told.seeds).toBe(2);
  });

  it('says what was violated, and keeps the run as large as it is then', async () => {
    const path = join(directory, 'kept.json');
    const { exitCode, printed } = await sayAndInterrupt(
      `simulate --seeds 9 --weakness commit-before-own-flush --no-bridge --save ${path}`,
    );
    expect([exitCode, printed]).toEqual([12, expect.stringContaining('cut short: 1 of 9 runs')]);
    expect(JSON.parse(await readFile(path, 'utf8')).seed).toBe(1);
  });
});
