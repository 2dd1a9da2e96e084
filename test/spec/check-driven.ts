// `npm run spec:drive`: machines follow random runs of the text as built, the same ones each time; `-- --fresh` makes
// others. It fails if one is not followed to its end; of others, if more than one in ten is not. Two processes share the work.
import { follow, type Runs, randomRuns } from './as-built.ts';
import { inChildren, isChild, workAs } from './in-children.ts';

const isFresh = process.argv.includes('--fresh');
const seedOf = (seed: number): number => (isFresh ? Math.floor(Math.random() * 1e6) : seed);

const samples: readonly Runs[] = [
  { init: 'initAsBuilt', runs: 100, stepsMax: 30, seed: seedOf(100) },
  { init: 'initBusyAsBuilt', runs: 40, stepsMax: 25, seed: seedOf(200) },
  { init: 'initAloneBusyAsBuilt', runs: 40, stepsMax: 25, seed: seedOf(300) },
];
const inAll = samples.reduce((sum, { runs }) => sum + runs, 0);

/** What became of one sample, told in lines. */
interface Driven {
  readonly lines: readonly string[];
  readonly unfollowed: number;
}

async function driveSample(name: string): Promise<Driven> {
  const asked = samples.find(({ init }) => init === name)!;
  const { all, ended, steps, whole } = follow(await randomRuns(asked));
  const sum = `${name}: ${steps} of ${all} steps driven, ${whole} of ${asked.runs} runs whole`;
  return { lines: [sum, ...ended.map((line) => `  ${line}`)], unfollowed: asked.runs - whole };
}

async function share(): Promise<void> {
  let unfollowed = 0;
  const tell = (driven: Driven): void => {
    for (const line of driven.lines) console.log(line);
    unfollowed += driven.unfollowed;
  };
  const names = samples.map(({ init }) => init);
  await inChildren(names, tell, (name, why) => ({
    lines: [`FAIL ${name}: ${why}`],
    unfollowed: inAll,
  }));
  if (unfollowed > (isFresh ? inAll / 10 : 0)) process.exitCode = 1;
}

if (isChild) workAs(driveSample);
else await share();
