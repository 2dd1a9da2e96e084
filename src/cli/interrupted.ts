import { outputEnded } from './lost-output.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does the work. Ctrl-C (or SIGTERM) aborts the signal it is given, so that it can end in order; a second
 * one ends the process. So does the end of standard output, and whatever signals are named besides.
 */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  besides: readonly NodeJS.Signals[] = [],
): Promise<Result> {
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  const heard = [...signals, ...besides];
  for (const name of heard) process.once(name, stop);
  outputEnded.addEventListener('abort', stop);
  if (outputEnded.aborted) stop();
  try {
    return await work(interrupted.signal);
  } finally {
    for (const name of heard) process.removeListener(name, stop);
    outputEnded.removeEventListener('abort', stop);
  }
}
