import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

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
