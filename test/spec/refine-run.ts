import { run } from '../../src/simulator/run.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { AbstractPath } from '../../src/trace/abstract-path.ts';
import { Bridge } from '../../src/trace/bridge.ts';

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
