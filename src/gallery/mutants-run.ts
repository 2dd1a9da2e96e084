import { readFile } from 'node:fs/promises';

/** `sidefile check --mutants` run to its end: kept in docs/mutants-checked.json by `npm run check:deep -- mutants`. */
export interface MutantsRun {
  /** The commit whose models were broken. */
  readonly at: string;
  readonly seconds: number;
  /** Of all mutants: those that a statement noticed, those that change nothing, those that survived. */
  readonly noticed: number;
  readonly equivalent: number;
  readonly survived: number;
  readonly states: number;
}

export const mutantsRunFile = 'docs/mutants-checked.json';

export async function mutantsRun(): Promise<MutantsRun | null> {
  return JSON.parse(
    await readFile(mutantsRunFile, 'utf8').catch(() => 'null'),
  ) as MutantsRun | null;
}

/** One sentence for the head of the page. */
export function runText(run: MutantsRun | null): string {
  if (run === null) return '`sidefile check --mutants` was not run to its end in one go.';
  const { at, equivalent, noticed, seconds, states, survived } = run;
  const all = noticed + equivalent + survived;
  return `\`sidefile check --mutants\`, all in one go, models of ${at}: ${noticed} of ${all} noticed, ${equivalent} equivalent, ${survived} survive; ${states.toLocaleString('en-US')} states in ${Math.round(seconds)} s on a machine of two cores.`;
}
