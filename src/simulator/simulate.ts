import { readFile, writeFile } from 'node:fs/promises';
import { HostError } from '../runtime/host-error.ts';
import { Coverage } from './coverage.ts';
import { followed, type Watching } from './followed.ts';
import type { RunReport } from './run.ts';
import { type Scenario, type ScenarioOptions, scenarioOf } from './scenario.ts';
import { shrink } from './shrink.ts';

export interface ManyOptions extends Omit<ScenarioOptions, 'seed'>, Watching {
  readonly seeds: number;
  /** First seed. Default 1. */
  readonly from?: number;
  /** Stop after so many failing seeds. Default: never. */
  readonly failuresMost?: number;
  readonly progress?: (report: RunReport) => void;
}

export interface ManyReport {
  readonly seeds: number;
  readonly failures: readonly RunReport[];
  readonly acknowledged: number;
  readonly steps: number;
  readonly restAfterMost: number;
  readonly coverage: Coverage;
}

/** One run of the real runtime with simulated time, links and disks. */
export function simulate(options: ScenarioOptions & Watching): Promise<RunReport> {
  return followed(scenarioOf(options), options);
}

export async function simulateMany(options: ManyOptions): Promise<ManyReport> {
  const { seeds, from = 1, failuresMost = Number.POSITIVE_INFINITY, progress } = options;
  const coverage = new Coverage();
  const failures: RunReport[] = [];
  let acknowledged = 0;
  let steps = 0;
  let restAfterMost = 0;
  let seed = from;
  for (; seed < from + seeds && failures.length < failuresMost; seed++) {
    const report = await simulate({ ...options, seed });
    coverage.merge(report.coverage);
    acknowledged += report.acknowledged;
    steps += report.steps;
    restAfterMost = Math.max(restAfterMost, report.restAfter ?? 0);
    if (report.violations.length > 0) failures.push(report);
    progress?.(report);
  }
  return { seeds: seed - from, failures, acknowledged, steps, restAfterMost, coverage };
}

/** Runs a scenario file again. Rejects with a HostError naming a file that is none. */
export async function replay(path: string, watching: Watching = {}): Promise<RunReport> {
  const text = await readFile(path, 'utf8');
  let scenario: Scenario;
  try {
    scenario = JSON.parse(text) as Scenario;
  } catch (cause) {
    throw new HostError('refused', `${path} is no scenario: it is no JSON`, { cause });
  }
  if (!Array.isArray(scenario.faults) || typeof scenario.seed !== 'number') {
    throw new HostError('refused', `${path} is no scenario: it has no seed, or no faults`);
  }
  return followed(scenario, watching);
}

/** Shrinks a failing scenario and writes it to a file that `replay` runs. */
export async function shrinkTo(path: string, scenario: Scenario): Promise<Scenario> {
  const small = await shrink(scenario);
  await writeFile(path, `${JSON.stringify(small, null, 2)}\n`);
  return small;
}

/** The one line that runs a failing seed again. */
export function reproductionOf({ scenario, violations }: RunReport): string {
  const [first] = violations;
  const { media, lanes } = scenario;
  const storage = ` --media ${media} --storage ${scenario.storage} --lanes ${lanes}`;
  const weakness = scenario.tuning.weakness ? ` --weakness ${scenario.tuning.weakness}` : '';
  return `sidefile simulate --seed ${scenario.seed}${storage}${weakness}  # ${first?.rule}: ${first?.sentence}`;
}
