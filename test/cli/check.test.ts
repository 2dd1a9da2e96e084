import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/checker/api.ts';
import { type Fate, tellFates } from '../../src/cli/check-mutants.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { say } from './terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const told = async (line: string) => {
  const { printed, ...rest } = await say(`${line} --json`);
  return { ...rest, document: JSON.parse(printed) };
};

describe('sidefile check --workers, with several worlds', () => {
  const worlds = ['old-frames', 'rest-update', 'versions', 'crossing', 'late-write'];
  const facts = (document: { verdicts: Record<string, unknown>[] }) =>
    document.verdicts.map(({ name, kind, states, generated, depth, properties, coverage }) => {
      return { name, kind, states, generated, depth, properties, coverage };
    });

  it('visits them side by side, and says what one thread says, in the same order', async () => {
    const line = `check ${worlds.join(' ')}`;
    const [one, two] = [await told(line), await told(`${line} --workers 2`)];
    expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
    expect(facts(two.document)).toEqual(facts(one.document));
    expect(two.document.coverage).toEqual(one.document.coverage);
    expect(two.document.verdicts.map(({ workers }: { workers: number }) => workers)).toEqual(
      worlds.map(() => 1),
    );
  });

  it('each is saved, cut short, and goes on by itself', async () => {
    const line = 'check old-frames rest-update --workers 2';
    const first = await told(`${line} --states 300 --checkpoint ${folder}`);
    expect(first.exitCode).toBe(23);
    const second = await told(`${line} --resume ${folder}`);
    expect(second.exitCode).toBe(0);
    const whole = await told('check old-frames rest-update');
    const counts = ({ document }: typeof whole) =>
      document.verdicts.map(({ name, states, generated, depth }: Verdict) => {
        return { name, states, generated, depth };
      });
    expect(counts(second)).toEqual(counts(whole));
  });

  it('what is wrong in one of them is told as with one worker, and ends the others', async () => {
    const { exitCode, document } = await told(
      `check old-frames rest-update partition --workers 3 --resume ${folder}`,
    );
    expect([exitCode, document.error.code]).toEqual([2, 'bad-checkpoint']);
  });

  it('a broken rule is found by the thread that visits where it shows, with the run that shows it', async () => {
    const mutant = 'discard-outlives-its-branch';
    const line = `check versions discarded-before-forced --mutant ${mutant}`;
    const [one, two] = [await told(line), await told(`${line} --workers 2`)];
    expect([one.exitCode, two.exitCode]).toEqual([12, 12]);
    const found = two.document.verdicts.map(({ counterexample }: Verdict) => counterexample);
    expect(found).toEqual(one.document.verdicts.map((verdict: Verdict) => verdict.counterexample));
    expect(found[0]).toBeNull();
  });
});

