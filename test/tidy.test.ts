import { describe, expect, it } from 'vitest';
import { rules } from '../spec/rules.ts';
import { deadFiles } from './tidy/dead-files.ts';
import { namesRefused } from './tidy/names.ts';
import { privatePlaces } from './tidy/private-places.ts';
import { type File, isSource, trackedFiles } from './tidy/repository.ts';
import { unknownRules } from './tidy/rule-names.ts';
import { largerThan } from './tidy/sizes.ts';
import { wallsBroken } from './tidy/walls.ts';

const files = trackedFiles();
const sources = files.filter(isSource);
const ruleIds = rules.map(({ id }) => id);
/** Where a way in begins; a folder stands for all its files. */
const roots = ['src/index.ts', 'src/cli/main.ts', 'test/', ...scriptsOf('package.json')];

/** Programs that npm scripts run. */
function scriptsOf(path: string): readonly string[] {
  const { scripts } = JSON.parse(files.find((one) => one.path === path)!.text);
  return Object.values(scripts as Record<string, string>).flatMap(
    (line) => line.match(/[\w/.-]+\.ts\b/g) ?? [],
  );
}

const file = (path: string, ...lines: string[]): File => ({ path, text: lines.join('\n') });

describe('walls', () => {
  it('models are pure, and arrows go test -> src -> models -> spec', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(wallsBroken(sources)).toEqual([]);
  });

  for (const [path, line, told] of [
    ['models/a.ts', "import { readFile } from 'node:fs';", 'models/a.ts imports node:fs'],
    ['models/a.ts', "import { b } from '../src/b.ts';", 'models/a.ts imports src/b.ts'],
    ['models/a.ts', "import type { C } from '../spec/c.ts';", 'models/a.ts imports spec/c.ts'],
    ['models/rules/a.ts', 'const now = Date.now();', 'models/rules/a.ts uses Date'],
    ['models/a.ts', 'const dice = Math.random();', 'models/a.ts uses Math.random'],
    ['models/a.ts', 'export async function wait() {}', 'models/a.ts uses async'],
    ['models/a.ts', "console.log('here');", 'models/a.ts uses the outside world'],
    ['spec/a.ts', "import { b } from '../models/b.ts';", 'spec/a.ts imports models/b.ts'],
    ['spec/a.ts', "import { setup } from 'xstate';", 'spec/a.ts imports xstate'],
    ['src/x/a.ts', "import { b } from '../../test/b.ts';", 'src/x/a.ts imports test/b.ts'],
    ['src/a.ts', "const b = await import('../test/b.ts');", 'src/a.ts imports test/b.ts'],
  ] as const) {
    it(`a broken subject is caught: ${told}`, () => {
      expect(wallsBroken([file(path, line)])).toEqual([told]);
    });
  }

  it('words in comments and sentences are no hands', () => {
    const pure = file('models/a.ts', '/** No Date, no async. */', "const told = 'await the Date';");
    expect(wallsBroken([pure])).toEqual([]);
  });
});

describe('files', () => {
  it('each file under src and models is reached from the package, the command line or a test', () => {
    expect(deadFiles(sources, roots)).toEqual([]);
  });

  it('a broken subject is caught: a file that only a dead file imports', () => {
    const subject = [
      file('src/index.ts', "export { used } from './used.ts';"),
      file('src/used.ts', "new Worker(new URL('./worker.ts', import.meta.url));"),
      file('src/worker.ts'),
      file('src/dead.ts', "import { deader } from './deader.ts';"),
      file('src/deader.ts'),
    ];
    expect(deadFiles(subject, roots)).toEqual(['src/dead.ts', 'src/deader.ts']);
  });

  it('sizes are reported: one thought fits in 200 lines', () => {
    const large = largerThan(sources, 200);
    const report = large.map(({ path, lines }) => `${lines} ${path}`).join('\n  ');
    console.log(`${large.length} of ${sources.length} files above 200 lines\n  ${report}`);
    const subject = [file('a.ts', ...Array(202).fill('x')), file('b.ts', 'x')];
    expect(largerThan(subject, 200)).toEqual([{ path: 'a.ts', lines: 201 }]);
  });
});

