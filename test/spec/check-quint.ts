// `npm run spec:quint`: the abstract protocol typechecks, its stories hold, and random runs of it keep
// every invariant and reach every witness. `npm run spec:quint -- 0.1` makes a tenth of the traces, the same
// ones each time; without a share they are other ones at each run.

import { type Outcome, quint, SPECIFICATION, TESTS, witnessed } from './quint.ts';
import { brokenByStory, type Simulation, simulations } from './quint-runs.ts';

const share = Number(process.argv[2] ?? '1');
if (!(share > 0))
  throw new Error(`a share of the traces is a number above 0, not ${process.argv[2]}`);

const seedOfShares = '0x51de';

interface Check {
  readonly title: string;
  readonly run: () => Promise<Outcome>;
  /** What is wrong although Quint found nothing wrong. */
  readonly lacks?: (outcome: Outcome) => readonly string[];
}

const stories = (module: string): Check => ({
  title: `stories of ${module}`,
  run: () => quint('test', TESTS, `--main=${module}`, '--max-samples=1'),
});

/** Witnesses need all their traces; the rest may be cut to a share. */
const tracesOf = (plan: Simulation): number =>
  plan.reaches.length > 0 ? plan.traces : Math.ceil(plan.traces * share);

const simulation = (plan: Simulation): Check => ({
  title: `${tracesOf(plan)} traces of ${plan.stepsMax} steps, ${plan.title}`,
  run: () => simulate(plan),
  lacks: ({ output }) => plan.reaches.filter((name) => !witnessed(output).get(name)),
});

const checks: readonly Check[] = [
  { title: 'typecheck', run: () => quint('typecheck', TESTS) },
  ...['stories', ...brokenByStory].map(stories),
  ...simulations.map(simulation),
];

/** Two at a time; says what it did, ends with 1 when anything is wrong. */
async function main(): Promise<void> {
  const waiting = [...checks];
  const worker = async (): Promise<boolean> => {
    let fine = true;
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      fine = (await report(check)) && fine;
    }
    return fine;
  };
  const fine = await Promise.all([worker(), worker()]);
  process.exitCode = fine.every(Boolean) ? 0 : 1;
}

async function report({ title, run, lacks }: Check): Promise<boolean> {
  const begun = performance.now();
  const outcome = await run();
  const missing = outcome.code === 0 ? (lacks?.(outcome) ?? []) : [];
  const fine = outcome.code === 0 && missing.length === 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${fine ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)`);
  if (outcome.code !== 0) console.log(outcome.output);
  if (missing.length > 0) console.log(`never reached: ${missing.join(', ')}`);
  return fine;
}

function simulate(plan: Simulation): Promise<Outcome> {
  return quint(
    'run',
    SPECIFICATION,
    '--main=sidefile',
    `--init=${plan.init}`,
    `--step=${plan.step}`,
    ...['--invariants', plan.invariant],
    `--max-steps=${plan.stepsMax}`,
    `--max-samples=${tracesOf(plan)}`,
    ...(share < 1 ? [`--seed=${seedOfShares}`] : []),
    ...(plan.reaches.length > 0 ? ['--witnesses', ...plan.reaches] : []),
  );
}

await main();
