import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { limitsFrom } from '../../src/checker/limits.ts';

const endless = `
import { always, checkModel, exitCode } from './src/checker/api.ts';
const verdict = await checkModel({
  name: 'endless',
  initial: [0],
  actions: (n) => [['on', n + 1]],
  properties: [always('E-1', 'is a number', null, (n) => n >= 0)],
});
console.log(JSON.stringify([exitCode(verdict), verdict.reason]));
`;

it('a world without end is cut short before it takes the process with it', () => {
  const words = ['--max-old-space-size=128', '--import', 'tsx', '--input-type=module'];
  const { stdout } = spawnSync(process.execPath, words, { input: endless, encoding: 'utf8' });
  const [exitCode, reason] = JSON.parse(stdout);
  expect(exitCode).toBe(23);
  expect(reason).toMatch(/^it filled the heap of \d+ bytes/);
});

const leaking = `
import { checkModel, exitCode } from './src/checker/api.ts';
const source = {
  module: './test/checker/models/astray.ts',
  export: 'astray',
  arguments: ['fills its heap', 'second'],
};
const verdict = await checkModel(source, { workers: 2, aloneUntil: 20 });
console.log(JSON.stringify([exitCode(verdict), verdict.reason, verdict.workers]));
`;

it('the heap of another thread that is filled cuts a run short too', () => {
  const words = ['--max-old-space-size=128', '--import', 'tsx', '--input-type=module'];
  const { stdout } = spawnSync(process.execPath, words, { input: leaking, encoding: 'utf8' });
  const [exitCode, reason, workers] = JSON.parse(stdout);
  expect([exitCode, workers]).toEqual([23, 2]);
  expect(reason).toMatch(/^it filled the heap of \d+ bytes/);
});

it('worlds take no more than the machine has, if nothing is said', () => {
  expect(limitsFrom({}).memoryBytesMax).toBeLessThan(totalmem());
  expect(limitsFrom({ memoryBytesMax: 2 ** 50 }).memoryBytesMax).toBe(2 ** 50);
});