describe('names', () => {
  it('no drawers, no index in every folder, no abbreviations', () => {
    expect(namesRefused(sources)).toEqual([]);
  });

  for (const [path, line, told] of [
    ['src/utils.ts', '', 'src/utils.ts: "utils.ts" is a drawer'],
    ['src/helpers/a.ts', '', 'src/helpers/a.ts: "helpers" is a drawer'],
    ['models/types.ts', '', 'models/types.ts: "types.ts" is a drawer'],
    ['src/x/index.ts', '', 'src/x/index.ts: an index hides the names of files'],
    ['src/a.ts', 'const nextSeq = 1;', 'src/a.ts: "Seq" is an abbreviation'],
    ['src/a.ts', 'send(msg);', 'src/a.ts: "msg" is an abbreviation'],
  ] as const) {
    it(`a broken subject is caught: ${told}`, () => {
      expect(namesRefused([file(path, line)])).toEqual([told]);
    });
  }

  it('a whole word is no abbreviation', () => {
    expect(namesRefused([file('src/a.ts', 'sequence(address, message, "msg");')])).toEqual([]);
  });
});

describe('rules', () => {
  const named = sources.filter(({ path }) => !/^(?:spec|test\/spec|src\/spec-book)\//.test(path));

  it('every rule that code or a test names exists', () => {
    expect(unknownRules(named, ruleIds)).toEqual([]);
  });

  it('a broken subject is caught: a rule that was never written', () => {
    const wrong = `${ruleIds[0]!.split('-')[0]}-7`;
    const subject = [file('models/a.ts', `// ${ruleIds[0]}`, `// ${wrong}`)];
    expect(unknownRules(subject, ruleIds)).toEqual([`models/a.ts: there is no rule ${wrong}`]);
  });
});

/** What lies beside the folders of the protocol. */
const atTheTop = [
  ...['.gitignore', 'LICENSE', 'README.md', 'biome.json', 'package-lock.json', 'package.json'],
  ...['tsconfig.build.json', 'tsconfig.json', 'vitest.config.ts'],
];
const folders = ['.ci', 'docs', 'models', 'spec', 'src', 'test'];

/** Files that nobody would look for: what a tool left behind at the top. */
const strays = (all: readonly File[]): readonly string[] =>
  all
    .map(({ path }) => path)
    .filter((path) => !atTheTop.includes(path) && !folders.includes(path.split('/')[0]!));

describe('places', () => {
  it('nothing lies at the top but what belongs there', () => {
    expect(strays(files)).toEqual([]);
  });

  it('a broken subject is caught: the log of a profiler', () => {
    expect(strays([file('isolate-0x1-v8.log', 'v8-version')])).toEqual(['isolate-0x1-v8.log']);
  });

  it('nothing names a package host or a folder of one machine', () => {
    expect(privatePlaces(files)).toEqual([]);
  });

  it('the lock file names no host to fetch from', () => {
    const lock = files.find(({ path }) => path === 'package-lock.json')!;
    expect(lock.text).not.toContain('"resolved"');
  });

  for (const text of [
    `import x from '/${'home'}/somebody/x.ts';`,
    `cd /${'work'}/main`,
    `https://${'registry'}.example.org/x.tgz`,
  ]) {
    it(`a broken subject is caught: ${text}`, () => {
      expect(privatePlaces([file('a.md', 'first', text)])).toHaveLength(1);
    });
  }
});

/** Where both sides of a merge stand side by side still. */
const unmerged = (all: readonly File[]): readonly string[] =>
  all.filter(({ text }) => /^(?:<{7}|>{7}) /m.test(text)).map(({ path }) => path);

describe('merges', () => {
  it('no file has both sides of one', () => {
    expect(unmerged(files)).toEqual([]);
  });

  it('a broken subject is caught: a page whose conflict was committed', () => {
    const sides = [`${'<'.repeat(7)} HEAD`, 'one', '='.repeat(7), 'other', `${'>'.repeat(7)} more`];
    expect(unmerged([file('README.md', ...sides)])).toEqual(['README.md']);
  });
});
