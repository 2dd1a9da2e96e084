import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { say } from './terminal.ts';

it('help teaches: every command, examples and exit codes', async () => {
  const { exitCode, printed } = await say('--help');
  expect(exitCode).toBe(0);
  for (const word of ['demo', 'check', 'simulate', 'diagrams', 'explain', 'Examples', '21']) {
    expect(printed).toContain(word);
  }
});

it('the help of each command names its options', async () => {
  expect((await say('check --help')).printed).toContain('--workers');
  expect((await say('help diagrams')).printed).toContain('--check');
  expect((await say('help trace validate')).printed).toContain('<file>');
  expect((await say('help')).printed).toContain('Exit codes');
  const { help } = JSON.parse((await say('help check --json')).printed);
  expect(help).toContain('--workers');
  expect(help).toContain('Ctrl-C gives the partial verdict.');
});

it('says its version', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await say('--version')).toEqual({ exitCode: 0, printed: version, complained: '' });
});

for (const [line, named] of [
  ['chek', "unknown command 'chek'"],
  ['check --frobnicate', "unknown option '--frobnicate'"],
  ['check --workers 0', "argument '0' is invalid"],
  ['check --workers many', "argument 'many' is invalid"],
  ['check nowhere', 'no instance "nowhere"'],
  ['check --mutant nobody', 'no mutant "nobody"'],
  ['demo --scenario earthquake', 'earthquake'],
  ['demo --input nowhere.bin', 'nowhere.bin'],
  ['simulate --storage tape', 'memory, file'],
  ['simulate --replay package.json', 'package.json is no scenario'],
  ['simulate --replay nowhere.json', 'nowhere.json'],
  ['simulate --seed 1 --weakness nobody', 'no mutant "nobody"'],
  ['simulate --seed 1 --lanes 1000', 'from 1 to 16'],
  ['simulate --seed 1 --seeds 2', '--seed and --seeds cannot be asked for together'],
  [
    'simulate --seed 1 --save nowhere/at/all.json',
    '--save nowhere/at/all.json cannot be written to',
  ],
  ['simulate --seed 1 --trace nowhere/at', '--trace nowhere/at cannot be written to: ENOENT'],
  ['simulate --seed 1 --trace src', '--trace src cannot be written to: EISDIR'],
  ['check crossing --save README.md', '--save README.md cannot be written to: EEXIST'],
  ['check crossing --checkpoint README.md/in', '--checkpoint README.md/in cannot be written to'],
  ['check --mutants --save README.md', '--save README.md cannot be written to: EEXIST'],
  ['diagrams --output README.md', '--output README.md cannot be written to: EEXIST'],
  ['help nowhere', "unknown command 'nowhere'; known: demo, check"],
  ['help check nowhere', "unknown command 'nowhere'; check has none of its own"],
  ['simulate --seed 1 --save src', '--save src is a folder: name a file in it'],
  ['simulate --seed 1 --save README.md', '--save README.md is there already, and is no scenario'],
  ['simulate --seed 99999999999999999999', 'from 1 to 9007199254740991'],
  ['simulate --from 9007199254740991 --seeds 2', 'beyond the largest seed, 9007199254740991'],
  ['check --list --walks 3', '--list and --walks cannot be asked for together'],
  ['check --list --states 3', '--list and --states cannot be asked for together'],
  ['check --all takeover', 'leave it away, or takeover'],
  ['check --all --mutant no-majority', '--all and --mutant cannot be asked for together'],
  ['demo --keep README.md', '--keep README.md is no folder and none can be made there'],
  ['demo --keep README.md/in', '--keep README.md/in is no folder and none can be made there'],
  ['demo --keep=', 'It is empty: it must name a file or a folder'],
  [
    'demo --keep --seed',
    "'--seed' is invalid. Is a name missing before it? One that begins so is ./--seed",
  ],
  ['simulate --seed 3 --trace --no-bridge', "'--no-bridge' is invalid. Is a name missing"],
  ['trace validate nowhere', 'nowhere: ENOENT'],
  ['demo --input=', "'--input <file>' argument '' is invalid"],
  ['demo --trace=', "'--trace <file>' argument '' is invalid"],
  ['simulate --replay=', "'--replay <file>' argument '' is invalid"],
  ['simulate --seed 3 --save=', "'--save <file>' argument '' is invalid"],
  ['check takeover --checkpoint=', "'--checkpoint <folder>' argument '' is invalid"],
  ['check takeover --resume=', "'--resume <folder>' argument '' is invalid"],
  ['check takeover --save=', "'--save <folder>' argument '' is invalid"],
  ['diagrams --output=', "'--output <folder>' argument '' is invalid"],
  ['check takeover --seed 3', '--seed does nothing without --walks'],
  ['check takeover --steps 3', '--steps does nothing without --walks'],
  ['check --mutants --mutant no-majority', '--mutants and --mutant cannot be asked for together'],
  ['check --mutants --walks 3', '--mutants and --walks cannot be asked for together'],
  ['check takeover --workers 65', 'from 1 to 64'],
  ['check takeover --workers 2 --checkpoint nowhere', '--checkpoint is for one worker a world'],
  ['check takeover rest-update --workers 4 --resume nowhere', 'give at most 3'],
  ['check takeover --workers 2 --walks 3', '--walks is for one worker a world'],
  ['check --list nowhere', 'no instance "nowhere"'],
  ['explain EPOC-30', 'EPOCH-30'],
  ['explain', "missing required argument 'rule'"],
  ['diagrams somewhere', 'too many arguments'],
] as const) {
  it(`"sidefile ${line}" is refused with exit code 2, naming the value`, async () => {
    const { exitCode, complained, printed } = await say(line);
    expect([exitCode, printed]).toEqual([2, '']);
    expect(complained).toContain(named);
  });
}

