import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('the example of docs/check-your-own.md runs and proves its protocol', () => {
  const page = readFileSync('docs/check-your-own.md', 'utf8');
  const example = /```ts\n(.*?)```/s.exec(page)![1]!;
  expect(example.split('\n').length).toBeLessThan(65);
  const source = example.replace("'sidefile'", "'../../../src/checker/api.ts'");
  const folder = mkdtempSync(join('test', 'checker', 'example-'));
  try {
    writeFileSync(join(folder, 'letters.ts'), source);
    const printed = execFileSync('npx', ['tsx', join(folder, 'letters.ts')], { encoding: 'utf8' });
    expect(printed).toContain('letters: every property holds');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
