import type { Worker } from 'node:worker_threads';
import { newThread, onEnded } from '../new-thread.ts';
import { type CopiedByThread, packed, type Stretch, unflushedMax } from './copy.ts';
import type { CopyAnswer, CopyRequest } from './copy-worker.ts';

interface Waiting {
  readonly resolve: (copied: CopiedByThread) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One thread of this process that copies between open files, off the way of whoever serves hosts: a
 * write into the cache of the system takes less time than handing it to the pool of the event loop,
 * and thousands of them never queue before a flush. It flushes what it copied as well: so no more than
 * one volume at a time stands in the queue of the disk, before the flushes that hosts wait for.
 */
class CopyThread {
  private worker: Worker | null = null;
  private number = 0;
  private readonly waiting = new Map<number, Waiting>();

  copy(request: Omit<CopyRequest, 'number'>): Promise<CopiedByThread> {
    const worker = this.running();
    const number = ++this.number;
    return new Promise((resolve, reject) => {
      if (this.waiting.size === 0) worker.ref();
      this.waiting.set(number, { resolve, reject });
      const all: CopyRequest = { ...request, number };
      worker.postMessage(all, [request.stretches.buffer as ArrayBuffer]);
    });
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = newThread(new URL('./copy-worker.ts', import.meta.url));
    worker.unref();
    worker.on('message', (answer: CopyAnswer) => this.answered(worker, answer));
    onEnded(worker, (error) => this.ended(worker, error));
    this.worker = worker;
    return worker;
  }

  private answered(worker: Worker, { number, copied, error }: CopyAnswer): void {
    const waiting = this.waiting.get(number);
    this.waiting.delete(number);
    if (this.waiting.size === 0) worker.unref();
    if (copied) waiting?.resolve(copied);
    else waiting?.reject(Object.assign(new Error(error!.message), { code: error!.code }));
  }

  private ended(worker: Worker, cause: Error): void {
    if (this.worker !== worker) return;
    this.worker = null;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(cause);
  }
}

const thread = new CopyThread();

/**
 * Copies in order between two files that stay open until it has ended; descriptors of this process.
 * Flushes the target whenever too much of it is not flushed, with what was `unflushed` before.
 */
export function copyInThread(
  source: number,
  target: number,
  stretches: readonly Stretch[],
  unitBytes: number,
  unflushed: number,
): Promise<CopiedByThread> {
  return thread.copy({ source, target, stretches: packed(stretches), unitBytes, unflushed });
}

/** Flushes a file that stays open until it has ended, after all that was asked for before. */
export async function flushInThread(target: number): Promise<void> {
  await copyInThread(-1, target, [], 1, unflushedMax);
}
