import { writeWhole } from '../write-whole.ts';
import type { Violation } from './evidence.ts';
import { followed, type Watching } from './followed.ts';
import type { RunReport } from './run.ts';
import { type Scenario, type ScenarioOptions, scenarioOf } from './scenario.ts';
import { readScenario } from './scenario-file.ts';
import { shrink } from './shrink.ts';
import { type Crew, inThisThread, inThreads } from './simulation-crew.ts';

export interface ManyOptions extends Omit<ScenarioOptions, 'seed'>, Watching {
  readonly seeds: number;
  /** First seed. Default 1. */
  readonly from?: number;
  /** Threads that run seeds side by side. Default 1. The report is the same. */
  readonly workers?: number;
  /** Stop after so many failing seeds. Default: never. */
  readonly failuresMost?: number;
  readonly progress?: (summary: RunSummary) => void;
  /** Aborted: the runs under way end, and no other begins. */
  readonly signal?: AbortSignal;
}

/** A run as plain data. */
export interface RunSummary {
  readonly scenario: Scenario;
  readonly violations: readonly Violation[];
  readonly acknowledged: number;
  readonly steps: number;
  readonly restAfter: number | null;
  readonly counts: readonly (readonly [name: string, count: number])[];
}

export interface ManyReport {
  readonly seeds: number;
  /** Ascending by seed. */
  readonly failures: readonly RunSummary[];
  readonly acknowledged: number;
  readonly steps: number;
  readonly faults: number;
  /** Longest simulated time from the last fault's end to rest, in milliseconds. */
  readonly restAfterMost: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** One run of the real runtime with simulated time, links and disks. */
export function simulate(options: ScenarioOptions & Watching): Promise<RunReport> {
  return followed(scenarioOf(options), options);
}

export const summaryOf = ({ coverage, ...report }: RunReport): RunSummary => {
  const { scenario, violations, acknowledged, steps, restAfter } = report;
  return { scenario, violations, acknowledged, steps, restAfter, counts: [...coverage.counts] };
};

export async function simulateMany(options: ManyOptions): Promise<ManyReport> {
  const { seeds, from = 1, workers = 1, progress, failuresMost, signal, ...each } = options;
  const most = failuresMost ?? Number.POSITIVE_INFINITY;
  const crew: Crew = workers > 1 ? inThreads(workers) : inThisThread();
  const all = new Totals();
  let next = from;
  const mayGoOn = () => !signal?.aborted && all.failures.length < most;
  const takeSeeds = async (lane: number): Promise<void> => {
    while (next < from + seeds && mayGoOn()) {
      const summary = await crew.run(lane, { ...each, seed: next++ });
      all.add(summary);
      progress?.(summary);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, (_, lane) => takeSeeds(lane)));
  } finally {
    await crew.end();
  }
  return all.report();
}

/** One report of many runs; the order in which they end does not matter. */
export class Totals {
  readonly failures: RunSummary[] = [];
  private readonly counts = new Map<string, number>();
  private seeds = 0;
  private acknowledged = 0;
  private steps = 0;
  private faults = 0;
  private restAfterMost = 0;

  add(summary: RunSummary): void {
    this.seeds++;
    this.acknowledged += summary.acknowledged;
    this.steps += summary.steps;
    this.restAfterMost = Math.max(this.restAfterMost, summary.restAfter ?? 0);
    if (summary.violations.length > 0) this.failures.push(summary);
    for (const [name, count] of summary.counts) {
      this.counts.set(name, (this.counts.get(name) ?? 0) + count);
      if (name.startsWith('fault ')) this.faults += count;
    }
  }

  report(): ManyReport {
    const { seeds, acknowledged, steps, faults, restAfterMost, counts } = this;
    const failures = this.failures.sort((one, other) => one.scenario.seed - other.scenario.seed);
    return { seeds, failures, acknowledged, steps, faults, restAfterMost, counts };
  }
}

/** Runs a scenario file again. Rejects with a HostError naming a file that is none. */
export async function replay(path: string, watching: Watching = {}): Promise<RunReport> {
  return followed(await readScenario(path), watching);
}

/** Shrinks a failing scenario, as far as it comes before `signal` aborts, and writes it to a file that `replay` runs. */
export async function shrinkTo(
  path: string,
  scenario: Scenario,
  bridge: boolean = false,
  signal: AbortSignal | null = null,
): Promise<Scenario> {
  const small = await shrink(scenario, bridge, signal);
  await writeWhole(path, `${JSON.stringify(small, null, 2)}\n`);
  return small;
}

/** The one line that makes a failing run again: by its seed, or where a file says what happens, by that. */
export function reproductionOf(
  { scenario, violations }: Pick<RunReport, 'scenario' | 'violations'>,
  file?: string,
): string {
  const [first] = violations;
  const again = file === undefined ? seedAgain(scenario) : `--replay ${file}`;
  return `sidefile simulate ${again}  # ${first?.rule}: ${first?.sentence}`;
}

function seedAgain(scenario: Scenario): string {
  const { media, lanes } = scenario;
  const storage = ` --media ${media} --storage ${scenario.storage} --lanes ${lanes}`;
  const weakness = scenario.tuning.weakness ? ` --weakness ${scenario.tuning.weakness}` : '';
  return `--seed ${scenario.seed}${storage}${weakness}`;
}
