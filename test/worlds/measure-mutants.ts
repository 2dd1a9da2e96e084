import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { checkMutants } from '../../src/cli/check-mutants.ts';
import { type MutantsRun, mutantsRunFile } from '../../src/gallery/mutants-run.ts';

interface Printed {
  readonly exitCode: number;
  readonly summary: string;
  readonly seconds: number;
  readonly fates: readonly {
    killedBy: string | null;
    equivalentIn: string[];
    unclear: string[];
    states: number;
  }[];
}

/** `npm run check:deep -- mutants`: `sidefile check --mutants` to its end; what it found is told at the head of docs/why-each-rule.md. */
export async function measureMutants(workers: number): Promise<number> {
  const printed: string[] = [];
  const terminal = {
    print: (text: string) => void printed.push(text),
    complain: console.error,
    watched: false,
  };
  const code = await checkMutants([], { workers, steps: 1, seed: 1, json: true }, terminal);
  const { fates, seconds, summary } = JSON.parse(printed.join('')) as Printed;
  console.log(summary);
  const noticed = fates.filter(({ killedBy }) => killedBy !== null).length;
  const equivalent = fates.filter(
    ({ equivalentIn, killedBy, unclear }) =>
      killedBy === null && equivalentIn.length > 0 && unclear.length === 0,
  ).length;
  const run: MutantsRun = {
    at: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    seconds: Math.round(seconds),
    noticed,
    equivalent,
    survived: fates.length - noticed - equivalent,
    states: fates.reduce((sum, { states }) => sum + states, 0),
  };
  await writeFile(mutantsRunFile, `${JSON.stringify(run, null, 1)}\n`);
  return code;
}
