import { CommandError, notBuilt } from './command-error.ts';

/** What the command line needs to know of a deliberately broken rule. */
interface Mutant {
  readonly name: string;
  readonly instances: readonly string[];
}

/** Errors: `unknown-mutant`, naming those there are. */
export async function mutantNamed(name: string): Promise<Mutant> {
  const known = await mutants();
  const found = known.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  const names = known.map((mutant) => mutant.name).join(', ');
  throw new CommandError('unknown-mutant', `there is no mutant "${name}"; known: ${names}`);
}

async function mutants(): Promise<readonly Mutant[]> {
  // The list is still being written: it may be missing.
  const path: string = '../../models/mutants.ts';
  try {
    return ((await import(path)) as { readonly mutants: readonly Mutant[] }).mutants;
  } catch (error) {
    const { code } = error as { code?: string };
    throw code === 'ERR_MODULE_NOT_FOUND' ? notBuilt('sidefile check --mutant', 3) : error;
  }
}
