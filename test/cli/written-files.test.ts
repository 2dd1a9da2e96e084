import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInput } from '../../src/cli/demo/input.ts';
import { packageRoot } from '../../src/package-root.ts';
import { scenarioOf } from '../../src/simulator/scenario.ts';
import { say } from './terminal.ts';

describe('files that a command reads and writes', () => {
  let directory: string;
  const at = (name: string) => join(directory, name);
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-written-'));
    await writeFile(at('read'), JSON.stringify(scenarioOf({ seed: 5 })).padEnd(9000));
    await link(at('read'), at('other-name'));
    await symlink(at('read'), at('symlink'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  for (const name of ['read', 'other-name', 'symlink']) {
    it.each(['demo --input', 'simulate --replay'])(
      `"sidefile %s" does not write its trace over what it reads, named ${name}`,
      async (command) => {
        const before = await readFile(at('read'));
        const { exitCode, complained } = await say(`${command} ${at('read')} --trace ${at(name)}`);
        expect([exitCode, complained]).toEqual([2, expect.stringContaining(', which is read')]);
        expect(await readFile(at('read'))).toEqual(before);
      },
    );
  }

  describe('a trace where an older demonstration kept its sites', () => {
    const kept = ['header', 'sidefile', 'volume-0'].map((name) => `site-0/${name}`);
    beforeAll(async () => {
      await mkdir(at('kept/site-0'), { recursive: true });
      for (const name of kept) await writeFile(at(`kept/${name}`), 'of a site '.repeat(900));
    });

    it.each(kept)('is not written over %s', async (name) => {
      const before = await readFile(at(`kept/${name}`));
      for (const asked of [
        `demo --input ${at('read')}`,
        `demo --input ${at('read')} --keep ${at('kept')}`,
        'simulate --seed 3 --no-bridge',
        `simulate --replay ${at('read')}`,
      ]) {
        const { exitCode, complained } = await say(`${asked} --trace ${at(`kept/${name}`)}`);
        expect([exitCode, complained]).toEqual([2, expect.stringContaining('is no trace')]);
        expect(await readFile(at(`kept/${name}`))).toEqual(before);
      }
    });
  });

  it('a command that is refused leaves an older trace as it was, and no new one', async () => {
    await say(`simulate --seed 3 --no-bridge --trace ${at('trace')}`);
    const before = await readFile(at('trace'));
    await writeFile(at('none'), '{}');
    await mkdir(at('taken'));
    await writeFile(at('taken/site-1'), 'somebody’s');
    for (const asked of [
      `demo --input ${at('read')} --keep ${at('taken')}`,
      `simulate --replay ${at('none')}`,
    ]) {
      for (const name of ['trace', 'new']) {
        expect((await say(`${asked} --trace ${at(name)}`)).exitCode).toBe(2);
      }
    }
    expect(await readFile(at('trace'))).toEqual(before);
    expect(existsSync(at('new'))).toBe(false);
  });

  it('a trace is written over an older one, and nothing of that is left', async () => {
    await say(`simulate --seed 3 --no-bridge --trace ${at('again')}`);
    const before = await readFile(at('again'));
    await appendFile(at('again'), before);
    await say(`simulate --seed 3 --no-bridge --trace ${at('again')}`);
    expect(await readFile(at('again'))).toEqual(before);
  });

  it('a failing run is left whole or not at all: what was there stays until it is', async () => {
    const asked = 'simulate --seed 1 --weakness commit-before-own-flush --no-bridge --save';
    await say(`${asked} ${at('symlink-to-older')}`); // makes it
    const made = await readFile(at('symlink-to-older'));
    await writeFile(at('older'), made);
    await rm(at('symlink-to-older'));
    await symlink(at('older'), at('symlink-to-older'));
    const { ino } = await stat(at('older'));
    expect((await say(`${asked} ${at('symlink-to-older')}`)).exitCode).toBe(12);
    expect((await readlink(at('symlink-to-older'))).endsWith('older')).toBe(true);
    expect(await readFile(at('older'))).toEqual(made);
    expect((await stat(at('older'))).ino).not.toBe(ino); // another file took its place
    expect((await readdir(directory)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('a failing run is not left over a file that nobody named and that is no scenario', async () => {
    const kept = at('failing-seed-1.json');
    await writeFile(kept, 'mine');
    const main = ['--import', import.meta.resolve('tsx'), join(packageRoot, 'src/cli/main.ts')];
    const asked = ['simulate', '--seed', '1', '--weakness', 'answer-when-stored', '--no-bridge'];
    const options = { cwd: directory, encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync(process.execPath, [...main, ...asked], options);
    expect([status, stderr]).toEqual([12, expect.stringContaining('the failing run is not kept')]);
    expect(await readFile(kept, 'utf8')).toBe('mine');
  });

  it('a demonstration that is refused leaves no folder that it made', async () => {
    const asked = `demo --input ${at('read')} --keep ${at('not/yet')} --trace ${directory}`;
    expect((await say(asked)).exitCode).toBe(2);
    expect(existsSync(at('not'))).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'a pipe that nobody reads, or writes into, is refused, and nothing waits for anybody',
    async () => {
      execFileSync('mkfifo', [at('pipe')]);
      for (const asked of ['simulate --seed 3', `demo --input ${at('read')}`]) {
        const { exitCode, complained } = await say(`${asked} --trace ${at('pipe')}`);
        expect([exitCode, complained]).toEqual([2, expect.stringContaining('ENXIO')]);
      }
      execFileSync('mkfifo', [at('crossing.checkpoint')]);
      const resumed = await say(`check crossing --resume ${directory}`);
      expect([resumed.exitCode, resumed.complained]).toEqual([
        2,
        expect.stringContaining('is a pipe'),
      ]);
      for (const asked of [`--replay ${at('pipe')}`, `--seed 3 --save ${at('pipe')}`]) {
        const { exitCode, complained } = await say(`simulate ${asked}`);
        expect([exitCode, complained]).toEqual([2, expect.stringContaining('is a pipe')]);
      }
    },
  );

  it('what is written behind the end of the input meanwhile is not part of it', async () => {
    await writeFile(at('log'), new Uint8Array(5000).fill(1));
    const input = await openInput(at('log'), 4096);
    await appendFile(at('log'), new Uint8Array(9000).fill(2));
    const bytes = await input.read(1, 1);
    await input.close();
    expect(Buffer.compare(bytes, new Uint8Array(4096).fill(1, 0, 904))).toBe(0);
  });
});