it('a demonstration without a place for its files says how to name one', async () => {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = '/dev/null/in';
  try {
    const { complained, exitCode } = await say('demo --input package-lock.json');
    expect(exitCode).toBe(2);
    expect(complained).toMatch(
      /there is no place .*\/dev\/null\/in.*name one with --keep, or with/,
    );
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
});

it('with --json a refusal is a document too', async () => {
  for (const line of [
    'check --frobnicate --json',
    'check nowhere --json',
    'conform --json',
    'help nowhere --json',
    'trace help nowhere --json',
  ]) {
    const { exitCode, printed } = await say(line);
    const { error, exitCode: told } = JSON.parse(printed);
    expect(told).toBe(exitCode);
    expect(error.sentence.length).toBeGreaterThan(10);
    expect(error.sentence).not.toContain('outputHelp');
  }
});

it('what is not built says so in plain words, with exit code 4', async () => {
  for (const name of ['conform', 'site', 'status', 'failover']) {
    const { exitCode, complained } = await say(name);
    expect(exitCode).toBe(4);
    expect(complained).toContain('not built yet');
  }
});

it('the worlds to check are listed, each with what it shows', async () => {
  const { printed } = await say('check --list --json');
  const { instances } = JSON.parse(printed) as { instances: { name: string; shows: string }[] };
  expect(instances.length).toBeGreaterThan(0);
  for (const { name, shows } of instances) {
    expect(name).not.toBe('');
    expect(shows).not.toBe('');
  }
});

it('a check that is cut short is no proof: exit code 23', async () => {
  const { printed } = await say('check --list --json');
  const name = JSON.parse(printed).instances.at(-1).name;
  const { exitCode, printed: document } = await say(`check ${name} --states 100 --json`);
  const { verdicts } = JSON.parse(document);
  expect([exitCode, verdicts[0].kind]).toEqual([23, 'incomplete']);
});

it('a rule is explained, for people and for programs', async () => {
  const { exitCode, printed } = await say('explain EPOCH-30');
  expect(exitCode).toBe(0);
  expect(printed).toContain('MUST');
  const { rule } = JSON.parse((await say('explain EPOCH-30 --json')).printed);
  expect(rule.id).toBe('EPOCH-30');
});

it('a guarantee is explained, for people and for programs', async () => {
  expect((await say('explain S2')).printed).toContain('S2  One writer, one history');
  const { kind, rules } = JSON.parse((await say('explain s2 --json')).printed);
  expect(kind).toBe('guarantee');
  expect(rules).toContain('EPOCH-30');
});

it('a rule is explained by what goes wrong without it, step by step', async () => {
  const { printed } = await say('explain EPOCH-30');
  expect(printed).toMatch(/^Mutant\n(?: .*\n)* {2}forget-promise\n/m);
  expect(printed).toMatch(/S2 is violated in "duel" after \d+ steps:\n {4}1\. /);
  expect(printed).toMatch(/ {7}[PSA] to [PSA]: promise epoch \d+\n/);
});

it('pictures that are not what the machines say: exit code 1, and each is named', async () => {
  const { exitCode, printed } = await say('diagrams --check --output test/cli');
  expect(exitCode).toBe(1);
  expect(printed).toContain('stale: test/cli/primary.svg');
  expect(printed).toContain('Run `npx sidefile diagrams --output test/cli` and');
  const { exitCode: told, printed: document } = await say(
    'diagrams --check --output test/cli --json',
  );
  expect(told).toBe(1);
  expect(JSON.parse(document)).toMatchObject({ written: false });
});

it('a simulated run is told as a document: what was exercised, and what was broken', async () => {
  const { exitCode, printed } = await say('simulate --seed 3 --json');
  const { coverage, exitCode: told, seeds, violations } = JSON.parse(printed);
  expect([exitCode, told, seeds, violations]).toEqual([0, 0, 1, []]);
  expect(Object.keys(coverage).length).toBeGreaterThan(20);
});

it('the demonstration mirrors a file, loses the primary, and compares every byte', async () => {
  const { exitCode, printed } = await say('demo --input package-lock.json --seed 1 --json');
  const { checks, holds } = JSON.parse(printed);
  expect([exitCode, holds]).toEqual([0, true]);
  expect(checks.length).toBeGreaterThan(2);
});

it.runIf(existsSync('/dev/full'))(
  'a trace that cannot be written is told, and is no success',
  async () => {
    for (const asked of ['simulate --seed 3', 'demo --input package-lock.json --seed 1']) {
      const { complained, exitCode } = await say(`${asked} --trace /dev/full`);
      expect(complained).toContain('the trace /dev/full is not whole: ENOSPC');
      expect(exitCode).toBe(2);
    }
  },
);

it.runIf(existsSync('/dev/full'))(
  'a run that broke something is told also where it cannot be kept',
  async () => {
    const asked = '--seed 1 --weakness commit-before-own-flush --no-bridge --save /dev/full';
    const { complained, exitCode, printed } = await say(`simulate ${asked}`);
    expect(exitCode).toBe(12);
    expect(complained).toMatch(/the failing run is not kept: .*ENOSPC/);
    expect(printed).toContain('1 runs violated something');
  },
);

it('a rule broken on purpose is noticed: exit code 12, and the steps to it', async () => {
  const { exitCode, printed } = await say('check --mutant commit-by-maximum');
  expect(exitCode).toBe(12);
  expect(printed).toContain('S1 is violated');
  expect(printed).toContain('  1. ');
});
