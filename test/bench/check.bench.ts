import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkModel } from '../../src/checker/check.ts';
import type { Source } from '../../src/checker/source.ts';

/**
 * Speed of the checker: `npm run bench:check [-- quick]`. Every line is the median of three runs, but for the largest. Times include the
 * check of all properties. `cpu` is what the run cost this process, so it also means something on a busy machine.
 */
const sites = (writes: number, crashes: number, live = false): Source => ({
  module: './test/checker/models/three-sites.ts',
  export: live ? 'threeSitesLive' : 'threeSites',
  arguments: [{ writes, crashes, cuts: 1, capacity: 3 }],
});
const commit = (participants: number): Source => ({
  module: './test/checker/models/two-phase-commit.ts',
  export: 'twoPhaseCommit',
  arguments: [participants],
});

const quick = process.argv.includes('quick');
type Line = readonly [title: string, source: Source, workers: number, runs: number];
const large: readonly Line[] = [
  ['two-phase commit, 8', commit(8), 1, 3],
  ['two-phase commit, 8', commit(8), 2, 3],
  ['two-phase commit, 9', commit(9), 1, 1],
];
const lines: readonly Line[] = [
  ['three sites, safety', sites(quick ? 3 : 4, 2), 1, 3],
  ['three sites, safety', sites(quick ? 3 : 4, 2), 2, 3],
  ['three sites, liveness', sites(3, 2, true), 1, 3],
  ['two-phase commit, 7', commit(7), 1, 3],
  ...(quick ? [] : large),
];

interface Measured {
  readonly states: number;
  readonly generated: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly bytesPerState: number;
  readonly calls: number;
  readonly megabytes: number;
}

async function measure(source: Source, workers: number): Promise<Measured> {
  const before = process.cpuUsage();
  const verdict = await checkModel(source, { workers });
  if (verdict.kind !== 'exhausted') throw new Error(verdict.sentence);
  const { system, user } = process.cpuUsage(before);
  return {
    states: verdict.states,
    generated: verdict.generated,
    seconds: verdict.seconds,
    cpu: (system + user) / 1e6,
    bytesPerState: verdict.bytesPerState,
    calls: verdict.calls,
    megabytes: process.memoryUsage().rss / 2 ** 20,
  };
}

function row(title: string, workers: number | string, measured: Measured): string {
  const { bytesPerState, calls, cpu, generated, megabytes, seconds, states } = measured;
  const cells = [
    title.padEnd(24),
    String(workers).padStart(7),
    states.toLocaleString('en-US').padStart(12),
    generated.toLocaleString('en-US').padStart(13),
    seconds.toFixed(1).padStart(7),
    cpu.toFixed(1).padStart(7),
    Math.round(states / seconds)
      .toLocaleString('en-US')
      .padStart(10),
    Math.round(states / cpu)
      .toLocaleString('en-US')
      .padStart(12),
    bytesPerState.toFixed(0).padStart(7),
    calls.toLocaleString('en-US').padStart(8),
    megabytes.toFixed(0).padStart(6),
  ];
  return cells.join(' ');
}

console.log(
  'world                    workers       states       actions seconds     cpu   states/s states/cpu-s  bytes    calls     MB',
);
const alone = new Map<string, number>();
for (const [title, source, workers, runs] of lines) {
  const all: Measured[] = [];
  for (let run = 0; run < runs; run++) all.push(await measure(source, workers));
  const median = all.sort((a, b) => a.seconds - b.seconds)[Math.floor(runs / 2)]!;
  console.log(row(title, workers, median));
  if (workers === 1) alone.set(title, median.seconds);
  else
    console.log(`  ${workers} workers: ${(alone.get(title)! / median.seconds).toFixed(2)} x one`);
}
compareWithSpin(alone.get('two-phase commit, 7')!);

/** The same seven participants for Spin, compiled with -O2 and without its reductions. */
function compareWithSpin(seconds: number): void {
  try {
    execFileSync('spin', ['-V'], { stdio: 'ignore' });
  } catch {
    console.log('spin is not installed: no comparison.');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'spin-'));
  try {
    writeFileSync(join(folder, 'commit.pml'), promela(7));
    execFileSync('spin', ['-a', 'commit.pml'], { cwd: folder });
    execFileSync('cc', ['-O2', '-DSAFETY', '-DNOREDUCE', '-DMEMLIM=4000', '-o', 'pan', 'pan.c'], {
      cwd: folder,
    });
    const printed = execFileSync('./pan', ['-m1000000', '-w24'], { cwd: folder, encoding: 'utf8' });
    const states = Number(/(\S+) states, stored/.exec(printed)![1]);
    const spin = Number(/elapsed time (\S+) seconds/.exec(printed)![1]);
    console.log(
      `spin, two-phase commit, 7: ${states} states in ${spin} s; ours takes ${(seconds / spin).toFixed(2)} x that.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One process with the state as globals, so that its states are the model's states and no more. */
function promela(count: number): string {
  const actions = Array.from(
    { length: count },
    (_, at) => `
  :: atomic { decided == 0 && voted[${at}] && !heard[${at}] -> heard[${at}] = 1 }
  :: atomic { rm[${at}] == 0 -> rm[${at}] = 1; voted[${at}] = 1 }
  :: atomic { rm[${at}] == 0 -> rm[${at}] = 3 }
  :: atomic { decided == 1 && rm[${at}] != 2 -> rm[${at}] = 2 }
  :: atomic { decided == 2 && rm[${at}] != 3 -> rm[${at}] = 3 }`,
  ).join('');
  const all = Array.from({ length: count }, (_, at) => `heard[${at}]`).join(' && ');
  return `byte rm[${count}]; bit voted[${count}]; bit heard[${count}]; byte decided;
active proctype all() {
end: do
  :: atomic { decided == 0 -> decided = 2 }
  :: atomic { decided == 0 && ${all} -> decided = 1 }${actions}
  od
}
`;
}
