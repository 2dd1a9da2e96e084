import { execFileSync } from 'node:child_process';
import { appendFile, link, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInput } from '../../src/cli/demo/input.ts';
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

  it.runIf(process.platform === 'linux')(
    'a trace into a pipe that nobody reads is refused, and nothing waits for a reader',
    async () => {
      execFileSync('mkfifo', [at('pipe')]);
      for (const asked of ['simulate --seed 3', `demo --input ${at('read')}`]) {
        const { exitCode, complained } = await say(`${asked} --trace ${at('pipe')}`);
        expect([exitCode, complained]).toEqual([2, expect.stringContaining('ENXIO')]);
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
