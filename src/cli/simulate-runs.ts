import { exitCodes } from '../checker/verdict.ts';
import { coverageTable } from '../simulator/coverage-table.ts';
import type { Media, Scenario } from '../simulator/scenario.ts';
import {
  type ManyReport,
  type RunSummary,
  replay,
  reproductionOf,
  shrinkTo,
  simulateMany,
  summaryOf,
  Totals,
} from '../simulator/simulate.ts';
import { TraceFile } from '../trace/trace-file.ts';
import { CommandError } from './command-error.ts';
import { forOption, wantedFile } from './for-option.ts';
import { untilInterrupted } from './interrupted.ts';
import { mutantNamed } from './mutant.ts';
import { refuseSaving } from './refuse-saving.ts';
import type { Terminal } from './terminal.ts';
import { toldOfTrace } from './told-of-trace.ts';
import { refuseWritingOver } from './written-over.ts';

export interface SimulateOptions {
  readonly seeds?: number;
  readonly from?: number;
  readonly seed?: number;
  readonly storage?: 'memory' | 'file';
  readonly media?: Media;
  readonly weakness?: string;
  readonly lanes?: number;
  readonly workers: number;
  readonly replay?: string;
  readonly save?: string;
  readonly bridge: boolean;
  readonly trace?: string;
  readonly json?: true;
}

/**
 * Runs what was asked for, tells what was found, and returns the exit code. After Ctrl-C the runs under way end, no other
 * begins, and what was found so far is told.
 */
export async function simulateRuns(options: SimulateOptions, terminal: Terminal): Promise<number> {
  const began = performance.now();
  if (options.weakness !== undefined) mutantNamed(options.weakness);
  refuseSeedsBeyond(options);
  if (options.save !== undefined) await refuseSaving(options.save);
  const trace = await traceOf(options);
  const report = await untilInterrupted(async (signal) => {
    signal.addEventListener('abort', () => terminal.complain(ending), { once: true });
    const found = await runsOf(options, trace, terminal, signal).finally(() => trace?.close());
    await keepFirst(found, options, terminal, signal);
    return found;
  });
  const seconds = (performance.now() - began) / 1000;
  const asked = runsAsked(options);
  const exitCode = toldOfTrace(exitCodeOf(report, asked), trace, terminal);
  const again = (failure: RunSummary) => reproductionOf(failure, options.replay);
  const tell = options.json ? documentOf : textOf;
  terminal.print(tell({ report, exitCode, seconds, again, asked }));
  return exitCode;
}

const ending = 'interrupted: the runs under way end; once more ends this at once';

const runsAsked = ({ replay, seed, seeds = 100 }: SimulateOptions): number =>
  replay !== undefined || seed !== undefined ? 1 : seeds;

/** The first run that failed is kept, as small as it can be made. */
async function keepFirst(
  { failures: [first] }: ManyReport,
  { bridge, replay: replayedFrom, save }: SimulateOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (first === undefined || replayedFrom !== undefined) return;
  const path = save ?? `failing-seed-${first.scenario.seed}.json`;
  terminal.complain(await shrunk(path, first.scenario, bridge, signal));
}

/** What was found is told also where it cannot be kept. */
async function shrunk(
  path: string,
  scenario: Scenario,
  bridge: boolean,
  signal: AbortSignal,
): Promise<string> {
  try {
    await refuseSaving(path); // nobody named it, where no --save was given
    const { faults } = await shrinkTo(path, scenario, bridge, signal);
    return `shrunk to ${faults.length} faults: sidefile simulate --replay ${path}`;
  } catch (cause) {
    return `the failing run is not kept: ${(cause as Error).message}`;
  }
}

/** Beyond the largest whole number two seeds would be the same run. */
function refuseSeedsBeyond({ from = 1, seeds = 100 }: SimulateOptions): void {
  if (seeds - 1 <= Number.MAX_SAFE_INTEGER - from) return;
  const sentence = `--from ${from} --seeds ${seeds} goes beyond the largest seed, ${Number.MAX_SAFE_INTEGER}`;
  throw new CommandError('usage', sentence);
}

/** Where the trace goes; null: nowhere. */
async function traceOf(options: SimulateOptions): Promise<TraceFile | null> {
  const { trace, seed, replay: path } = options;
  if (trace === undefined) return null;
  if (seed === undefined && path === undefined) {
    throw new CommandError('usage', '--trace is of one run: it needs --seed or --replay');
  }
  if (path !== undefined) await refuseWritingOver('--trace', trace, path);
  return forOption('--trace', trace, wantedFile, () => new TraceFile(trace));
}

