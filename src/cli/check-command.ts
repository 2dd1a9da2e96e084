import { Command } from 'commander';
import type { CheckRequest } from './check-worlds.ts';
import { CommandError } from './command-error.ts';
import { mutantNamed } from './mutant.ts';
import { refuseTogether } from './options-together.ts';
import { pathName } from './path-name.ts';
import type { Terminal } from './terminal.ts';
import { wholeFromOne, wholeTo } from './whole-number.ts';

interface Options extends CheckRequest {
  readonly list?: true;
  readonly all?: true;
  readonly mutant?: string;
  readonly mutants?: true;
}

export function checkCommand(terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('check')
    .description('visit every interleaving of small worlds, with the machines that run')
    .argument('[instances...]', 'names of worlds; the default set if none is given')
    .option('--list', 'print the worlds and what each shows')
    .option('--all', 'every world there is, also those that take long')
    .option('--mutant <name>', 'break one rule on purpose; in the worlds in which it shows')
    .option('--mutants', 'break each of them, one after the other; exit 21 if one is not noticed')
    .option('--workers <count>', 'threads: for a world each, or over one', wholeTo(64), 1)
    .option('--seconds <limit>', 'stop there with a partial verdict, exit 23', wholeFromOne)
    .option('--states <limit>', 'stop after so many states, exit 23', wholeFromOne)
    .option('--memory <MiB>', 'stop when worlds take so much, exit 23', wholeFromOne)
    .option(
      '--checkpoint <folder>',
      'save each search there, every minute and when cut short (one worker a world)',
      pathName,
    )
    .option('--resume <folder>', 'go on from what was saved there (one worker a world)', pathName)
    .option(
      '--walks <count>',
      'random walks instead (one worker a world): they find, never prove',
      wholeFromOne,
    )
    .option('--steps <count>', 'longest random walk (default: 100)', wholeFromOne)
    .option('--seed <number>', 'of the random walks (default: 1)', wholeFromOne)
    .option(
      '--save <folder>',
      'write a counterexample as text, Mermaid, SVG, ITF and scenario',
      pathName,
    )
    .option('--json', 'one JSON document; progress as lines of JSON on standard error')
    .addHelpText('after', guide)
    .action(async (given: string[], options: Options) => {
      refuseTogether(options, impossible);
      const names = [...new Set(given)];
      if (options.all && names.length > 0) {
        const sentence = `--all is every world there is: leave it away, or ${names.join(', ')}`;
        throw new CommandError('usage', sentence);
      }
      if (options.mutants) {
        const { checkMutants } = await import('./check-mutants.ts');
        outcome(await checkMutants(names, options, terminal));
        return;
      }
      const worlds = await import('./protocol-worlds.ts');
      if (options.list) {
        for (const name of names) worlds.worldNamed(name);
        const asked = worlds.worldPurposes.filter(
          ({ name }) => names.length === 0 || names.includes(name),
        );
        terminal.print(listText(asked, options.json === true));
        return;
      }
      const { checkWorlds } = await import('./check-worlds.ts');
      const mutant = options.mutant === undefined ? null : mutantNamed(options.mutant);
      const set = options.all ? worlds.worldNames : worlds.defaultSet;
      const chosen = names.length > 0 ? names : (mutant?.instances ?? set);
      const judgeCoverage = names.length === 0 && mutant === null && options.walks === undefined;
      const weakness = mutant?.name ?? null;
      outcome(await checkWorlds({ names: chosen, weakness, judgeCoverage }, options, terminal));
    });
}

const visiting = [
  'all',
  'mutant',
  'seconds',
  'states',
  'memory',
  'checkpoint',
  'resume',
  'walks',
  'save',
] as const;

/** What makes no sense together: the first needs, or excludes, the second. */
const impossible = [
  ['steps', 'needs', 'walks'],
  ['seed', 'needs', 'walks'],
  // A list is a list: nothing is visited.
  ...visiting.map((name) => ['list', 'excludes', name] as const),
  ['all', 'excludes', 'mutant'],
  ['mutants', 'excludes', 'mutant'],
  ['mutants', 'excludes', 'list'],
  ['mutants', 'excludes', 'all'],
  ['mutants', 'excludes', 'walks'],
  ['mutants', 'excludes', 'checkpoint'],
  ['mutants', 'excludes', 'resume'],
  ['walks', 'excludes', 'checkpoint'],
  ['walks', 'excludes', 'resume'],
] as const;

const guide = `
Exit codes: 0 every property holds in every reachable state, 11 deadlock, 12 safety, 13 liveness,
21 a mutant that no world notices, 22 something that must be reached was not, 23 cut short.
Ctrl-C gives the partial verdict.`;

function listText(
  worlds: readonly { readonly name: string; readonly shows: string; readonly isDefault: boolean }[],
  json: boolean,
): string {
  if (json) return JSON.stringify({ instances: worlds });
  const width = Math.max(...worlds.map(({ name }) => name.length));
  return [
    ...worlds.map(
      ({ name, shows, isDefault }) => `${isDefault ? '*' : ' '} ${name.padEnd(width)}  ${shows}`,
    ),
    '* of the default set',
  ].join('\n');
}
