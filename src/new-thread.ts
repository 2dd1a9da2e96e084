import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * A thread that runs a module of ours. `module`: its place as TypeScript. Built, it is the compiled one beside it; from source, a
 * thread first needs the loader for TypeScript. `execArgv`: absent, Node's options are those of the process.
 */
export function newThread(module: URL, workerData?: unknown, execArgv?: readonly string[]): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    const built = new URL(module.href.replace(/\.ts$/, '.js'));
    return new Worker(built, { workerData, ...(execArgv && { execArgv: [...execArgv] }) });
  }
  const loader = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/cjs$/, 'mjs');
  const start = `
    import(${JSON.stringify(pathToFileURL(loader).href)})
      .then(({ register }) => register())
      .then(() => import(${JSON.stringify(module.href)}));`;
  return new Worker(start, { eval: true, workerData, execArgv: [] });
}

/** Hears of a thread that ended without having been told to. Returns how to stop listening, as before it is told to. */
export function onEnded(thread: Worker, ended: (error: Error) => void): () => void {
  const exited = (code: number) => ended(new Error(`a thread ended too early, with code ${code}`));
  thread.on('error', ended).on('exit', exited);
  return () => void thread.off('error', ended).off('exit', exited);
}
