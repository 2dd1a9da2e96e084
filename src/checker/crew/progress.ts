import { heapFilled } from '../limits.ts';
import {
  CURSOR,
  DEPTH,
  GENERATED,
  ofWorker,
  type SharedMemory,
  STOP,
  STOP_FULL,
  STOP_HEAP,
} from './memory.ts';
import { allWorlds } from './shared-store.ts';

/** How far the threads of one search are, read from the memory they share while they work. */
export abstract class SharedProgress {
  protected readonly memory: SharedMemory;

  constructor(memory: SharedMemory) {
    this.memory = memory;
  }

  get count(): number {
    return allWorlds(this.memory);
  }

  get generated(): number {
    return this.sum(GENERATED);
  }

  get depth(): number {
    return Math.max(0, this.memory.control[DEPTH]! - 1);
  }

  get queue(): number {
    return this.count - Math.min(this.count, this.sum(CURSOR));
  }

  /** Why it ended although nobody asked it to, or null: it did not. */
  get whyFull(): string | null {
    const stop = this.memory.control[STOP];
    if (stop === STOP_HEAP) return heapFilled();
    return stop === STOP_FULL ? 'it filled the memory reserved for its worlds' : null;
  }

  private sum(word: number): number {
    const { control, workers } = this.memory;
    let sum = 0;
    for (let worker = 0; worker < workers; worker++) sum += control[ofWorker(worker, word)]! >>> 0;
    return sum;
  }
}
