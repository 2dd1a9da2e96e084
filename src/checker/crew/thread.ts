import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CheckError, type CheckErrorCode } from '../check-error.ts';

/** Built, a thread is a module; from source, it first needs the loader for TypeScript. */
export function newThread(role: 'worker' | 'follower', workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    const module = role === 'worker' ? './worker.js' : './follower.js';
    return new Worker(new URL(module, import.meta.url), { workerData });
  }
  const loader = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/cjs$/, 'mjs');
  const module = new URL(`./${role}.ts`, import.meta.url).href;
  const start = `
    import(${JSON.stringify(pathToFileURL(loader).href)})
      .then(({ register }) => register())
      .then(() => import(${JSON.stringify(module)}));`;
  return new Worker(start, { eval: true, workerData, execArgv: [] });
}

/** An error of one thread, as it is told to another. */
export interface Failure {
  readonly code: CheckErrorCode | null;
  readonly sentence: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CheckError) return { code: error.code, sentence: error.message };
  return { code: null, sentence: error instanceof Error ? `${error.stack}` : String(error) };
}

export function errorOf({ code, sentence }: Failure): Error {
  return code === null ? new Error(sentence) : new CheckError(code, sentence);
}
