import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Watching } from './followed.ts';
import type { ScenarioOptions } from './scenario.ts';
import { type RunSummary, simulate, summaryOf } from './simulate.ts';

/** Who runs seeds: each lane one at a time. */
export interface Crew {
  run(lane: number, options: ScenarioOptions & Watching): Promise<RunSummary>;
  end(): Promise<void>;
}

export const inThisThread = (): Crew => ({
  run: async (_, options) => summaryOf(await simulate(options)),
  end: async () => {},
});

/** One thread a lane. A thread that fails rejects what it was asked. */
export function inThreads(count: number): Crew {
  const threads = Array.from({ length: count }, newThread);
  return {
    run: (lane, options) =>
      new Promise((resolve, reject) => {
        const thread = threads[lane]!;
        const fails = (error: Error) => reject(error);
        thread.once('error', fails);
        thread.once('message', (summary: RunSummary) => {
          thread.off('error', fails);
          resolve(summary);
        });
        thread.postMessage(options);
      }),
    end: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

/** Built, a thread is a module; from source, it first needs the loader for TypeScript. */
function newThread(): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./simulation-worker.js', import.meta.url));
  }
  const loader = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/cjs$/, 'mjs');
  const module = new URL('./simulation-worker.ts', import.meta.url).href;
  const start = `
    import(${JSON.stringify(pathToFileURL(loader).href)})
      .then(({ register }) => register())
      .then(() => import(${JSON.stringify(module)}));`;
  return new Worker(start, { eval: true, execArgv: [] });
}
