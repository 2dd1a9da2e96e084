import { TraceFile } from '../trace/trace-file.ts';
import { CommandError, interruptedExit } from './command-error.ts';
import { demoBlockBytes, openInput } from './demo/input.ts';
import { keptFolder, ownFolder } from './demo/own-folder.ts';
import { play, type ScenarioName, scenarioNames } from './demo/play.ts';
import { linesOf } from './demo/report.ts';
import { megabytes } from './demo/story.ts';
import { forOption, wantedFile } from './for-option.ts';
import { untilInterrupted } from './interrupted.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { toldOfTrace } from './told-of-trace.ts';
import { refuseWritingOver } from './written-over.ts';

export interface DemoOptions {
  /** File that is mirrored. Default: the running node. */
  readonly input?: string;
  readonly seed?: number;
  readonly scenario?: string;
  /** Directory in which the sites' files stay. Default: they are removed. */
  readonly keep?: string;
  /** File for a trace of all sites. */
  readonly trace?: string;
  readonly json?: boolean;
}

/**
 * Mirrors a real file over three sites, kills the primary in the middle of the writes, and shows that
 * the two mirrors become equal. Returns the exit code: 0 only if every byte is where it must be.
 * Rejects with a CommandError for input that cannot be read, scenarios there are not, and an interruption.
 */
export async function demo(
  options: DemoOptions,
  terminal: Terminal = processTerminal,
): Promise<number> {
  // A terminal that is closed must not leave three copies of the input behind.
  return untilInterrupted((signal) => perform(options, terminal, signal), ['SIGHUP']);
}

async function perform(
  options: DemoOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const scenario = scenarioOf(options.scenario);
  const { keep } = options;
  if (keep === '') throw new CommandError('usage', '--keep is empty: name a folder');
  const seed = options.seed ?? Math.floor(Math.random() * 1000) + 1;
  const read = options.input ?? process.execPath;
  if (options.trace !== undefined) await refuseWritingOver('--trace', options.trace, read);
  const input = await openInput(read, demoBlockBytes);
  const folder = await (keep === undefined ? ownFolder() : keptFolder(keep)).catch(
    async (error) => {
      await input.close();
      throw error;
    },
  );
  const say = options.json ? () => {} : (line: string) => terminal.print(line);
  let trace: TraceFile | null = null;
  try {
    say(`mirroring ${input.path} (${megabytes(input.bytes)}), scenario ${scenario}, seed ${seed}`);
    say(
      'site 0 begins as primary; site 1 is near, its sync mirror; site 2 is far, its async mirror',
    );
    const progress = options.json ? () => {} : progressOn(terminal);
    const { trace: written } = options;
    if (written !== undefined) {
      trace = await forOption('--trace', written, wantedFile, () => new TraceFile(written));
    }
    const directory = folder.path;
    const result = await play({ input, directory, seed, scenario, progress, trace, signal });
    if (result === null) throw interrupted(keep);
    if (options.json) terminal.print(JSON.stringify({ seed, scenario, ...result }));
    else for (const line of linesOf(result)) say(line);
    if (keep !== undefined) say(`the sites’ files are in ${folder.path}`);
    return toldOfTrace(result.holds ? 0 : 1, trace, terminal);
  } finally {
    trace?.close();
    await input.close();
    await folder.remove();
  }
}

function interrupted(keep: string | undefined): CommandError {
  const left = keep === undefined ? 'nothing is left behind' : `the sites’ files are in ${keep}`;
  return new CommandError('interrupted', `interrupted; ${left}`, interruptedExit);
}

function scenarioOf(name = 'delta'): ScenarioName {
  const found = scenarioNames.find((known) => known === name);
  if (found) return found;
  const sentence = `scenario ${name} is not one of ${scenarioNames.join(', ')}`;
  throw new CommandError('no-scenario', sentence);
}

function progressOn(terminal: Terminal): (line: string, isLast: boolean) => void {
  return (line, isLast) => {
    // A line that fills a narrow terminal would go on to the next one, and be overwritten no more.
    const width = Math.min(78, (process.stderr.columns ?? 80) - 1);
    if (terminal.watched) process.stderr.write(`\r${line.padEnd(width)}${isLast ? '\n' : ''}`);
    else terminal.complain(line);
  };
}
