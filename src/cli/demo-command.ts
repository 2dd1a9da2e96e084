import { Command } from 'commander';
import { wholeFromOne } from './check-command.ts';
import { partOf } from './command-error.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly input?: string;
  readonly seed?: number;
  readonly scenario?: string;
  readonly keep?: string;
  readonly json?: true;
}

interface Demo {
  /** Returns the exit code. */
  demo(options: Options): Promise<number>;
}

export function demoCommand(_terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('demo')
    .description('mirror a real file over three sites, lose the primary, resync, compare the bytes')
    .option('--input <file>', 'what is mirrored; the running program itself if not given')
    .option('--seed <number>', 'repeat a run', wholeFromOne)
    .option('--scenario <name>', 'what goes wrong')
    .option('--keep <folder>', 'keep the sites’ files there')
    .option('--json', 'one JSON document')
    .action(async (options: Options) => {
      const part = await partOf<Demo>('./demo.ts', (path) => import(path), 'sidefile demo', 2);
      outcome(await part.demo(options));
    });
}
