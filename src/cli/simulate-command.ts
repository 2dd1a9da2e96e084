import { Command, Option } from 'commander';
import type { Media } from '../simulator/scenario.ts';
import { wholeFromOne } from './check-command.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly seeds: number;
  readonly seed?: number;
  readonly storage?: 'memory' | 'file';
  readonly media?: Media;
  readonly weakness?: string;
  readonly lanes?: number;
  readonly replay?: string;
  readonly save?: string;
  readonly bridge: boolean;
  readonly trace?: string;
  readonly json?: true;
}

export function simulateCommand(terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('simulate')
    .description('seeded runs of the real runtime on simulated time, links and disks, with faults')
    .option('--seeds <count>', 'how many runs, from seed 1', wholeFromOne, 100)
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
    .option('--save <file>', 'shrink the first failing run, and write it there for --replay')
    .option('--no-bridge', 'do not follow each run as a path of the world; faster by a third')
    .option('--trace <file>', 'with --seed or --replay: write the run there for `sidefile trace`')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExit codes: 0 nothing was violated, 12 safety was, 13 liveness was.')
    .action(async (options: Options) => {
      const { simulateRuns } = await import('./simulate-runs.ts');
      outcome(await simulateRuns(options, terminal));
    });
}
