import { Command } from 'commander';
import { differenceText } from '../trace/difference.ts';
import type { RefusedLine, TraceVerdict } from '../trace/validate.ts';
import { pathName } from './path-name.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly json?: true;
}

export function traceCommand(terminal: Terminal, outcome: (exitCode: number) => void): Command {
  const trace = new Command('trace').description('traces of running sites: spec/trace.md');
  trace
    .command('validate')
    .description('is everything in this trace explained by the protocol?')
    .argument(
      '<file>',
      'lines of JSON, written by `--trace` or by another implementation',
      pathName,
    )
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExit codes: 0 valid, 12 a line is explained by no behaviour, 23 undecided, 2 no trace.',
    )
    .action(async (file: string, options: Options) => {
      const { validateTrace } = await import('../trace/validate.ts');
      const verdict = await validateTrace(file);
      const exitCode = exitCodes[verdict.kind];
      terminal.print(
        options.json ? JSON.stringify({ exitCode, ...verdict }) : textOf(file, verdict),
      );
      outcome(exitCode);
    });
  return trace;
}

const exitCodes: Readonly<Record<TraceVerdict['kind'], number>> = {
  valid: 0,
  violated: 12,
  undecided: 23,
};

function textOf(file: string, { level, lines, refused, beyond }: TraceVerdict): string {
  const count = lines.toLocaleString('en-US');
  if (refused) return refusedText(file, refused, count);
  const proof = level === 'full' ? 'a path of the world' : 'explained by the protocol';
  const rare = Object.entries(beyond).map(([what, times]) => `  ${times} x ${what}`);
  return [`${file}: valid, ${count} lines are ${proof} (${level})`, ...rare].join('\n');
}

/** Nothing is known to be wrong: what makes the next verdict a better one. */
const nextSteps = [
  '  next      let the writer tell more of its inside (answers of the disk, waits that end, what each start',
  '            found): a full trace is judged exactly; or begin the trace at a later start of this site',
];

function refusedText(file: string, { at, line, refusal }: RefusedLine, held: string): string {
  const { sentence, difference, enabled } = refusal;
  const what = line.event ? JSON.stringify(line.event).slice(0, 300) : 'something inside the site';
  const verdict = refusal.isBounded ? 'undecided: ' : '';
  return [
    `${file}:${at}: ${verdict}line ${line.number} of site ${line.site}: ${sentence}`,
    `  happened  ${what}`,
    ...(difference ? [`  differs   ${differenceText(difference)}`] : []),
    ...(enabled.length > 0 ? [`  possible  ${enabled.join('; ')}`] : []),
    `  ${held} lines hold before it`,
    ...(refusal.isBounded ? nextSteps : []),
  ].join('\n');
}