function runsOf(
  options: SimulateOptions,
  trace: TraceFile | null,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ManyReport> {
  const { bridge, replay: path } = options;
  if (path === undefined) return manyRuns(options, trace, terminal, signal);
  return replayed(path, bridge, trace, terminal);
}

function manyRuns(
  options: SimulateOptions,
  trace: TraceFile | null,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ManyReport> {
  const { bridge, from = 1, seed, storage, media, weakness, lanes, workers } = options;
  const count = runsAsked(options);
  const progress = progressOf(count, terminal);
  return simulateMany({
    bridge,
    trace,
    seeds: count,
    from: seed ?? from,
    workers: Math.min(workers, count),
    ...(storage === undefined ? {} : { storage }),
    ...(media === undefined ? {} : { media }),
    ...(weakness === undefined ? {} : { weakness }),
    ...(lanes === undefined ? {} : { lanes }),
    progress,
    signal,
  });
}

const progressEvery = 5000;

/** Every few seconds: how many runs, how fast, how long still; and each failing seed at once. */
function progressOf(seeds: number, terminal: Terminal): (summary: RunSummary) => void {
  const began = performance.now();
  let told = began;
  let count = 0;
  return (summary) => {
    count++;
    if (summary.violations.length > 0) terminal.complain(reproductionOf(summary));
    const now = performance.now();
    if (now - told < progressEvery || count === seeds) return;
    told = now;
    const rate = count / ((now - began) / 1000);
    const left = Math.round((seeds - count) / rate);
    terminal.complain(`${count} of ${seeds} runs, ${rate.toFixed(1)}/s, about ${left} s left`);
  };
}

async function replayed(
  path: string,
  bridge: boolean,
  trace: TraceFile | null,
  terminal: Terminal,
): Promise<ManyReport> {
  const summary = summaryOf(await replay(path, { bridge, trace }));
  const { notExpressed = [], shows } = summary.scenario;
  if (shows !== undefined && summary.violations.length === 0) {
    const left = `${notExpressed.length} of its steps are left to the run`;
    terminal.complain(`this run does not show what ${path} was made of (${shows}): ${left}`);
  }
  const all = new Totals();
  all.add(summary);
  return all.report();
}

/** Safety before liveness: a run that lost a write has nothing to come to rest for. */
function exitCodeOf({ failures, seeds }: ManyReport, asked: number): number {
  const broken = failures.flatMap(({ violations }) => violations.map(({ rule }) => rule));
  if (broken.length === 0) return seeds < asked ? exitCodes.incomplete : 0;
  return broken.every((rule) => rule.startsWith('L')) ? 13 : 12;
}

interface Told {
  readonly report: ManyReport;
  readonly exitCode: number;
  readonly seconds: number;
  /** Runs that were asked for; with fewer the report was cut short. */
  readonly asked: number;
  /** The line that makes a failing run again. */
  readonly again: (failure: RunSummary) => string;
}

function textOf({ again, asked, report, seconds }: Told): string {
  const { seeds, failures, acknowledged, steps, faults, restAfterMost, counts } = report;
  const count = (value: number) => value.toLocaleString('en-US');
  const { rows, reasoned, unexplained, stale } = coverageTable(counts);
  return [
    ...rows
      .filter(([, times]) => times > 0)
      .map(([name, times]) => `${count(times).padStart(11)}  ${name}`),
    ...reasoned.map(({ name, why }) => `          0  ${name}: ${why}`),
    ...unexplained.map((name) => `          0  ${name} (no reason is written)`),
    ...stale.map((name) => `a reason is written for what happens, or cannot: ${name}`),
    '',
    `${count(seeds)} runs in ${Math.round(seconds)} s, ${count(acknowledged)} writes acknowledged, ${count(faults)} faults, ${count(steps)} steps; level again within ${Math.round(restAfterMost)} simulated milliseconds`,
    ...failures.map(again),
    failures.length === 0 ? 'nothing was violated' : `${failures.length} runs violated something`,
    ...(seeds < asked ? [`cut short: ${count(seeds)} of ${count(asked)} runs were made`] : []),
  ].join('\n');
}

function documentOf({ again, asked, exitCode, report, seconds }: Told): string {
  const { seeds, failures, acknowledged, steps, faults, restAfterMost, counts } = report;
  const { rows, ...zeroes } = coverageTable(counts);
  return JSON.stringify({
    exitCode,
    seeds,
    asked,
    cutShort: seeds < asked,
    seconds: Math.round(seconds),
    violations: failures.map((failure) => ({
      seed: failure.scenario.seed,
      broken: failure.violations,
      reproduction: again(failure),
    })),
    acknowledged,
    steps,
    faults,
    restAfterMost,
    coverage: Object.fromEntries(rows),
    ...zeroes,
  });
}
