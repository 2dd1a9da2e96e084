import { Command, Option } from 'commander';
import { limits } from '../transport/wire/limits.ts';
import { refuseTogether } from './options-together.ts';
import { pathName } from './path-name.ts';
import type { SimulateOptions } from './simulate-runs.ts';
import type { Terminal } from './terminal.ts';
import { wholeFromOne, wholeTo } from './whole-number.ts';

export function simulateCommand(terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('simulate')
    .description('seeded runs of the real runtime on simulated time, links and disks, with faults')
    .option('--seeds <count>', 'how many runs (default: 100)', wholeFromOne)
    .option('--from <seed>', 'the first of them (default: 1)', wholeFromOne)
    .option('--workers <count>', 'threads that run seeds side by side', wholeTo(64), 1)
    .option('--seed <number>', 'one run only', wholeFromOne)
    .addOption(
      new Option('--storage <kind>', 'of every run; each seed chooses if it is not given').choices([
        'memory',
        'file',
      ]),
    )
    .addOption(
      new Option('--media <how>', 'what disks do, of every run; each seed chooses else').choices([
        'sound',
        'budget',
        'unlimited',
      ]),
    )
    .option('--weakness <name>', 'one rule broken on purpose (models/mutants.ts)')
    .option('--lanes <count>', 'connections of a session, of every run', wholeTo(limits.lanesMax))
    .option('--replay <file>', 'a scenario that a failing run left', pathName)
    .option(
      '--save <file>',
      'where the first failing run is written, shrunk, for --replay (default: failing-seed-N.json)',
      pathName,
    )
    .option('--no-bridge', 'do not follow each run as a path of the world; faster by a third')
    .option(
      '--trace <file>',
      'with --seed or --replay: write the run there for `sidefile trace`',
      pathName,
    )
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing was violated, 12 safety was, 13 liveness was, 23 cut short.\nCtrl-C ends the runs under way and tells of all that were made.',
    )
    .action(async (options: SimulateOptions) => {
      refuseTogether(options, impossible);
      const { simulateRuns } = await import('./simulate-runs.ts');
      outcome(await simulateRuns(options, terminal));
    });
}

const ofSeeds = ['seeds', 'from', 'seed', 'storage', 'media', 'weakness', 'lanes', 'save'] as const;

const impossible = [
  ['seed', 'excludes', 'seeds'],
  ['seed', 'excludes', 'from'],
  // A scenario says all of this itself.
  ...ofSeeds.map((name) => ['replay', 'excludes', name] as const),
] as const;
