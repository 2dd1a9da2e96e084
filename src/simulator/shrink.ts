import type { Fault } from './fault.ts';
import { followed } from './followed.ts';
import type { Scenario } from './scenario.ts';

/** Runs a shrinking may take at most. */
const runsMost = 60;

/**
 * A scenario with as few faults as still break the same rule (delta debugging), and no longer than
 * needed. One that breaks nothing comes back as it was. `bridge`: what the world cannot follow is broken too.
 * When `signal` aborts, what was found until then comes back.
 */
export async function shrink(
  scenario: Scenario,
  bridge: boolean = false,
  signal: AbortSignal | null = null,
): Promise<Scenario> {
  if (signal?.aborted) return scenario;
  const run = (candidate: Scenario) => followed(candidate, { bridge });
  const rule = (await run(scenario)).violations[0]?.rule;
  if (rule === undefined) return scenario;
  let runs = 0;
  const stillBreaks = async (candidate: Scenario): Promise<boolean> => {
    if (signal?.aborted || runs++ >= runsMost) return false;
    return (await run(candidate)).violations[0]?.rule === rule;
  };
  let best = await withFewerFaults(scenario, stillBreaks);
  for (const outstanding of [1, 2, 4]) {
    const candidate = { ...best, outstanding };
    if (outstanding >= best.outstanding || !(await stillBreaks(candidate))) continue;
    best = candidate;
    break;
  }
  for (const share of [0.25, 0.5, 0.75]) {
    const candidate = { ...best, length: Math.ceil(best.length * share) };
    if (!(await stillBreaks(candidate))) continue;
    best = candidate;
    break;
  }
  return best;
}

async function withFewerFaults(
  scenario: Scenario,
  stillBreaks: (candidate: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let { faults } = scenario;
  let pieces = 2;
  while (faults.length > 0) {
    const smaller = await firstThatBreaks(scenario, without(faults, pieces), stillBreaks);
    if (smaller) {
      faults = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (pieces >= faults.length) break;
    else pieces = Math.min(faults.length, pieces * 2);
  }
  return { ...scenario, faults };
}

async function firstThatBreaks(
  scenario: Scenario,
  candidates: readonly (readonly Fault[])[],
  stillBreaks: (candidate: Scenario) => Promise<boolean>,
): Promise<readonly Fault[] | null> {
  for (const faults of candidates) if (await stillBreaks({ ...scenario, faults })) return faults;
  return null;
}

/** The list without each of its `pieces` parts. */
function without(faults: readonly Fault[], pieces: number): (readonly Fault[])[] {
  const size = Math.ceil(faults.length / pieces);
  return Array.from({ length: Math.ceil(faults.length / size) }, (_, piece) =>
    faults.filter((_, index) => Math.floor(index / size) !== piece),
  );
}
