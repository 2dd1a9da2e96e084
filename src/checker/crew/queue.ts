import { ARRIVED, ofWorker, PUT, RESTING, type SharedMemory, TAKEN, words32 } from './memory.ts';

const ENTRIES = 1 << 15;
const ENTRY_WORDS = 2;

/** Instead of a group of properties: the world is to be expanded by somebody else. */
export const EXPAND = -1;

export function reserveQueue(): Int32Array {
  return words32(ENTRIES * ENTRY_WORDS);
}

/** Worlds that one follower brings to the one who learns: for a group of properties to be asked, or to be expanded. */
export class Queue {
  private readonly control: Int32Array;
  private readonly words: Int32Array;
  private readonly put: number;
  private readonly taken: number;

  constructor({ control }: SharedMemory, words: Int32Array, worker: number) {
    this.control = control;
    this.words = words;
    this.put = ofWorker(worker, PUT);
    this.taken = ofWorker(worker, TAKEN);
  }

  /** How many entries nobody has taken yet. */
  get length(): number {
    return (this.control[this.put]! - Atomics.load(this.control, this.taken)) | 0;
  }

  /** Waits while the queue is full. */
  bring(world: number, group: number): void {
    const { control, words } = this;
    const place = control[this.put]!;
    for (;;) {
      const taken = Atomics.load(control, this.taken);
      if (((place - taken) | 0) < ENTRIES) break;
      Atomics.wait(control, this.taken, taken, 100);
    }
    const at = (place & (ENTRIES - 1)) * ENTRY_WORDS;
    words[at] = world;
    words[at + 1] = group;
    Atomics.store(control, this.put, (place + 1) | 0);
    if (Atomics.load(control, RESTING) !== 0) Atomics.notify(control, ARRIVED);
  }

  /** Takes all that is there. */
  drain(take: (world: number, group: number) => void): void {
    const { control, words } = this;
    const put = Atomics.load(control, this.put);
    let place = control[this.taken]!;
    if (place === put) return;
    for (; place !== put; place = (place + 1) | 0) {
      const at = (place & (ENTRIES - 1)) * ENTRY_WORDS;
      take(words[at]!, words[at + 1]!);
    }
    Atomics.store(control, this.taken, place);
    Atomics.notify(control, this.taken);
  }
}
