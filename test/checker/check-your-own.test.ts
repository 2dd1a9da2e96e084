import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('the example of docs/check-your-own.md runs and proves its protocol', () => {
  expect(run((example) => example)).toContain('letters: every property holds');
});

it('without the receipt for a second letter it prints the point of no return', () => {
  const silent = "read: { on: { letter: { actions: send('homeward', 'receipt') } } }";
  const printed = run((example) => example.replace(silent, 'read: { on: { letter: {} } }'));
  expect(printed).toContain('L-3 is violated (liveness)');
  expect(printed).toContain('the point of no return');
});

function run(change: (example: string) => string): string {
  const page = readFileSync('docs/check-your-own.md', 'utf8');
  const example = /```ts\n(.*?)```/s.exec(page)![1]!;
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(40);
  const source = change(example).replaceAll("'sidefile/checker'", "'../../../src/checker/api.ts'");
  const folder = mkdtempSync(join('test', 'checker', 'example-'));
  try {
    writeFileSync(join(folder, 'letters.ts'), source);
    return execFileSync('npx', ['tsx', join(folder, 'letters.ts')], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
