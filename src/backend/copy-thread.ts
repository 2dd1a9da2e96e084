import type { Worker } from 'node:worker_threads';
import { newThread, onEnded } from '../new-thread.ts';
import { type CopiedByThread, packed, type Stretch, unflushedMax } from './copy.ts';
import { answerTo, type CopyAnswer, type CopyRequest } from './copy-at-once.ts';

interface Waiting {
  readonly asked: Asked;
  readonly resolve: (copied: CopiedByThread) => void;
  readonly reject: (error: Error) => void;
}

type Asked = Omit<CopyRequest, 'number' | 'stretches'> & { readonly stretches: readonly Stretch[] };

/**
 * One thread of this process that copies between open files, off the way of whoever serves hosts: a
 * write into the cache of the system takes less time than handing it to the pool of the event loop,
 * and thousands of them never queue before a flush. It flushes what it copied as well: so no more than
 * one volume at a time stands in the queue of the disk, before the flushes that hosts wait for.
 *
 * Where it dies, what it had begun is of unknown fate, as a flush may have failed unheard: that rejects, as with a
 * disk that fails. What it had not begun is done by another one. Where no thread ever begins, the caller's does it.
 */
class CopyThread {
  private worker: Worker | null = null;
  private begun = new BigInt64Array(new SharedArrayBuffer(8));
  private isMissing = false;
  private number = 0;
  private readonly waiting = new Map<number, Waiting>();

  copy(asked: Asked): Promise<CopiedByThread> {
    return new Promise((resolve, reject) => this.ask({ asked, resolve, reject }));
  }

  private ask(waiting: Waiting): void {
    const { stretches, ...rest } = waiting.asked;
    const request: CopyRequest = { ...rest, number: ++this.number, stretches: packed(stretches) };
    const worker = this.running();
    if (worker === null) return settle(waiting, answerTo(request));
    if (this.waiting.size === 0) worker.ref();
    this.waiting.set(request.number, waiting);
    worker.postMessage(request, [request.stretches.buffer as ArrayBuffer]);
  }

  /** Null: there are no threads. */
  private running(): Worker | null {
    if (this.worker || this.isMissing) return this.worker;
    this.begun = new BigInt64Array(new SharedArrayBuffer(8));
    try {
      const module = new URL('./copy-worker.ts', import.meta.url);
      // Options of the process may fit no thread, as `--input-type` does not; it loads nothing of a user.
      this.worker = newThread(module, this.begun.buffer, []);
    } catch (error) {
      this.doWithout(error as Error);
      return null;
    }
    const { worker } = this;
    worker.unref();
    worker.on('message', (answer: CopyAnswer) => this.answered(worker, answer));
    onEnded(worker, (error) => this.ended(worker, error));
    return worker;
  }

  private answered(worker: Worker, answer: CopyAnswer): void {
    const waiting = this.waiting.get(answer.number);
    this.waiting.delete(answer.number);
    if (this.waiting.size === 0) worker.unref();
    if (waiting) settle(waiting, answer);
  }

  private ended(worker: Worker, cause: Error): void {
    if (this.worker !== worker) return;
    this.worker = null;
    const begun = Number(Atomics.load(this.begun, 0));
    if (begun === 0) this.doWithout(cause);
    const all = [...this.waiting];
    this.waiting.clear();
    for (const [number, waiting] of all) {
      if (number > begun) this.ask(waiting);
      else waiting.reject(new Error(`the thread that copies died in it: ${cause.message}`));
    }
  }

  private doWithout({ message }: Error): void {
    this.isMissing = true;
    process.emitWarning(`hosts wait while volumes are written, as no thread begins: ${message}`);
  }
}

function settle({ resolve, reject }: Waiting, { copied, error }: CopyAnswer): void {
  if (copied) resolve(copied);
  else reject(Object.assign(new Error(error!.message), { code: error!.code }));
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
  return thread.copy({ source, target, stretches, unitBytes, unflushed });
}

/** Flushes a file that stays open until it has ended, after all that was asked for before. */
export async function flushInThread(target: number): Promise<void> {
  await copyInThread(-1, target, [], 1, unflushedMax);
}
