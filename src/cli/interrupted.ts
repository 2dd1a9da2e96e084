import { outputEnded } from './lost-output.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Ctrl-C goes to all processes of a terminal, and npm and npx hand theirs on: within these milliseconds a second one is
 * the same.
 */
const echoMost = 500;

/**
 * Does the work. Ctrl-C (or SIGTERM) aborts the signal it is given, so that it can end in order; a second
 * one ends the process. So does the end of standard output, and whatever signals are named besides.
 */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  besides: readonly NodeJS.Signals[] = [],
): Promise<Result> {
  const interrupted = new AbortController();
  let heardAt = Number.NEGATIVE_INFINITY;
  const stop = () => interrupted.abort();
  const heard = (name: NodeJS.Signals) => {
    if (heardAt < 0) heardAt = performance.now();
    stop();
    if (performance.now() - heardAt <= echoMost) return;
    deafen();
    process.kill(process.pid, name);
  };
  const names = [...signals, ...besides];
  const deafen = () => {
    for (const name of names) process.removeListener(name, heard);
  };
  for (const name of names) process.on(name, heard);
  outputEnded.addEventListener('abort', stop);
  if (outputEnded.aborted) stop();
  try {
    return await work(interrupted.signal);
  } finally {
    outputEnded.removeEventListener('abort', stop);
    // What comes still may be the echo of one that was heard, and must not end what ends in order.
    const echo = heardAt + echoMost - performance.now();
    if (echo > 0) setTimeout(deafen, echo).unref();
    else deafen();
  }
}
