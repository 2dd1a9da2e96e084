import { type Mutant, mutants } from '../../models/mutants.ts';
import { checkModel, exitCodes } from '../checker/api.ts';
import { worldNamed, worldNames } from './protocol-worlds.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly seconds?: number;
  readonly json?: true;
}

/** What became of one broken rule. */
interface Fate {
  readonly mutant: string;
  readonly rule: string;
  /** Null: no world noticed it. */
  readonly killedBy: string | null;
  readonly instance: string | null;
  readonly steps: number | null;
  readonly states: number;
  /** What the mutant is expected to be noticed in and is not there to be checked, or was cut short. */
  readonly unclear: readonly string[];
}

/** Breaks one rule after the other. Exit code 0 if each was noticed by a statement it must break. */
export async function checkMutants(options: Options, terminal: Terminal): Promise<number> {
  const fates: Fate[] = [];
  for (const mutant of mutants) {
    const fate = await fateOf(mutant, options);
    fates.push(fate);
    if (!options.json) terminal.print(lineOf(fate));
  }
  const survivors = fates.filter(({ killedBy }) => killedBy === null);
  const exitCode = survivors.length > 0 ? exitCodes.survivor : 0;
  if (options.json) terminal.print(JSON.stringify({ exitCode, fates }));
  else terminal.print(`${fates.length - survivors.length} of ${fates.length} mutants are noticed`);
  return exitCode;
}

async function fateOf(mutant: Mutant, { seconds }: Options): Promise<Fate> {
  const { name, rule, breaks, instances } = mutant;
  const unclear: string[] = [];
  let states = 0;
  for (const instance of instances) {
    if (!worldNames.includes(instance)) {
      unclear.push(`there is no instance ${instance}`);
      continue;
    }
    const limits = seconds === undefined ? {} : { secondsMax: seconds };
    const verdict = await checkModel(worldNamed(instance, name), limits);
    states += verdict.states;
    const { counterexample, kind } = verdict;
    if (counterexample !== null && breaks.includes(counterexample.rule)) {
      const steps = counterexample.steps.length - 1;
      return {
        mutant: name,
        rule,
        killedBy: counterexample.rule,
        instance,
        steps,
        states,
        unclear,
      };
    }
    if (counterexample !== null) unclear.push(`${instance} breaks ${counterexample.rule} instead`);
    else if (kind === 'incomplete') unclear.push(`${instance} was cut short`);
  }
  return { mutant: name, rule, killedBy: null, instance: null, steps: null, states, unclear };
}

function lineOf({ mutant, rule, killedBy, instance, steps, states, unclear }: Fate): string {
  const count = states.toLocaleString('en-US');
  const found =
    killedBy === null
      ? `is NOT noticed in ${count} states`
      : `breaks ${killedBy} in ${instance} after ${steps} steps, ${count} states`;
  const notes = unclear.length > 0 ? ` (${unclear.join('; ')})` : '';
  return `${mutant} (${rule}): ${found}${notes}`;
}
