import type { Worker } from 'node:worker_threads';
import { newThread, onEnded } from '../../src/new-thread.ts';

export const SPECIFICATION = 'spec/sidefile.qnt';
export const TESTS = 'spec/sidefile_test.qnt';
export const AS_BUILT = 'spec/as_built.qnt';

/** What one call of the Quint tool said. `code` 0: nothing was found wrong. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Threads that wait, by the text that they know. Calls at the same time have one each. */
const waiting = new Map<string, Worker[]>();

/** The back end that needs no download. */
export const withBackend = (words: readonly string[]): readonly string[] =>
  words[0] === 'typecheck' ? words : [...words, '--backend=typescript'];

/** Calls Quint from the package. Never rejects. */
export function quint(
  command: string,
  text: string,
  ...options: readonly string[]
): Promise<Outcome> {
  const threads = waiting.get(text) ?? [];
  waiting.set(text, threads);
  const thread = threads.pop() ?? newThread(new URL('./quint-thread.ts', import.meta.url));
  return new Promise((resolve) => {
    const listenNoMore = onEnded(thread, (error) => resolve({ code: 1, output: error.message }));
    thread.once('message', (outcome: Outcome) => {
      listenNoMore();
      thread.unref(); // who waits keeps no program from its end
      threads.push(thread);
      resolve(outcome);
    });
    thread.ref();
    thread.postMessage(withBackend([command, text, ...options]));
  });
}

/** How often each witness was seen, by name. */
export function witnessed(output: string): ReadonlyMap<string, number> {
  const lines = output.matchAll(/^(W_\w+) was witnessed in (\d+) trace/gm);
  return new Map([...lines].map(([, name, count]) => [name ?? '', Number(count)]));
}
