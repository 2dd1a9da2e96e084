import type { CheckOptions, Progress, Source, Verdict } from '../checker/api.ts';
import { errorOf, type Failure, threadEnded } from '../checker/failure.ts';
import { newThread, onEnded } from '../new-thread.ts';

/** One world, as a thread is asked to visit it. */
export interface WorldAsked {
  readonly source: Source;
  readonly options: Omit<CheckOptions, 'signal' | 'onProgress'>;
}

/** What a thread hears while it visits: it is to end, with what it has. */
export const stop = 'stop';

/** What a thread says: how far it is, and at last what it found, or why it could not. */
export type WorldTold =
  | { readonly progress: Progress }
  | { readonly verdict: Verdict }
  | { readonly failure: Failure };

/** A thread that visits one world after the other: what it compiled for one it has for the next. */
export class WorldLane {
  private readonly thread = newThread(new URL('./world-thread.ts', import.meta.url));

  /** Errors: as those of `checkModel`. */
  visit(
    asked: WorldAsked,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Verdict> {
    const { thread } = this;
    const end = () => thread.postMessage(stop);
    let unlisten = () => {};
    return new Promise<Verdict>((resolve, reject) => {
      const heard = (told: WorldTold) => {
        if ('progress' in told) onProgress(told.progress);
        else if ('verdict' in told) resolve(told.verdict);
        else reject(errorOf(told.failure));
      };
      thread.removeAllListeners('message').on('message', heard);
      unlisten = onEnded(thread, (error) => reject(threadEnded(error)));
      thread.postMessage(asked);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    }).finally(() => {
      unlisten();
      signal.removeEventListener('abort', end);
    });
  }

  async end(): Promise<void> {
    await this.thread.terminate();
  }
}
