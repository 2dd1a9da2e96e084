import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mirrorChart } from '../../models/mirror.ts';
import { primaryChart } from '../../models/primary.ts';
import { sidefileChart } from '../../models/sidefile.ts';
import { checkModel } from '../../src/checker/check.ts';
import type { Source } from '../../src/checker/source.ts';
import { runSpin } from './spin.ts';

/**
 * Speed of the checker: `npm run bench:check [-- quick]`. Each run is a process of its own; every line is the median of three,
 * but for the largest. Times include the check of all properties. `cpu` is what a run cost, so it means something on a busy
 * machine too; what is compared takes turns.
 */
const protocol = (name: string): Source => ({
  module: './test/bench/worlds.ts',
  export: 'safetyWorld',
  arguments: [name],
});
const sites = (writes: number, live = false): Source => ({
  module: './test/checker/models/three-sites.ts',
  export: live ? 'threeSitesLive' : 'threeSites',
  arguments: [{ writes, crashes: 2, cuts: 1, capacity: 3 }],
});
const commit = (participants: number): Source => ({
  module: './test/checker/models/two-phase-commit.ts',
  export: 'twoPhaseCommit',
  arguments: [participants],
});

interface Measured {
  readonly states: number;
  readonly generated: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly bytesPerState: number;
  readonly calls: number;
  /** Transitions of XState charts, in a run with one worker. */
  readonly transitions: number;
  readonly megabytes: number;
}

interface Chart {
  transition(...told: unknown[]): unknown;
}

type Line = readonly [title: string, source: Source, workers: readonly number[], runs: number];

const quick = process.argv.includes('quick');
const large: readonly Line[] = [
  ['protocol: duel', protocol('duel'), [1, 2], 1],
  ['two-phase commit, 8', commit(8), [1, 2], 3],
  ['two-phase commit, 9', commit(9), [1], 1],
];
const lines: readonly Line[] = [
  [
    `protocol: ${quick ? 'flap' : 'rest'}`,
    protocol(quick ? 'flap' : 'rest'),
    [1, 2],
    quick ? 1 : 3,
  ],
  ['stand-in sites', sites(quick ? 3 : 4), [1, 2], quick ? 1 : 3],
  ['stand-in sites, liveness', sites(3, true), [1], quick ? 1 : 3],
  ...(quick ? [] : large),
];

async function measure(source: Source, workers: number): Promise<Measured> {
  let transitions = 0;
  for (const chart of [primaryChart, mirrorChart, sidefileChart] as unknown as Chart[]) {
    const original = chart.transition.bind(chart);
    chart.transition = (...told) => {
      transitions++;
      return original(...told);
    };
  }
  const before = process.cpuUsage();
  const verdict = await checkModel(source, { workers });
  if (verdict.kind !== 'exhausted') throw new Error(verdict.sentence);
  const { system, user } = process.cpuUsage(before);
  const { bytesPerState, calls, generated, seconds, states } = verdict;
  const cpu = (system + user) / 1e6;
  const megabytes = process.resourceUsage().maxRSS / 2 ** 10;
  return { states, generated, seconds, cpu, bytesPerState, calls, transitions, megabytes };
}

function measuredApart(source: Source, workers: number): Measured {
  const asked = JSON.stringify({ source, workers });
  const words = ['--import', 'tsx', fileURLToPath(import.meta.url), 'one', asked];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

function row(title: string, workers: number | string, measured: Measured): string {
  const { bytesPerState, calls, cpu, generated, megabytes, seconds, states, transitions } =
    measured;
  return [
    title.padEnd(24),
    String(workers).padStart(7),
    whole(states).padStart(12),
    whole(generated).padStart(13),
    seconds.toFixed(1).padStart(7),
    cpu.toFixed(1).padStart(7),
    whole(states / seconds).padStart(10),
    whole(states / cpu).padStart(12),
    bytesPerState.toFixed(0).padStart(6),
    whole(calls).padStart(9),
    (workers === 1 ? whole(transitions) : '').padStart(9),
    whole(megabytes).padStart(6),
  ].join(' ');
}

const medianOf = (all: readonly Measured[]): Measured =>
  [...all].sort((a, b) => a.seconds - b.seconds)[Math.floor(all.length / 2)]!;

function bench(): void {
  console.log(
    'world                    workers       states       actions seconds     cpu   states/s states/cpu-s  bytes     calls    XState     MB',
  );
  for (const [title, source, crews, runs] of lines) {
    const all = crews.map((): Measured[] => []);
    for (let run = 0; run < runs; run++) {
      for (const [at, workers] of crews.entries()) all[at]!.push(measuredApart(source, workers));
    }
    const medians = all.map(medianOf);
    for (const [at, workers] of crews.entries()) console.log(row(title, workers, medians[at]!));
    const [one, two] = medians;
    if (two !== undefined) {
      console.log(
        `  two workers: ${(one!.seconds / two.seconds).toFixed(2)} x one, for ${(two.cpu / one!.cpu).toFixed(2)} x the processor time`,
      );
    }
  }
  compareWithSpin(quick ? 7 : 8, 3);
}

/** The same graph, in turns: Spin's verifier compiled with -O2, without its reductions. */
function compareWithSpin(participants: number, runs: number): void {
  const ratios: number[] = [];
  const cpuRatios: number[] = [];
  for (let run = 0; run < runs; run++) {
    const spin = runSpin(participants);
    if (spin === null) {
      console.log('spin or a C compiler is not installed: no comparison.');
      return;
    }
    const ours = measuredApart(commit(participants), 1);
    if (spin.states !== ours.states) throw new Error(`spin: ${spin.states}, ours: ${ours.states}`);
    ratios.push(ours.seconds / spin.seconds);
    cpuRatios.push(ours.cpu / spin.cpu);
    console.log(
      `two-phase commit, ${participants}: ${whole(spin.states)} states, spin ${spin.seconds.toFixed(2)} s (cpu ${spin.cpu.toFixed(2)}), ours ${ours.seconds.toFixed(2)} s (cpu ${ours.cpu.toFixed(2)})`,
    );
  }
  const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(runs / 2)]!.toFixed(2);
  console.log(
    `ours takes ${median(ratios)} x the time of spin, and ${median(cpuRatios)} x its processor time`,
  );
}

if (process.argv[2] === 'one') {
  const { source, workers } = JSON.parse(process.argv[3]!);
  console.log(JSON.stringify(await measure(source, workers)));
} else bench();
