const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does the work. Ctrl-C (or SIGTERM) aborts the signal it is given, so that it can end in order; a second
 * one ends the process.
 */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  for (const name of signals) process.once(name, stop);
  try {
    return await work(interrupted.signal);
  } finally {
    for (const name of signals) process.removeListener(name, stop);
  }
}
