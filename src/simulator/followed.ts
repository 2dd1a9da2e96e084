import { Bridge } from '../trace/bridge.ts';
import { differenceText } from '../trace/difference.ts';
import type { TraceTarget } from '../trace/recorder.ts';
import { type RunReport, run } from './run.ts';
import type { Scenario } from './scenario.ts';

/** How a run is watched besides its promises. */
export interface Watching {
  /** Follow it as a path of the world: what the world cannot follow is a violation. Default: no. */
  readonly bridge?: boolean;
  readonly trace?: TraceTarget | null;
}

export async function followed(scenario: Scenario, watching: Watching): Promise<RunReport> {
  const bridge = watching.bridge ? new Bridge() : null;
  const targets = [bridge, watching.trace].filter((target) => target != null);
  if (targets.length === 0) return run(scenario);
  const report = await run(scenario, false, toAll(targets));
  if (!bridge?.refused) return report;
  const { line, refusal } = bridge.refused;
  const { sentence, difference } = refusal;
  const where = `line ${line.number} of site ${line.site} (${line.event?.type}): ${sentence}`;
  const told = difference ? `${where}; ${differenceText(difference)}` : where;
  const broken = { rule: 'BRIDGE', sentence: `the world cannot follow ${told}` };
  return { ...report, violations: [...report.violations, broken] };
}

/** One target that tells several. */
const toAll = (targets: readonly TraceTarget[]): TraceTarget => ({
  header(header) {
    for (const target of targets) target.header(header);
  },
  line(line) {
    for (const target of targets) target.line(line);
  },
  end(end) {
    for (const target of targets) target.end(end);
  },
});
