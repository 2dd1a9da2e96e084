// `npm run spec:quint`: random runs of the abstract protocol keep every invariant and reach every witness,
// the same ones each time. `npm run spec:quint -- 0.1` makes a tenth of the traces, `-- --fresh` others at
// each run. Its stories and what must be noticed of mistakes are in quint.test.ts and drive.test.ts.

import { quint, SPECIFICATION, witnessed } from './quint.ts';
import { piecesOf, type Simulation, simulations } from './quint-runs.ts';

const words = process.argv.slice(2);
const isFresh = words.includes('--fresh');
const share = Number(words.find((word) => !word.startsWith('--')) ?? '1');
if (!(share > 0)) throw new Error(`a share of the traces is a number above 0, not ${words[0]}`);

/** As many at a time as CI has cores. */
const AT_ONCE = 2;

/** The longest first, so that no core waits for one that began late. */
async function main(): Promise<void> {
  const lengthOf = (run: Simulation): number => run.traces * run.stepsMax;
  const waiting = simulations
    .flatMap((simulation) => piecesOf(simulation, share))
    .sort((one, other) => lengthOf(other) - lengthOf(one));
  const traces = waiting.reduce((sum, run) => sum + run.traces, 0);
  const worker = async (): Promise<boolean> => {
    let fine = true;
    for (let run = waiting.shift(); run; run = waiting.shift()) fine = (await report(run)) && fine;
    return fine;
  };
  const fine = (await Promise.all(Array.from({ length: AT_ONCE }, worker))).every(Boolean);
  console.log(`${fine ? 'ok  ' : 'FAIL'} ${traces} traces in all`);
  process.exitCode = fine ? 0 : 1;
}

async function report(run: Simulation): Promise<boolean> {
  const begun = performance.now();
  const { code, output } = await quint(
    'run',
    SPECIFICATION,
    '--main=sidefile',
    `--init=${run.init}`,
    `--step=${run.step}`,
    ...['--invariants', run.invariant],
    `--max-steps=${run.stepsMax}`,
    `--max-samples=${run.traces}`,
    ...(isFresh ? [] : [`--seed=${run.seed}`]),
    ...(run.reaches.length > 0 ? ['--witnesses', ...run.reaches] : []),
  );
  const missing = code === 0 ? run.reaches.filter((name) => !witnessed(output).get(name)) : [];
  const fine = code === 0 && missing.length === 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const title = `${run.traces} traces of ${run.stepsMax} steps, ${run.title}`;
  console.log(`${fine ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)`);
  if (code !== 0) console.log(output);
  if (missing.length > 0) console.log(`never reached: ${missing.join(', ')}`);
  return fine;
}

await main();
