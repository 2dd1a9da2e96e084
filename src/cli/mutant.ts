import { equivalents } from '../../models/hidden-mutants.ts';
import { type Mutant, mutants } from '../../models/mutants.ts';
import { CommandError } from './command-error.ts';

/** Errors: `unknown-mutant`, naming those there are. */
export function mutantNamed(name: string): Mutant {
  const all = [...mutants, ...equivalents];
  const found = all.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  const names = all.map((mutant) => mutant.name).join(', ');
  throw new CommandError('unknown-mutant', `there is no mutant "${name}"; known: ${names}`);
}
