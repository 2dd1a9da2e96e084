import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import {
  CheckError,
  type CheckErrorCode,
  type CheckOptions,
  type Progress,
  type Source,
  type Verdict,
} from '../checker/api.ts';

/** One world, as a thread is asked to visit it. */
export interface WorldAsked {
  readonly source: Source;
  readonly options: Omit<CheckOptions, 'signal' | 'onProgress'>;
}

/** What a thread hears while it visits: it is to end, with what it has. */
export const stop = 'stop';

/** What a thread says: how far it is, and at last what it found, or why it could not. `code` null: a fault of ours. */
export type WorldTold =
  | { readonly progress: Progress }
  | { readonly verdict: Verdict }
  | { readonly failure: { readonly code: CheckErrorCode | null; readonly sentence: string } };

/** A thread that visits one world after the other: what it compiled for one it has for the next. */
export class WorldLane {
  private readonly thread = newThread();

  /** Errors: as those of `checkModel`. */
  visit(
    asked: WorldAsked,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Verdict> {
    const { thread } = this;
    const end = () => thread.postMessage(stop);
    return new Promise<Verdict>((resolve, reject) => {
      const heard = (told: WorldTold) => {
        if ('progress' in told) onProgress(told.progress);
        else if ('verdict' in told) resolve(told.verdict);
        else reject(errorOf(told.failure));
      };
      thread.removeAllListeners('message').on('message', heard);
      thread.removeAllListeners('error').on('error', reject);
      thread.removeAllListeners('exit').on('exit', () => reject(new Error('a thread has ended')));
      thread.postMessage(asked);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    }).finally(() => signal.removeEventListener('abort', end));
  }

  async end(): Promise<void> {
    this.thread.removeAllListeners('exit');
    await this.thread.terminate();
  }
}

function errorOf({ code, sentence }: { code: CheckErrorCode | null; sentence: string }): Error {
  return code === null ? new Error(sentence) : new CheckError(code, sentence);
}

/** Built, a thread is a module; from source, it first needs the loader for TypeScript. */
function newThread(): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./world-thread.js', import.meta.url));
  }
  const loader = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/cjs$/, 'mjs');
  const module = new URL('./world-thread.ts', import.meta.url).href;
  const start = `
    import(${JSON.stringify(pathToFileURL(loader).href)})
      .then(({ register }) => register())
      .then(() => import(${JSON.stringify(module)}));`;
  return new Worker(start, { eval: true, execArgv: [] });
}
