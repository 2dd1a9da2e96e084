import { Command } from 'commander';
import { wholeFromOne } from './check-command.ts';
import { partOf } from './command-error.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly seeds: number;
  readonly seed?: number;
  readonly replay?: string;
  readonly json?: true;
}

interface Simulator {
  /** Returns the exit code. */
  simulate(options: Options): Promise<number>;
}

export function simulateCommand(_terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('simulate')
    .description(
      'not built yet: seeded runs of the real runtime with faults, shrunk when one fails',
    )
    .option('--seeds <count>', 'how many runs', wholeFromOne, 100)
    .option('--seed <number>', 'one run', wholeFromOne)
    .option('--replay <file>', 'a scenario that a failing run left')
    .option('--json', 'one JSON document')
    .action(async (options: Options) => {
      const path = '../simulator/simulate.ts';
      const part = await partOf<Simulator>(path, (part) => import(part), 'sidefile simulate', 2);
      outcome(await part.simulate(options));
    });
}
