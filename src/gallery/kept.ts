import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from '../../models/mutants.ts';
import type { KnownMutant } from '../spec-book/explain.ts';
import type { Shown } from './shown.ts';

/** What the gallery found of each mutant; nothing where it is not there. `root`: of the package. */
export function keptShown(root: string): readonly Shown[] {
  const path = join(root, 'docs/why-each-rule.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as readonly Shown[]) : [];
}

/** The mutants, each with its kept counterexample as lines to read. `root`: of the package. */
export function keptMutants(root: string): readonly KnownMutant[] {
  const found = keptShown(root);
  return mutants.map(({ name, rule, harm }) => {
    const shown = found.find(({ mutant }) => mutant === name);
    return { name, rule, counterexample: [harm, ...(shown ? linesOf(shown) : [])].join('\n') };
  });
}

function linesOf({ rule, instance, steps, states, claim, diagram }: Shown): readonly string[] {
  if (steps === null) return [`${rule} in all ${states} states of "${instance}": ${claim}`];
  const told = diagram
    .filter((line) => /->|Note over/.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/^Note over [^:]*: /, '')
        .replace(/^(\w+)[-.]+(?:>>|x|\))(\w+): /, '   $1 to $2: '),
    );
  return [`${rule} is violated in "${instance}" after ${steps} steps:`, ...told];
}
