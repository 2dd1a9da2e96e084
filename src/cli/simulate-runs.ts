import type { RunReport } from '../simulator/run.ts';
import type { Media } from '../simulator/scenario.ts';
import {
  type ManyReport,
  replay,
  reproductionOf,
  shrinkTo,
  simulateMany,
} from '../simulator/simulate.ts';
import { TraceFile } from '../trace/trace-file.ts';
import { CommandError } from './command-error.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly seeds: number;
  readonly seed?: number;
  readonly storage?: 'memory' | 'file';
  readonly media?: Media;
  readonly weakness?: string;
  readonly lanes?: number;
  readonly replay?: string;
  readonly save?: string;
  readonly bridge: boolean;
  readonly trace?: string;
  readonly json?: true;
}

const progressEvery = 50;

/** Runs what was asked for, tells what was found, and returns the exit code. */
export async function simulateRuns(options: Options, terminal: Terminal): Promise<number> {
  const { bridge } = options;
  const trace = traceOf(options);
  const report =
    options.replay === undefined
      ? await manyRuns(options, trace, terminal)
      : ofOne(await replay(options.replay, { bridge, trace }));
  const exitCode = exitCodeOf(report.failures);
  const [first] = report.failures;
  if (first !== undefined && options.save !== undefined) {
    await shrinkTo(options.save, first.scenario);
  }
  terminal.print(options.json ? documentOf(report, exitCode) : textOf(report));
  return exitCode;
}

/** Where the trace goes; null: nowhere. */
function traceOf({ trace, seed, replay: path }: Options): TraceFile | null {
  if (trace === undefined) return null;
  if (seed === undefined && path === undefined) {
    throw new CommandError('usage', '--trace is of one run: it needs --seed or --replay');
  }
  return new TraceFile(trace);
}

function manyRuns(
  options: Options,
  trace: TraceFile | null,
  terminal: Terminal,
): Promise<ManyReport> {
  const { bridge, seeds, seed, storage, media, weakness, lanes } = options;
  let count = 0;
  return simulateMany({
    bridge,
    trace,
    seeds: seed === undefined ? seeds : 1,
    from: seed ?? 1,
    ...(storage === undefined ? {} : { storage }),
    ...(media === undefined ? {} : { media }),
    ...(weakness === undefined ? {} : { weakness }),
    ...(lanes === undefined ? {} : { lanes }),
    progress: () => {
      count++;
      if (terminal.watched && count % progressEvery === 0) terminal.complain(`${count} runs`);
    },
  });
}

const ofOne = (report: RunReport): ManyReport => ({
  seeds: 1,
  failures: report.violations.length > 0 ? [report] : [],
  acknowledged: report.acknowledged,
  steps: report.steps,
  restAfterMost: report.restAfter ?? 0,
  coverage: report.coverage,
});

/** Safety before liveness: a run that lost a write has nothing to come to rest for. */
function exitCodeOf(failures: readonly RunReport[]): number {
  const broken = failures.flatMap(({ violations }) => violations.map(({ rule }) => rule));
  if (broken.length === 0) return 0;
  return broken.every((rule) => rule.startsWith('L')) ? 13 : 12;
}

function textOf({ seeds, failures, acknowledged, steps, restAfterMost, coverage }: ManyReport) {
  const count = (value: number) => value.toLocaleString('en-US');
  const table = coverage.table().map(([name, times]) => `${count(times).padStart(11)}  ${name}`);
  return [
    ...table,
    '',
    `${count(seeds)} runs, ${count(acknowledged)} writes acknowledged, ${count(steps)} steps; level again within ${Math.round(restAfterMost)} simulated milliseconds`,
    ...failures.map(reproductionOf),
    failures.length === 0 ? 'nothing was violated' : `${failures.length} runs violated something`,
  ].join('\n');
}

function documentOf(report: ManyReport, exitCode: number): string {
  const { seeds, failures, acknowledged, steps, restAfterMost, coverage } = report;
  return JSON.stringify({
    exitCode,
    seeds,
    violations: failures.map((failure) => ({
      seed: failure.scenario.seed,
      broken: failure.violations,
      reproduction: reproductionOf(failure),
    })),
    acknowledged,
    steps,
    restAfterMost,
    coverage: Object.fromEntries(coverage.table()),
  });
}
