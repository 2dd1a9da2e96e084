import { Command, Option } from 'commander';
import { wholeFromOne } from './check-command.ts';
import type { SimulateOptions } from './simulate-runs.ts';
import type { Terminal } from './terminal.ts';

export function simulateCommand(terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('simulate')
    .description('seeded runs of the real runtime on simulated time, links and disks, with faults')
    .option('--seeds <count>', 'how many runs', wholeFromOne, 100)
    .option('--from <seed>', 'the first of them', wholeFromOne, 1)
    .option('--workers <count>', 'threads that run seeds side by side', wholeFromOne, 1)
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
    .option('--lanes <count>', 'connections of a session, of every run', wholeFromOne)
    .option('--replay <file>', 'a scenario that a failing run left')
    .option('--save <file>', 'where the first failing run is written, shrunk, for --replay')
    .option('--no-bridge', 'do not follow each run as a path of the world; faster by a third')
    .option('--trace <file>', 'with --seed or --replay: write the run there for `sidefile trace`')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExit codes: 0 nothing was violated, 12 safety was, 13 liveness was.')
    .action(async (options: SimulateOptions) => {
      const { simulateRuns } = await import('./simulate-runs.ts');
      outcome(await simulateRuns(options, terminal));
    });
}