describe('sidefile check', () => {
  it('a world that was exhausted: exit 0, and one line with all bounds', async () => {
    const { exitCode, printed } = await say('check old-frames');
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/^old-frames: every property holds in all of [\d,]+ states/);
    for (const bound of ['writes 1', 'crashes 0', 'replacements 1', 'sidefile entries 2']) {
      expect(printed.split('\n')[0]).toContain(bound);
    }
  });

  it('a world that was cut short: exit 23, with what was covered and what was not', async () => {
    const { exitCode, document } = await told('check rest-update --states 300');
    expect([exitCode, document.exitCode]).toEqual([23, 23]);
    const [{ kind, partial, sentence }] = document.verdicts;
    expect(kind).toBe('incomplete');
    expect(partial.coveredSteps).toBeGreaterThan(3);
    expect(partial.waiting).toBeGreaterThan(0);
    expect(partial.undecided).toContain('L1');
    expect(sentence).toMatch(/Covered: all that up to \d+ steps lead to\. Not covered:/);
  });

  it('random walks say that they prove nothing', async () => {
    const { exitCode, printed } = await say('check takeover --walks 3 --steps 10');
    expect(exitCode).toBe(23);
    expect(printed).toContain('random walks are not exhaustive');
  });

  it('a search goes on where it was cut short, to the same end', async () => {
    const whole = await told('check old-frames');
    const first = await told(`check old-frames --states 1000 --checkpoint ${folder}`);
    expect(first.exitCode).toBe(23);
    const second = await told(`check old-frames --resume ${folder}`);
    expect(second.exitCode).toBe(0);
    const { states, generated, depth } = second.document.verdicts[0];
    expect({ states, generated, depth }).toMatchObject({
      states: whole.document.verdicts[0].states,
      generated: whole.document.verdicts[0].generated,
      depth: whole.document.verdicts[0].depth,
    });
  });

  it.runIf(existsSync('/dev/full'))(
    'what cannot be saved is told beside what was found: exit 23',
    async () => {
      const full = () => symlinkSync('/dev/full', join(folder, 'old-frames.checkpoint.new'));
      const line = `check old-frames --states 1000 --checkpoint ${folder}`;
      full();
      const { exitCode, printed } = await say(line);
      expect(exitCode).toBe(23);
      expect(printed).toMatch(/^old-frames: no proof, it reached the limit of 1000 states/);
      expect(printed).toMatch(/Not saved: checkpoint .*ENOSPC/);
      full();
      const { document } = await told(line);
      expect([document.exitCode, document.verdicts[0].kind]).toEqual([23, 'incomplete']);
      expect(document.verdicts[0].notSaved).toContain('ENOSPC');
    },
  );

  it('what was visited with a broken rule is no part of a proof of the right ones', async () => {
    const broken = await told(
      `check old-frames --mutant no-majority --states 1000 --checkpoint ${folder}`,
    );
    expect(broken.exitCode).toBe(23);
    const { exitCode, document } = await told(`check old-frames --resume ${folder}`);
    expect([exitCode, document.error.code]).toEqual([2, 'bad-checkpoint']);
  });

  it('without a checkpoint to go on from: a coded error that names the file', async () => {
    const { exitCode, document } = await told(`check old-frames --resume ${folder}`);
    expect(exitCode).toBe(2);
    expect(document.error.code).toBe('bad-checkpoint');
    expect(document.error.sentence).toContain('old-frames.checkpoint');
  });

  it('progress is one line of JSON after the other, on standard error', async () => {
    const { complained } = await told('check takeover');
    const lines = complained
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ type: 'progress', name: 'takeover', queue: 0 });
    for (const field of ['states', 'generated', 'depth', 'rate', 'memoryBytes', 'statesExpected']) {
      expect(lines.at(-1)).toHaveProperty(field);
    }
  });

  it('a counterexample is saved as text, diagrams, trace and scenario', async () => {
    const { exitCode } = await say(`check --mutant acknowledge-before-flush --save ${folder}`);
    expect(exitCode).toBe(12);
    for (const ending of ['txt', 'mmd', 'svg', 'itf.json', 'scenario.json']) {
      expect(existsSync(join(folder, `disks.${ending}`))).toBe(true);
    }
    expect(readFileSync(join(folder, 'disks.txt'), 'utf8')).toMatch(/1\. host writes 1/);
  });

  it('the scenario of a counterexample breaks the same promise on real backends', async () => {
    await say(`check --mutant acknowledge-before-flush --save ${folder}`);
    const path = join(folder, 'disks.scenario.json');
    const scenario = JSON.parse(readFileSync(path, 'utf8'));
    expect(scenario.storage).toBe('file');
    expect(scenario.notExpressed).toContain('2. PS delivers write');
    const { exitCode, document } = await told(`simulate --replay ${path}`);
    expect(exitCode).toBe(12);
    const [{ broken, reproduction }] = document.violations;
    expect(broken[0].rule).toBe('S4');
    expect(reproduction).toContain(`sidefile simulate --replay ${path}  # S4: `);
  });

  it('a scenario that does not show what it was made of says so', async () => {
    await say(`check --mutant acknowledge-before-flush --save ${folder}`);
    const path = join(folder, 'disks.scenario.json');
    const scenario = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(
      path,
      JSON.stringify({ ...scenario, tuning: { ...scenario.tuning, weakness: null } }),
    );
    const { exitCode, complained, printed } = await say(`simulate --replay ${path}`);
    expect([exitCode, printed]).toEqual([0, expect.stringContaining('nothing was violated')]);
    expect(complained).toMatch(
      /does not show what .* was made of \(S4: .*: \d+ of its steps are left/,
    );
  });
});

it('a world that is named twice is visited once', async () => {
  const { document } = await told('check old-frames old-frames');
  expect(document.verdicts.length).toBe(1);
});

/** Ctrl-C once it has begun: it first tells how far it is. */
async function interrupted(...asked: readonly string[]) {
  const words = ['--import', 'tsx', 'src/cli/main.ts', 'check', ...asked, '--json'];
  const running = spawn(process.execPath, words);
  let printed = '';
  running.stdout.on('data', (text) => {
    printed += text;
  });
  running.stderr.once('data', () => running.kill('SIGINT'));
  const exitCode = await new Promise((resume) => running.once('close', resume));
  return { exitCode, document: JSON.parse(printed) };
}

it('Ctrl-C ends the mutants too: those that were not decided are counted', async () => {
  const { document, exitCode } = await interrupted('--mutants');
  const { fates, notBegun, survived } = document;
  expect([exitCode, survived]).toEqual([23, 0]);
  expect(fates.length).toBeGreaterThan(0);
  expect(notBegun).toBeGreaterThan(90);
});

