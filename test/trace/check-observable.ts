import { scenarioOf } from '../../src/simulator/scenario.ts';
import { verdictOf } from '../../src/trace/validate.ts';
import { readOf, recordRun } from './recorded.ts';

/**
 * Observable traces of simulated runs, as `sidefile simulate` makes them, in memory: is each of them explained?
 * Usage: check-observable.ts [FIRST [LAST]]. Prints a line for each seed, and sums; exit 1: not all of them are.
 */
const first = Number(process.argv[2] ?? 1);
const last = Number(process.argv[3] ?? first + 19);
const kinds = { valid: 0, undecided: 0, violated: 0 };
let lines = 0;
let milliseconds = 0;
const byAttempt: number[] = [];

for (let seed = first; seed <= last; seed++) {
  const recorded = await recordRun(scenarioOf({ seed, storage: 'memory' }), 'observable');
  const begun = process.cpuUsage().user;
  const { kind, work, refused } = await verdictOf(`seed ${seed}`, readOf(recorded));
  const took = Math.round((process.cpuUsage().user - begun) / 1000);
  kinds[kind]++;
  lines += recorded.lines.length;
  milliseconds += took;
  for (const [index, count] of work!.byAttempt.entries()) {
    byAttempt[index] = (byAttempt[index] ?? 0) + count;
  }
  const perLine = (work!.looked / recorded.lines.length).toFixed(1);
  console.log(
    `seed ${seed}: ${kind}, ${recorded.lines.length} lines, ${took} ms, ${perLine} states looked at a line, at most ${work!.largest} kept${refused ? `; line ${refused.at}: ${refused.refusal.sentence}` : ''}`,
  );
}
const { valid, undecided, violated } = kinds;
console.log(
  `${valid} valid, ${undecided} undecided, ${violated} violated; ${lines} lines in ${(milliseconds / 1000).toFixed(0)} s of processor time, explained at the first attempt and each further one: ${byAttempt.join(', ')}`,
);
process.exitCode = undecided + violated === 0 ? 0 : 1;
