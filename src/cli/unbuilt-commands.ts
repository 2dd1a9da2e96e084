import { Command } from 'commander';
import { notBuilt } from './command-error.ts';

/** Commands of the design that wait for their issue: they say so, and end with exit code 4. */
const planned = [
  ['conform', 'conformance run against a vendor’s process'],
  ['site', 'one site as a process of its own'],
  ['status', 'what running sites say of themselves'],
  ['plan', 'what a resync of running sites would move'],
  ['failover', 'make a mirror the primary'],
  ['switchover', 'move the primary while all stand'],
  ['resync', 'bring running sites level'],
  ['verify', 'compare the bytes of running sites'],
  ['export-suffix', 'save the writes a cut would drop'],
] as const;

export const unbuiltNames: readonly string[] = planned.map(([name]) => name);

export function unbuiltCommands(): Command[] {
  return planned.map(([name, purpose]) =>
    new Command(name)
      .description(`not built yet: ${purpose}`)
      .option('--json', 'one JSON document')
      .allowUnknownOption()
      .allowExcessArguments()
      .argument('[words...]')
      .action(() => {
        throw notBuilt(`sidefile ${name}`);
      }),
  );
}
