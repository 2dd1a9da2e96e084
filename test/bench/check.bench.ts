import { execFile } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mirrorChart } from '../../models/mirror.ts';
import { primaryChart } from '../../models/primary.ts';
import { sidefileChart } from '../../models/sidefile.ts';
import { checkModel } from '../../src/checker/check.ts';
import type { Source } from '../../src/checker/source.ts';
import { writeBenchmarks } from './parts/document.ts';
import { median, type Row } from './parts/row.ts';
import { runSpin } from './spin.ts';

/**
 * Speed of the checker: `npm run bench:check`; `-- quick` on small worlds, `-- spin` only the comparison with Spin, `-- '--only=stand-in
 * sites'` that line and no comparison, `-- --write` into docs/benchmarks.md. Each run is a process of its own, of the compiled program, as users have it; of several the median is told.
 * Times include the check of all properties. `cpu` is what a run cost, so it means something on a busy machine too; what is compared takes turns.
 */
const compiled = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const protocol = (name: string): Source => ({
  module: compiled('./worlds.js'),
  export: 'safetyWorld',
  arguments: [name],
});
const sites = (writes: number, live = false): Source => ({
  module: compiled('../checker/models/three-sites.js'),
  export: live ? 'threeSitesLive' : 'threeSites',
  arguments: [{ writes, crashes: 2, cuts: 1, capacity: 3 }],
});
const commit = (participants: number, repeats = true): Source => ({
  module: compiled('../checker/models/two-phase-commit.js'),
  export: 'twoPhaseCommit',
  arguments: [participants, repeats],
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
const onlySpin = process.argv.includes('spin');
const large: readonly Line[] = [
  ['protocol: reader', protocol('reader'), [1, 2], 3],
  ['protocol: rest', protocol('rest'), [1, 2], 3],
  ['protocol: two-forces', protocol('two-forces'), [1, 2], 1],
  ['protocol: alone-strict', protocol('alone-strict'), [1, 2], 1],
  ['protocol: takeover', protocol('takeover'), [1, 2], 7],
  ['stand-in sites', sites(4), [1, 2], 3],
  ['stand-in sites, liveness', sites(3, true), [1], 1],
  ['two-phase commit, 8', commit(8), [1, 2], 3],
  ['two-phase commit, 9', commit(9), [1], 1],
];
const small: readonly Line[] = [
  ['protocol: flap', protocol('flap'), [1, 2], 1],
  ['stand-in sites', sites(3), [1, 2], 1],
  ['stand-in sites, liveness', sites(3, true), [1], 1],
];
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const lines = (quick ? small : large).filter(([title]) => only === undefined || title === only);
if (lines.length === 0) throw new Error(`there is no line ${JSON.stringify(only)}`);

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

async function measuredApart(source: Source, workers: number): Promise<Measured> {
  const asked = JSON.stringify({ source, workers });
  const words = [fileURLToPath(import.meta.url), 'one', asked];
  const { stdout } = await promisify(execFile)(process.execPath, words, { encoding: 'utf8' });
  return JSON.parse(stdout);
}

/** Seconds of a run with one worker while the same run, which shares nothing with it, goes on beside it. */
async function secondsBeside(source: Source): Promise<number> {
  const both = await Promise.all([measuredApart(source, 1), measuredApart(source, 1)]);
  return Math.max(...both.map(({ seconds }) => seconds));
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
  [...all].sort((a, b) => a.cpu - b.cpu)[Math.floor(all.length / 2)]!;

const busy = () => loadavg()[0]!;

async function bench(): Promise<void> {
  const before = busy();
  console.log(
    'world                    workers       states       actions seconds     cpu   states/s states/cpu-s  bytes     calls    XState     MB',
  );
  const rows: Row[] = [];
  for (const line of onlySpin ? [] : lines) rows.push(...(await rowsOf(line)));
  for (const repeats of only === undefined ? [true, false] : []) {
    rows.push(...(await comparedWithSpin(quick ? 7 : 8, 3, repeats)));
  }
  const cores = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  const load = `load average ${before.toFixed(1)} before and ${busy().toFixed(1)} after`;
  console.log(`${cores}, Node ${process.version}; ${load}`);
  const writes = process.argv.includes('--write') && !quick && only === undefined;
  if (writes) await writeBenchmarks(rows, `${cores}, Node ${process.version}; ${load}`);
}

/** Runs a line, with each number of workers in turn, and prints it. */
async function rowsOf([title, source, crews, runs]: Line): Promise<Row[]> {
  const all = crews.map((): Measured[] => []);
  const beside: number[] = [];
  for (let run = 0; run < runs; run++) {
    for (const [at, workers] of crews.entries()) {
      all[at]!.push(await measuredApart(source, workers));
    }
    if (crews.length > 1) beside.push(await secondsBeside(source));
  }
  const medians = all.map(medianOf);
  for (const [at, workers] of crews.entries()) console.log(row(title, workers, medians[at]!));
  const [one, two] = medians as [Measured, Measured?];
  const rows = [speedOf(title, one), ...memoryOf(title, one), callsOf(title, one)];
  if (two === undefined) return rows;
  return [...rows, togetherOf(title, all[0]!, all[1]!), besideOf(title, all[0]!, beside)];
}

/** Bounds are for the largest world of the protocol, and for two-phase commit; the other lines are told. */
function speedOf(title: string, { cpu, generated, states }: Measured): Row {
  const rate = states / cpu;
  const measured = `${whole(states)} states, ${whole(generated)} actions: ${whole(rate)} states/s of one core's time (${cpu.toFixed(1)} s)`;
  const bounds: Record<string, [string, boolean]> = {
    'protocol: reader': ['at least 500,000/s', rate >= 500_000],
    'two-phase commit, 8': ['under 15 s', cpu < 15],
  };
  const [target, holds] = bounds[title] ?? ['', null];
  return { part: 'checker', name: `${title}: speed`, measured, target, holds };
}

function memoryOf(title: string, { bytesPerState, megabytes }: Measured): Row[] {
  const name = `${title}: memory`;
  const measured = `${bytesPerState.toFixed(0)} bytes a state, ${whole(megabytes)} MB in all`;
  const isLive = title.endsWith('liveness');
  if (title === 'two-phase commit, 9') {
    const holds = megabytes <= 1536;
    return [{ part: 'checker', name, measured, target: 'at most 1.5 GB', holds }];
  }
  if (isLive) return [{ part: 'checker', name, measured, target: '', holds: null }];
  const holds = bytesPerState <= 64;
  return [{ part: 'checker', name, measured, target: 'at most 64 bytes a state', holds }];
}

function callsOf(title: string, { calls, transitions }: Measured): Row {
  const measured = `${whole(calls)} steps of components, ${whole(transitions)} transitions of XState charts`;
  return { part: 'checker', name: `${title}: calls`, measured, target: '', holds: null };
}

/** By the clock, run by run: the first run beside the first, and so on. */
function togetherOf(title: string, one: readonly Measured[], two: readonly Measured[]): Row {
  const ratio = median(one.map(({ seconds }, run) => seconds / two[run]!.seconds));
  const cost = median(one.map(({ cpu }, run) => two[run]!.cpu / cpu));
  const measured = `${ratio.toFixed(2)} x as fast by the clock, for ${cost.toFixed(2)} x the processor time`;
  console.log(`  two workers: ${measured}`);
  const isSmall = title === 'protocol: takeover';
  const target = isSmall ? 'not slower: at least 0.95 x' : 'at least 1.6 x';
  const holds = ratio >= (isSmall ? 0.95 : 1.6);
  return { part: 'checker', name: `${title}: two workers`, measured, target, holds };
}

/** What two cores of this machine can do of it at most: what two runs do that share no memory, and never wait for each other. */
function besideOf(title: string, one: readonly Measured[], beside: readonly number[]): Row {
  const ratio = median(one.map(({ seconds }, run) => (2 * seconds) / beside[run]!));
  const measured = `${ratio.toFixed(2)} x as much by the clock as one`;
  console.log(`  two runs beside each other: ${measured}`);
  const name = `${title}: two runs beside each other, which share nothing`;
  return { part: 'checker', name, measured, target: '', holds: null };
}

/** The same graph, in turns: Spin's verifier compiled with -O2, without its reductions. */
async function comparedWithSpin(
  participants: number,
  runs: number,
  repeats: boolean,
): Promise<Row[]> {
  const ratios: number[] = [];
  let told = '';
  for (let run = 0; run < runs; run++) {
    const spin = runSpin(participants, repeats);
    if (spin === null) {
      console.log('spin or a C compiler is not installed: no comparison.');
      return [];
    }
    const ours = await measuredApart(commit(participants, repeats), 1);
    // Both count the start as an action.
    const graphs = [spin.states, spin.transitions, ours.states, ours.generated];
    if (graphs[0] !== graphs[2] || graphs[1] !== graphs[3]) throw new Error(`graphs: ${graphs}`);
    ratios.push(ours.cpu / spin.cpu);
    told = `${whole(spin.states)} states; spin ${whole(spin.transitions)} actions in ${spin.cpu.toFixed(2)} s, ours ${whole(ours.generated)} in ${ours.cpu.toFixed(2)} s`;
    console.log(`two-phase commit, ${participants}: ${told}`);
  }
  const ratio = median(ratios);
  console.log(`ours takes ${ratio.toFixed(2)} x the processor time of spin`);
  const when = repeats ? 'messages arrive again' : 'messages arrive once';
  const name = `two-phase commit, ${participants}, composed, ${when}: processor time beside Spin`;
  const measured = `${ratio.toFixed(2)} x (${told})`;
  return [{ part: 'spin', name, measured, target: 'less than 1 x', holds: ratio < 1 }];
}

if (process.argv[2] === 'one') {
  const { source, workers } = JSON.parse(process.argv[3]!);
  console.log(JSON.stringify(await measure(source, workers)));
} else await bench();
