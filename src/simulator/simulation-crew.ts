import { newThread, onEnded } from '../new-thread.ts';
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
  const threads = Array.from({ length: count }, () =>
    newThread(new URL('./simulation-worker.ts', import.meta.url)),
  );
  return {
    run: (lane, options) =>
      new Promise((resolve, reject) => {
        const thread = threads[lane]!;
        const unlisten = onEnded(thread, reject);
        thread.once('message', (summary: RunSummary) => {
          unlisten();
          resolve(summary);
        });
        thread.postMessage(options);
      }),
    end: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