it('Ctrl-C ends it with what is known so far, and names what was not begun', async () => {
  const { document, exitCode } = await interrupted('duel', 'partition');
  const { skipped, verdicts } = document;
  expect([exitCode, skipped]).toEqual([23, ['partition']]);
  expect(verdicts[0]).toMatchObject({ kind: 'incomplete', reason: 'it was interrupted' });
});

it('Ctrl-C ends all that are visited side by side', async () => {
  const { document, exitCode } = await interrupted('duel', 'partition', 'rest', '--workers', '2');
  const { skipped, verdicts } = document;
  expect([exitCode, skipped]).toEqual([23, ['rest']]);
  expect(verdicts.map(({ name, reason }: Verdict) => [name, reason])).toEqual([
    ['duel', 'it was interrupted'],
    ['partition', 'it was interrupted'],
  ]);
});

it('Ctrl-C between two worlds: what was not begun is no proof, whatever the others show', async () => {
  const printed: string[] = [];
  const print = (text: string) => {
    if (printed.push(text) === 1) process.emit('SIGINT');
  };
  const terminal = { print, complain: () => {}, watched: false };
  const exitCode = await runCommandLine(['check', 'old-frames', 'takeover'], terminal);
  expect(printed[0]).toContain('every property holds');
  expect([exitCode, printed[1]]).toEqual([23, 'Not begun: takeover.']);
});

describe('sidefile check --mutants', () => {
  const fate: Fate = {
    mutant: 'no-one',
    rule: 'EPOCH-10',
    killedBy: null,
    instance: null,
    states: 7,
    counterexample: null,
    equivalentIn: [],
    unclear: ['duel is another world, and nothing is violated'],
    isCutShort: false,
  };
  const noticed: Fate = { ...fate, killedBy: 'S2', instance: 'duel', unclear: [] };
  const equal: Fate = { ...fate, unclear: [], equivalentIn: ['duel, 7 states'] };
  const cutShort: Fate = { ...fate, isCutShort: true };

  it.each([
    ['one survives', [noticed, fate], 2, 21, '1 survive (no-one)'],
    ['one survives, and more were not begun', [fate, cutShort], 5, 21, '1 survive (no-one)'],
    [
      'one is equal in one world and another world elsewhere',
      [{ ...equal, unclear: fate.unclear }],
      1,
      21,
      '1 survive',
    ],
    ['one was cut short', [noticed, cutShort], 2, 23, '1 were cut short (no-one)'],
    ['one was not begun', [noticed], 2, 23, '1 were not begun'],
    ['each is noticed or equivalent', [noticed, equal], 2, 0, '0 survive'],
  ] as const)('%s', (_, fates, asked, expected, told) => {
    const printed: string[] = [];
    const terminal = {
      print: (text: string) => void printed.push(text),
      complain: () => {},
      watched: false,
    };
    expect(tellFates(fates, asked, 1, {}, terminal)).toBe(expected);
    expect(printed.join()).toContain(told);
  });

  it('noticed mutants: the expected statement, and the shortest run', async () => {
    const { exitCode, printed } = await say('check --mutants commit-by-maximum never-inform');
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/commit-by-maximum \(PRIMARY-20\): breaks S1 in holes after \d+ steps/);
    expect(printed).toContain('  1. host writes 1');
    expect(printed).toContain('never-inform (PRIMARY-50): PRIMARY-50 is never reached');
    expect(printed).toContain('2 of 2 mutants are noticed');
  });

  it('what cannot be kept of one is told, and ends nothing', async () => {
    writeFileSync(join(folder, 'commit-by-maximum'), '');
    const line = `check --mutants commit-by-maximum --save ${folder}`;
    const { exitCode, complained, printed } = await say(line);
    expect([exitCode, printed]).toEqual([0, expect.stringContaining('1 of 1 mutants are noticed')]);
    expect(complained).toContain('the counterexample of holes is not kept: EEXIST');
  });

  it('a mutant that was not seen to the end is neither noticed nor a survivor: exit 23', async () => {
    const { exitCode, document } = await told('check --mutants compare-only-maxima --states 1');
    expect(exitCode).toBe(23);
    expect(document).toMatchObject({ noticed: 0, equivalent: 0, survived: 0, cutShort: 1 });
    expect(document.fates[0]).toMatchObject({ killedBy: null, equivalentIn: [] });
    expect(document.fates[0].unclear[0]).toContain('cut short');
  });

  it('a mutant that no world notices survives: exit 21, never an ok', async () => {
    const { exitCode, printed } = await say('check old-frames --mutant no-majority');
    expect(exitCode).toBe(21);
    expect(printed).toContain('no-majority is broken here, and none of these worlds notices');
  });

  it('a mutant that does not exist is named', async () => {
    const { exitCode, document } = await told('check --mutants nobody');
    expect([exitCode, document.error.code]).toEqual([2, 'unknown-mutant']);
  });
});
