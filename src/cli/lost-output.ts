import { usageExit } from './command-error.ts';

/**
 * Standard output that nobody reads any more (`| head`), or that takes nothing any more (a full disk). Whatever
 * is under way ends in order, as after Ctrl-C: a demonstration removes its files, a check tells how far it came.
 */
const ended = new AbortController();

/** Aborted when standard output was lost. */
export const outputEnded: AbortSignal = ended.signal;

/** A reader that leaves has what it wanted; what could not be written was not told, and is no success. */
export function hearOfLostOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!ended.signal.aborted && error.code !== 'EPIPE') process.once('exit', refuseSuccess(error));
    ended.abort();
  });
  // What is said there is about what is asked for: without it the answer is still the answer.
  process.stderr.on('error', () => {});
}

const refuseSuccess = (error: Error) => (exitCode: number) => {
  process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
  if (exitCode === 0) process.exitCode = usageExit;
};
