import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { packageRoot } from '../package-root.ts';
import { checkCommand } from './check-command.ts';
import { CommandError, usageExit } from './command-error.ts';
import { demoCommand } from './demo-command.ts';
import { diagramsCommand } from './diagrams-command.ts';
import { explainCommand } from './explain-command.ts';
import { helpCommand } from './help-command.ts';
import { simulateCommand } from './simulate-command.ts';
import type { Terminal } from './terminal.ts';
import { traceCommand } from './trace-command.ts';
import { unbuiltCommands } from './unbuilt-commands.ts';

const guide = `
Examples:
  $ sidefile demo --seed 1            lose the primary in the middle of real writes
  $ sidefile check --list             the worlds that can be exhausted
  $ sidefile check takeover           every interleaving of one of them
  $ sidefile trace validate FILE      is a run explained by the protocol? (spec/trace.md)
  $ sidefile explain EPOCH-30         one rule: why it is there, and where it is kept
  $ sidefile diagrams --check         are docs/diagrams what the machines say?

Exit codes:
  0   done, and what was checked holds
  1   it does not hold (a stale diagram, volumes that differ)
  2   the question is wrong: an unknown command, option, name or value
  4   not built yet
  11  deadlock       12  a safety property is violated    13  a liveness property is violated
  21  a mutant survived    22  something was never reached    23  the check was cut short

Every command takes --json: one JSON document on standard output, errors included.`;

/** Carries out one command line. Returns the exit code; nothing is thrown for a wrong question. */
export async function runCommandLine(
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const program = programOn(terminal);
  let exitCode = 0;
  const outcome = (code: number) => {
    exitCode = code;
  };
  for (const command of [
    demoCommand,
    checkCommand,
    simulateCommand,
    traceCommand,
    diagramsCommand,
    explainCommand,
  ]) {
    program.addCommand(quiet(command(terminal, outcome), terminal));
  }
  for (const command of unbuiltCommands()) program.addCommand(quiet(command, terminal));
  program.addCommand(quiet(helpCommand(program, terminal), terminal));
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    return report(error, words.includes('--json'), terminal);
  }
  return exitCode;
}

function programOn(terminal: Terminal): Command {
  const { version, description } = JSON.parse(
    readFileSync(`${packageRoot}/package.json`, 'utf8'),
  ) as { version: string; description: string };
  const program = new Command('sidefile')
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText('after', guide);
  return quiet(program, terminal);
}

/** Commander writes to the terminal, and leaves ending the process to us. */
function quiet(command: Command, terminal: Terminal): Command {
  for (const inner of command.commands) quiet(inner, terminal);
  return command.exitOverride().configureOutput({
    writeOut: (text) => terminal.print(text.trimEnd()),
    writeErr: (text) => terminal.complain(text.trimEnd()),
  });
}

function report(error: unknown, json: boolean, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    // Commander has said on standard error what it did not understand.
    const exitCode = error.exitCode === 0 ? 0 : usageExit;
    if (json && exitCode !== 0) {
      // Where a command is missing it says how to go on, but has no sentence of its own.
      const isHelp = error.code === 'commander.help';
      const sentence = isHelp ? 'a command is missing, or is none' : error.message;
      terminal.print(errorText('usage', sentence.replace(/^error: /, ''), exitCode));
    }
    return exitCode;
  }
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const exitCode = error instanceof CommandError ? error.exitCode : usageExit;
  if (json) terminal.print(errorText(String(error.code), error.message, exitCode));
  else terminal.complain(`error: ${error.message}`);
  return exitCode;
}

const errorText = (code: string, sentence: string, exitCode: number): string =>
  JSON.stringify({ exitCode, error: { code, sentence } });
