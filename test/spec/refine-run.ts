import { run } from '../../src/simulator/run.ts';
import { type Scenario, scenarioOf } from '../../src/simulator/scenario.ts';
import { AbstractPath } from '../../src/trace/abstract-path.ts';
import { Bridge } from '../../src/trace/bridge.ts';
import { excusable } from './refined-runs.ts';

/** A simulated run of the real runtime, followed as a path of the world, and that as one of abstract states. */
export interface RefinedRun {
  /** Steps of the machines, and starts. */
  readonly lines: number;
  readonly path: AbstractPath;
  /** What the world could not follow; null: nothing. */
  readonly bridge: Bridge['refused'];
}

export async function refineRun(scenario: Scenario): Promise<RefinedRun> {
  const path = new AbstractPath();
  const bridge = new Bridge(path.passes);
  await run(scenario, false, bridge);
  return { lines: bridge.steps - bridge.told, path, bridge: bridge.refused };
}

export function sentencesOf({ path, bridge }: RefinedRun): readonly string[] {
  if (bridge) return [`the world cannot follow: ${bridge.refusal.sentence}`];
  if (!path.refused) return [];
  const { line, unexplained } = path.refused;
  const where = `line ${line.number} of site ${line.site} (${line.event?.type})`;
  return [
    `${unexplained.rules.join(' or ')}: ${unexplained.why}, at ${where}`,
    ...unexplained.differs,
  ];
}

/** What became of one run, told in lines. */
export interface ToldRun {
  readonly kind: 'run';
  readonly fine: boolean;
  readonly lines: readonly string[];
  readonly steps: number;
  readonly changes: number;
  readonly excused: readonly (readonly [what: string, count: number])[];
}

/** `seed-7` is the run of seed 7. */
export function runNamed(name: string): number | null {
  const found = /^seed-(\d+)$/.exec(name);
  return found ? Number(found[1]) : null;
}

/** Every run has more steps of the abstract protocol; with fewer it says little. */
const changesMin = 30;

export async function tellRun(seed: number): Promise<ToldRun> {
  const refined = await refineRun(scenarioOf({ seed }));
  const { lines: ofMachines, path } = refined;
  const { steps, changes } = path;
  const excused = [...path.excused];
  const unknown = excused.filter(([what]) => !excusable.has(what));
  const sentences = [
    ...sentencesOf(refined),
    ...unknown.map(([what]) => `excused without a reason: ${what}`),
    ...(steps < ofMachines ? [`${steps} steps were looked at, of ${ofMachines}`] : []),
    ...(changes > changesMin ? [] : [`${changes} of its steps change the abstract protocol`]),
  ];
  const fine = sentences.length === 0;
  const lines = fine
    ? []
    : [`FAIL the run of seed ${seed}`, ...sentences.map((one) => `     ${one}`)];
  return { kind: 'run', fine, lines, steps, changes, excused };
}

export function sumOfRuns(runs: readonly ToldRun[]): string {
  const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
  const steps = sum(runs.map((run) => run.steps));
  const changes = sum(runs.map((run) => run.changes));
  const excused = [...excusable.keys()].map((what) => {
    const found = runs.flatMap((run) => run.excused.filter(([one]) => one === what));
    return `${sum(found.map(([, count]) => count))} excused (${what})`;
  });
  const fine = runs.filter((run) => run.fine).length;
  return `${fine} of ${runs.length} runs refine it: ${steps} steps, ${changes} of them change something; ${excused.join(', ')}`;
}
