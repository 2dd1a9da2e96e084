// `npm run spec:refine`: each transition of the worlds of the default set is a behaviour of the abstract
// protocol. `npm run spec:refine -- takeover ring` looks at these only; `--causes` tells what each event
// of the machines is in the abstract protocol; `--deep` looks at the begins of the deep worlds; `--without-large` leaves out
// what takes most of the time. Then the same is asked of simulated runs of the real runtime; `--runs` looks at these only. Two
// processes share the work. Counts must be those of docs/spec-checked.md; `--write` writes them there, of a whole run.

import { inChildren, isChild, workAs } from './in-children.ts';
import { runNamed, sumOfRuns, type ToldRun, tellRun } from './refine-run.ts';
import { staleIn, statesTold, sumOf, writeTable } from './refine-table.ts';
import { type Refined, refineWorld } from './refine-world.ts';
import { abstracted, abstractedInPart } from './refined.ts';
import { firstSeed, seedsInAll } from './refined-runs.ts';

const words = process.argv.slice(2);
const tellsCauses = words.includes('--causes');
const withoutLarge = words.includes('--without-large');
/** Few worlds are larger, and they take most of the time. */
const LARGE = 200_000;

/** Exit code 1 if one is no refinement. */
async function share(): Promise<void> {
  const asked = words.filter((word) => !word.startsWith('--'));
  const all: Refined[] = [];
  const runs: ToldRun[] = [];
  const begun = performance.now();
  const isWhole = asked.length === 0 && !withoutLarge;
  const tell = (refined: Refined | ToldRun): void => {
    if (refined.kind === 'run') runs.push(refined);
    else all.push(refined);
    for (const line of refined.lines) console.log(line);
    if (!refined.fine) process.exitCode = 1;
  };
  await inChildren<Refined | ToldRun>(
    asked.length === 0 ? namesOf() : asked,
    tell,
    (name, why) => ({
      kind: 'world',
      name,
      fine: false,
      lines: [`FAIL ${name}: ${why}`],
      states: 0,
      transitions: 0,
      pairs: 0,
    }),
  );
  if (all.length > 0) tellSum(all, isWhole);
  if (runs.length > 0) console.log(sumOfRuns(runs));
  console.log(`in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}

function namesOf(): string[] {
  const runs = Array.from({ length: seedsInAll }, (_, index) => `seed-${firstSeed + index}`);
  if (words.includes('--runs')) return runs;
  if (words.includes('--deep')) return [...abstractedInPart];
  const worlds = abstracted.filter((name) => !withoutLarge || statesTold(name) < LARGE);
  return [...worlds, ...runs];
}

/** How many are fine, and whether the page says the same of them. */
function tellSum(all: readonly Refined[], isWhole: boolean): void {
  const fine = all.filter((refined) => refined.fine).length;
  const sum = sumOf(all);
  console.log(`${fine} of ${all.length} refine it: ${sum}`);
  if (words.includes('--deep')) return;
  if (words.includes('--write') && isWhole) writeTable(all, sum);
  const stale = staleIn(all, isWhole, sum);
  for (const line of stale) console.log(`docs/spec-checked.md has it otherwise: ${line}`);
  if (stale.length === 0) return;
  console.log('FAIL the page is stale: npm run spec:refine -- --write');
  process.exitCode = 1;
}

if (isChild) {
  workAs<Refined | ToldRun>((name) => {
    const seed = runNamed(name);
    return seed === null ? refineWorld(name, tellsCauses) : tellRun(seed);
  });
} else {
  await share();
}
