import type { TraceFile } from '../trace/trace-file.ts';
import { usageExit } from './command-error.ts';
import type { Terminal } from './terminal.ts';

/** A trace that was asked for and is not whole is no success, whatever the run itself showed. */
export function toldOfTrace(exitCode: number, trace: TraceFile | null, terminal: Terminal): number {
  if (!trace?.fault) return exitCode;
  terminal.complain(`error: the trace ${trace.path} is not whole: ${trace.fault.message}`);
  return exitCode === 0 ? usageExit : exitCode;
}
