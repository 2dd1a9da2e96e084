import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { checkMutants } from '../../src/cli/check-mutants.ts';
import { type MutantsRun, mutantsRunFile } from '../../src/gallery/mutants-run.ts';

type Printed = Omit<MutantsRun, 'at' | 'states'> & {
  readonly summary: string;
  readonly fates: readonly { readonly states: number }[];
};

/** `npm run check:deep -- mutants`: `sidefile check --mutants` to its end; what it found is told at the head of docs/why-each-rule.md. */
export async function measureMutants(workers: number): Promise<number> {
  const printed: string[] = [];
  const terminal = {
    print: (text: string) => void printed.push(text),
    complain: console.error,
    watched: false,
  };
  const code = await checkMutants([], { workers, steps: 1, seed: 1, json: true }, terminal);
  const { equivalent, fates, noticed, seconds, summary, survived } = JSON.parse(
    printed.join(''),
  ) as Printed;
  console.log(summary);
  const run: MutantsRun = {
    at: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    seconds: Math.round(seconds),
    noticed,
    equivalent,
    survived,
    states: fates.reduce((sum, { states }) => sum + states, 0),
  };
  await writeFile(mutantsRunFile, `${JSON.stringify(run, null, 1)}\n`);
  return code;
}
