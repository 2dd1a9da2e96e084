import { Command } from 'commander';
import type { DemoOptions } from './demo.ts';
import { pathName } from './path-name.ts';
import type { Terminal } from './terminal.ts';
import { wholeFromOne } from './whole-number.ts';

export function demoCommand(terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('demo')
    .description('mirror a real file over three sites, lose the primary, resync, compare the bytes')
    .option(
      '--input <file>',
      'what is mirrored; the running node executable if not given',
      pathName,
    )
    .option('--seed <number>', 'repeat a run', wholeFromOne)
    .option('--scenario <name>', 'what goes wrong: delta, overwritten, ahead or return')
    .option('--keep <folder>', 'keep the sites’ files there', pathName)
    .option(
      '--trace <file>',
      'write everything the sites do there, for `sidefile trace validate`',
      pathName,
    )
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExit codes: 0 every byte is where it must be, 1 it is not, 2 not possible as asked, 130 interrupted.',
    )
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo.ts');
      outcome(await demo(options, terminal));
    });
}
