// `npm run spec:drive`: machines follow random runs of the text as built, the same ones each time; `-- --fresh` makes
// others. It fails if one is not followed to its end; of others, if more than one in ten is not.
import { follow, type Runs, randomRuns } from './as-built.ts';

const isFresh = process.argv.includes('--fresh');
const seedOf = (seed: number): number => (isFresh ? Math.floor(Math.random() * 1e6) : seed);

const samples: readonly Runs[] = [
  { init: 'initAsBuilt', runs: 100, stepsMax: 30, seed: seedOf(100) },
  { init: 'initBusyAsBuilt', runs: 40, stepsMax: 25, seed: seedOf(200) },
  { init: 'initAloneBusyAsBuilt', runs: 40, stepsMax: 25, seed: seedOf(300) },
];

let [runs, unfollowed] = [0, 0];
for (const asked of samples) {
  const { all, ended, steps, whole } = follow(await randomRuns(asked));
  console.log(
    `${asked.init}: ${steps} of ${all} steps driven, ${whole} of ${asked.runs} runs whole`,
  );
  for (const line of ended) console.log(`  ${line}`);
  runs += asked.runs;
  unfollowed += ended.length;
}
if (unfollowed > (isFresh ? runs / 10 : 0)) process.exitCode = 1;
