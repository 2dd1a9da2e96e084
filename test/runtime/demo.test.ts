import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demo } from '../../src/cli/demo.ts';
import { seededRandom } from '../../src/runtime/random.ts';

/** Says nothing; keeps what was printed. */
function listener() {
  const lines: string[] = [];
  const terminal = {
    print: (line: string) => void lines.push(line),
    complain: () => {},
    watched: false,
  };
  return { lines, terminal };
}

describe('demo', () => {
  let directory: string;
  let input: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-demo-test-'));
    input = join(directory, 'input');
    const random = seededRandom(1);
    // Not a whole number of blocks.
    await writeFile(
      input,
      Uint8Array.from({ length: 6_000_123 }, () => random() * 256),
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(['delta', 'overwritten', 'ahead', 'return'])('scenario %s holds', async (scenario) => {
    const { lines, terminal } = listener();
    const code = await demo({ input, seed: 3, scenario, json: true }, terminal);
    const told = JSON.parse(lines[0]!);
    expect(told.checks.filter(({ holds }: { holds: boolean }) => !holds)).toEqual([]);
    expect(code).toBe(0);
    expect(told.story.join('\n')).toContain('is killed');
    if (scenario === 'overwritten') return;
    const lacking = told.lacks.map(({ bytes }: { bytes: number }) => bytes);
    expect(told.moved.entryBytes).toBe(lacking.reduce((sum: number, one: number) => sum + one, 0));
  });

  it('keeps the sites where it is told to', async () => {
    const keep = join(directory, 'kept');
    await demo({ input, seed: 1, keep, json: true }, listener().terminal);
    expect((await readdir(keep)).sort()).toEqual(['site-0', 'site-1', 'site-2']);
  });

  it('names an input that cannot be read, and a scenario there is not', async () => {
    await expect(demo({ input: join(directory, 'none') })).rejects.toThrow('cannot be read');
    await expect(demo({ input, scenario: 'flood' })).rejects.toThrow('flood is not one of delta');
  });
});
