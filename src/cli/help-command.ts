import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import type { Terminal } from './terminal.ts';

/** The help of a command below `root`, also of one of its own. */
export function helpCommand(root: Command, terminal: Terminal): Command {
  return new Command('help')
    .description('print the help of a command')
    .argument('[command...]')
    .option('--json', 'one JSON document')
    .action((names: readonly string[], { json }: { json?: true }) => {
      const command = commandNamed(root, names);
      if (json) terminal.print(JSON.stringify({ command: names, help: helpOf(command) }));
      else command.outputHelp();
    });
}

function commandNamed(root: Command, names: readonly string[]): Command {
  let of = root;
  for (const name of names) {
    const found = of.commands.find((command) => command.name() === name);
    if (found === undefined) throw unknownIn(of, name);
    of = found;
  }
  return of;
}

function unknownIn(of: Command, name: string): CommandError {
  const known = of.commands.map((command) => command.name()).join(', ');
  const others = known === '' ? `${of.name()} has none of its own` : `known: ${known}`;
  return new CommandError('usage', `unknown command '${name}'; ${others}`);
}

/** With what stands after the options: `helpInformation` leaves that out. */
function helpOf(command: Command): string {
  const told: string[] = [];
  command.configureOutput({ writeOut: (text) => void told.push(text) }).outputHelp();
  return told.join('').trimEnd();
}
