import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** Standard output that is lost in the middle: the command ends in order, and says no "ok". */

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'lost-output-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

function begin(line: string, output: 'pipe' | number = 'pipe') {
  const words = ['--import', 'tsx', 'src/cli/main.ts', ...line.split(' ')];
  const env = { ...process.env, TMPDIR: place };
  const running = spawn(process.execPath, words, { env, stdio: ['ignore', output, 'pipe'] });
  let complained = '';
  running.stderr!.on('data', (text) => {
    complained += text;
  });
  const ended = new Promise<{ exitCode: number | null; complained: string }>((resume) =>
    running.once('close', (exitCode) => resume({ exitCode, complained })),
  );
  return { running, ended };
}

const sitesLeft = async () => (await readdir(place)).filter((name) => name.startsWith('sidefile'));

it('a reader that leaves before the result of a demonstration is told has what it wanted', async () => {
  const { ended, running } = begin('demo --input package-lock.json');
  let read = '';
  running.stdout!.on('data', (text) => {
    read += text;
    // The last line before the result. Who leaves earlier is found out while writes are under way.
    if (/its async mirror\n/.test(read)) running.stdout!.destroy();
  });
  const { complained, exitCode } = await ended;
  expect(complained).not.toMatch(/EPIPE|Error/);
  expect([exitCode, await sitesLeft()]).toEqual([0, []]);
});

it('a reader that leaves at once ends a demonstration, and nothing is left behind', async () => {
  const { ended, running } = begin('demo');
  running.stdout!.destroy();
  const { complained, exitCode } = await ended;
  expect(complained).not.toMatch(/EPIPE|Error/);
  expect(complained).toContain('interrupted; nothing is left behind');
  expect([exitCode, await sitesLeft()]).toEqual([130, []]);
});

it('a terminal that is closed ends a demonstration, and nothing is left behind', async () => {
  const { ended, running } = begin('demo');
  running.stdout!.resume();
  running.stderr!.once('data', () => running.kill('SIGHUP'));
  expect([(await ended).exitCode, await sitesLeft()]).toEqual([130, []]);
});

it.runIf(existsSync('/dev/full'))('what a full disk did not take is no success', async () => {
  const { complained, exitCode } = await begin('explain EPOCH-30', openSync('/dev/full', 'w'))
    .ended;
  expect(complained).toMatch(/^error: standard output cannot be written: ENOSPC[^\n]*\n$/);
  expect(exitCode).toBe(2);
});

it('a disk that takes nothing ends a demonstration, and nothing is left behind', async () => {
  const kept = join(place, 'kept/here');
  for (const [kilobytes, more] of [
    [0, ''],
    [2000, ''],
    [2000, `--keep ${kept}`],
  ] as const) {
    const words = `--import tsx src/cli/main.ts demo --input package-lock.json ${more}`;
    const line = `ulimit -f ${kilobytes}; exec ${process.execPath} ${words}`;
    const env = { ...process.env, TMPDIR: place };
    const running = spawn('bash', ['-c', line], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let complained = '';
    running.stderr.on('data', (text) => {
      complained += text;
    });
    expect(await new Promise((resume) => running.once('close', resume))).toBe(2);
    expect(complained).toMatch(/^error: .*(EFBIG|ulimit -f)[^\n]*\n$/);
    expect(await sitesLeft()).toEqual([]);
  }
  expect(existsSync(join(place, 'kept'))).toBe(false);
});

it('a pipe in place of a file is refused: nobody might ever write into it', async () => {
  const pipe = join(place, 'pipe');
  await new Promise((resume) => spawn('mkfifo', [pipe]).once('close', resume));
  const { complained, exitCode } = await begin(`demo --input ${pipe}`).ended;
  expect(complained).toContain('is no file with bytes in it');
  expect(exitCode).toBe(2);
});
