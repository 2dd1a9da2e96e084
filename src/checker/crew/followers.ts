import type { Worker } from 'node:worker_threads';
import { newThread, onEnded } from '../../new-thread.ts';
import type { EdgesKept } from '../expander.ts';
import { errorOf, threadEnded } from '../failure.ts';
import type { Source } from '../source.ts';
import type { FactMemory } from './fact-log.ts';
import type { Followed, Following } from './follower.ts';
import { ARRIVED, reserve, type SharedMemory, STOP, STOP_FAILED } from './memory.ts';
import { reserveQueue } from './queue.ts';
import type { Share } from './share.ts';

/** Words of a world that a wider layout may take more than the one at the beginning. */
const WORDS_SPARE = 8;
const POLL_MILLISECONDS = 2;

export interface FollowersOrder {
  readonly source: Source;
  readonly facts: FactMemory;
  readonly kept: EdgesKept;
  readonly workers: number;
  readonly worldsMax: number;
  readonly widths: readonly number[];
}

/** The threads of a led search, but for the one that leads. They begin at once, and wait. */
export class Followers {
  readonly memory: SharedMemory;
  readonly queues: readonly Int32Array[];
  /** What each has to say when the search has ended. */
  readonly shares: Promise<readonly Share[]>;
  private readonly threads: Worker[] = [];
  private failed = false;

  constructor({ facts, kept, source, widths, workers, worldsMax }: FollowersOrder) {
    this.memory = reserve(workers, widths, worldsMax, WORDS_SPARE);
    this.queues = Array.from({ length: workers - 1 }, () => reserveQueue());
    const { memory } = this;
    this.shares = Promise.all(
      this.queues.map((queue, at) =>
        this.start({ memory, facts, queue, worker: at + 1, source, kept }),
      ),
    );
    this.shares.catch(() => {
      this.failed = true;
      Atomics.store(memory.control, STOP, STOP_FAILED);
    });
  }

  /** All are waiting for worlds, or will never be. */
  get areReady(): boolean {
    return this.failed || Atomics.load(this.memory.control, ARRIVED) === this.queues.length;
  }

  /** Or there is no more time to wait for them. Throws if one failed. */
  async ready(isOver: () => boolean): Promise<void> {
    while (!this.areReady && !isOver())
      await new Promise((resume) => setTimeout(resume, POLL_MILLISECONDS));
    if (this.failed) await this.shares;
  }

  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private start(following: Following): Promise<Share> {
    const thread = newThread(new URL('./follower.ts', import.meta.url), following);
    this.threads.push(thread);
    return new Promise((resolve, reject) => {
      onEnded(thread, (error) => reject(threadEnded(error)));
      thread.on('message', (told: Followed) => {
        if ('share' in told) resolve(told.share);
        else reject(errorOf(told.failure));
      });
    });
  }
}
