import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSet, worldNames } from '../src/cli/protocol-worlds.ts';
import { unbuiltNames } from '../src/cli/unbuilt-commands.ts';
import { say } from './cli/terminal.ts';
import { exampleOf } from './example.ts';
import { abstracted, noticed, noticedAs } from './spec/refined.ts';

const pages = ['README.md', 'docs/tour.md'];
const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
/** What `.ci/run` does itself, from a clean clone. */
const ofTheRun = ['npm ci && npm start', 'npm ci && npm test', 'npm run docs'];

describe('the example of README.md', () => {
  it('runs, and prints what the text says', () => {
    const folder = mkdtempSync('.sidefile-example-');
    try {
      const program = exampleOf(readme).replace("'sidefile'", "'../src/index.ts'");
      writeFileSync(join(folder, 'example.mts'), program);
      const options = { encoding: 'utf8' } as const;
      const printed = execFileSync('npx', ['tsx', join(folder, 'example.mts')], options);
      expect(printed).toContain('site 1 to 2: delta, 2 writes');
      expect(printed).toContain('the volumes are equal');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is short', () => {
    expect(
      exampleOf(readme)
        .split('\n')
        .filter((line) => line !== '').length,
    ).toBeLessThan(26);
  });
});

describe('the commands of README.md', () => {
  const lines = commandsOf(readme);

  it('are found', () => {
    expect(lines.length).toBeGreaterThan(4);
    for (const line of ofTheRun) expect(lines).toContain(line);
  });

  for (const line of lines.filter((line) => line.startsWith('npx sidefile '))) {
    // Freshness is another matter than that the command runs: `.ci/run` asks for it.
    const allowed = line.includes('--check') ? [0, 1] : [0];
    it(`${line} runs`, async () => {
      expect(allowed).toContain((await say(line.replace('npx sidefile ', ''))).exitCode);
    });
  }

  it('are all tried, here or by the run', () => {
    const others = lines.filter((line) => !line.startsWith('npx sidefile '));
    expect(others).toEqual(ofTheRun);
  });
});

for (const page of pages) {
  it(`${page} leads only to what is there`, () => {
    expect(deadEnds(readFileSync(page, 'utf8'), page)).toEqual([]);
  });
}

it('the counts of worlds in README.md are those of the worlds there are', () => {
  const [all, set] = [worldNames.length, defaultSet.length];
  expect(readme).toContain(`in ${all} small worlds: a default set of ${set} `);
  expect(readme).toContain(`of ${abstracted.length} of the ${set} default worlds is`);
});

it('docs/spec-checked.md counts the mutants that are no refinement as its tests do', () => {
  const page = readFileSync('docs/spec-checked.md', 'utf8');
  const counts = `${noticed.size} mutants are told so, ${noticedAs.size} more by the id`;
  expect(page).toContain(counts);
});

it('README.md names exactly the commands that are not built', () => {
  const [row] = readme.match(/^.*exit code 4.*$/m)!;
  const [, named] = row.match(/not built: (.*) are words of the command line/)!;
  expect([...named!.matchAll(/`([\w-]+)`/g)].map((word) => word[1])).toEqual(unbuiltNames);
});

it('the tour leads to every decision', () => {
  const tour = readFileSync('docs/tour.md', 'utf8');
  const missing = readdirSync('docs/decisions').filter((page) => !tour.includes(page));
  expect(missing).toEqual([]);
});

it('a broken subject is caught: a link, a file, a script and a test that are not there', () => {
  const page = '[x](docs/none.md), `src/none.ts`, `npm run none`, `npx vitest run test/none`';
  expect(deadEnds(page, 'README.md')).toEqual([
    'docs/none.md',
    'src/none.ts',
    'npm run none',
    'test/none',
  ]);
});

/** Lines of shell blocks, without their comments. */
function commandsOf(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map((block) => block[1]!);
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

function deadEnds(page: string, path: string): string[] {
  const from = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map((link) => link[1]!);
  const named = [...page.matchAll(/`((?:src|models|spec|test|docs)\/[\w./-]+)`/g)];
  const npm = [...page.matchAll(/npm run ([\w:-]+)/g)].map((script) => script[1]!);
  const tests = [...page.matchAll(/vitest run (test\/[\w./-]+)/g)].map((test) => test[1]!);
  return [
    ...links.filter((target) => !existsSync(join(from, target))),
    ...named.map((name) => name[1]!).filter((target) => !existsSync(target)),
    ...npm.filter((script) => !(script in scripts)).map((script) => `npm run ${script}`),
    ...tests.filter((target) => !existsSync(target)),
  ];
}
