import type { Worker } from 'node:worker_threads';
import { newThread, onEnded } from '../../new-thread.ts';
import type { EdgesKept } from '../expander.ts';
import { errorOf, threadEnded } from '../failure.ts';
import { Monitor } from '../monitor.ts';
import { type Source, type Subject, spaceOf } from '../source.ts';
import type { Space } from '../space.ts';
import { CrewExplored } from './crew-explored.ts';
import { Dictionary } from './dictionary.ts';
import { MISFIT, reserve, STOP, STOP_BY_REQUEST } from './memory.ts';
import { SharedProgress } from './progress.ts';
import type { Share } from './share.ts';
import type { Assignment, Report } from './worker.ts';

const BITS_MORE = 5;

export interface CrewOrder {
  readonly source: Source;
  readonly subject: Subject;
  readonly workers: number;
  readonly kept: EdgesKept;
  readonly reduced: boolean;
  readonly worldsMax: number;
}

/** Several threads exploring one space over shared memory. */
export class Crew extends SharedProgress {
  private readonly order: CrewOrder;
  private readonly dictionary: Dictionary;
  private readonly threads: Worker[] = [];
  private readonly whenMisfit: (() => void)[] = [];
  readonly space: Space;
  readonly monitor: Monitor;
  readonly finished: Promise<CrewExplored | 'misfit'>;

  constructor(order: CrewOrder, widths: readonly number[]) {
    super(reserve(order.workers, widths, order.worldsMax));
    this.order = order;
    this.dictionary = new Dictionary(this.memory);
    this.space = spaceOf(order.subject, this.dictionary, order.reduced);
    this.monitor = new Monitor(this.space, order.subject.properties);
    this.finished = this.run();
    this.finished.catch(() => {});
  }

  /** It ended because it was asked to, not because it was done. */
  get stopped(): boolean {
    return this.memory.control[STOP] === STOP_BY_REQUEST;
  }

  byteLength(): number {
    return (
      this.count * (this.memory.arena.length / this.memory.parents.length + 2) * 4 + 12 * this.count
    );
  }

  /** Ends the run after the chunks in hand. */
  stop(): void {
    Atomics.compareExchange(this.memory.control, STOP, 0, STOP_BY_REQUEST);
  }

  /** Ends its threads, whatever they are at. */
  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  /** Widths with more bits for the slot that had too few. */
  wider(): readonly number[] {
    const slot = this.memory.control[MISFIT]!;
    return Array.from(this.memory.widths, (width, at) =>
      at === slot ? Math.min(31, width + BITS_MORE) : width,
    );
  }

  private async run(): Promise<CrewExplored | 'misfit'> {
    try {
      const shares = await Promise.all(
        Array.from({ length: this.order.workers }, (_, worker) => this.start(worker)),
      );
      if (shares.includes('misfit')) return 'misfit';
      this.dictionary.sync();
      return new CrewExplored(this.memory, shares as Share[], Math.max);
    } finally {
      await this.end();
    }
  }

  private start(worker: number): Promise<Share | 'misfit'> {
    const { kept, reduced, source } = this.order;
    const slotNames = this.space.slotNames();
    const workerData: Assignment = {
      memory: this.memory,
      worker,
      source,
      kept,
      reduced,
      slotNames,
    };
    const thread = newThread(new URL('./worker.ts', import.meta.url), workerData);
    this.threads.push(thread);
    return new Promise((resolve, reject) => {
      this.whenMisfit.push(() => resolve('misfit'));
      onEnded(thread, (error) => reject(threadEnded(error)));
      thread.on('message', (report: Report) => {
        if (report.kind === 'done') resolve(report.share);
        else if (report.kind === 'error') reject(errorOf(report.failure));
        // One misfit ends the run for all: the others may be waiting for it.
        else for (const giveUp of this.whenMisfit) giveUp();
      });
    });
  }
}
