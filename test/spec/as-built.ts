import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive } from './drive.ts';
import { boundsOfRandom } from './driven.ts';
import { type Moment, readTrace } from './itf.ts';
import { AS_BUILT, quint, TESTS } from './quint.ts';

/** Random runs of the text as built (spec/as_built.qnt), and how far machines follow them. */

export interface Runs {
  readonly init: 'initAsBuilt' | 'initBusyAsBuilt' | 'initAloneBusyAsBuilt';
  readonly runs: number;
  readonly stepsMax: number;
  readonly seed: number;
}

/** A world opens before the first write: another story tells how it came to the middle of work. */
const preludes: Readonly<Record<Runs['init'], string | null>> = {
  initAsBuilt: null,
  initBusyAsBuilt: 'toTheMiddleOfWorkTest',
  initAloneBusyAsBuilt: 'toTheMiddleOfWorkAloneTest',
};

export interface Followed {
  readonly steps: number;
  readonly all: number;
  readonly whole: number;
  /** Which runs were not followed to their end, and where they ended. */
  readonly ended: readonly string[];
}

/** States that a search for one step may look at. Broken machines miss some steps, whatever the search. */
const effortOf = (weakness: string | null): number => (weakness === null ? 4000 : 300);

/** Random runs as traces, each with its name. */
export async function randomRuns(asked: Runs): Promise<ReadonlyMap<string, readonly Moment[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'sidefile-as-built-'));
  try {
    const begin = await beginOf(folder, preludes[asked.init]);
    const { code, output } = await quint(
      ...(['run', AS_BUILT, '--main=asBuilt', '--step=stepAsBuilt'] as const),
      ...[`--init=${asked.init}`, `--max-steps=${asked.stepsMax}`, `--seed=${asked.seed}`],
      ...[`--max-samples=${asked.runs}`, `--n-traces=${asked.runs}`, '--invariant=safe', '--mbt'],
      `--out-itf=${join(folder, '{seq}.run.json')}`,
    );
    if (code !== 0) throw new Error(output);
    const names = readdirSync(folder).filter((name) => name.endsWith('.run.json'));
    return new Map(
      names.map((name) => {
        const trace = wholeSteps(readTrace(join(folder, name)));
        return [`${asked.init} ${asked.seed}, run ${name.split('.')[0]}`, [...begin, ...trace]];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function beginOf(folder: string, story: string | null): Promise<readonly Moment[]> {
  if (story === null) return [];
  const out = `--out-itf=${join(folder, '{test}.itf.json')}`;
  const options = ['--main=stories', '--max-samples=1', `--match=${story}`, '--seed=7', out];
  const { code, output } = await quint('test', TESTS, ...options);
  if (code !== 0) throw new Error(output);
  return readTrace(join(folder, `${story}.itf.json`));
}

/** What machines do at once is not cut in two by the end of a trace. */
function wholeSteps(trace: readonly Moment[]): readonly Moment[] {
  return trace.slice(
    0,
    trace.findLastIndex(({ action }) => action !== 'stepAsBuilt'),
  );
}

/** Drives machines along each; `weakness`: a rule of theirs that is broken. */
export function follow(
  runs: ReadonlyMap<string, readonly Moment[]>,
  weakness: string | null = null,
): Followed {
  const ended: string[] = [];
  let [steps, all] = [0, 0];
  for (const [name, trace] of runs) {
    const bounds = boundsOfRandom(name, trace);
    const config = { ...bounds.config, weakness };
    const { reached, last, stopped } = drive(trace, { ...bounds, config }, effortOf(weakness));
    steps += reached;
    all += last;
    if (reached < last) ended.push(`${name}: ${reached} of ${last} steps, then ${stopped}`);
  }
  return { steps, all, whole: runs.size - ended.length, ended };
}
