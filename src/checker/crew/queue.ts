import { ARRIVED, ofWorker, PUT, RESTING, type SharedMemory, TAKEN, words32 } from './memory.ts';

const ENTRIES = 1 << 15;

export function reserveQueue(): Int32Array {
  return words32(ENTRIES);
}

/** Worlds that one follower brings to the one who leads, to be expanded there. */
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
  bring(world: number): void {
    const { control, words } = this;
    const place = control[this.put]!;
    for (;;) {
      const taken = Atomics.load(control, this.taken);
      if (((place - taken) | 0) < ENTRIES) break;
      Atomics.wait(control, this.taken, taken, 100);
    }
    words[place & (ENTRIES - 1)] = world;
    Atomics.store(control, this.put, (place + 1) | 0);
    if (Atomics.load(control, RESTING) !== 0) Atomics.notify(control, ARRIVED);
  }

  /** Takes all that is there. */
  drain(take: (world: number) => void): void {
    const { control, words } = this;
    const put = Atomics.load(control, this.put);
    let place = control[this.taken]!;
    if (place === put) return;
    for (; place !== put; place = (place + 1) | 0) {
      take(words[place & (ENTRIES - 1)]!);
    }
    Atomics.store(control, this.taken, place);
    Atomics.notify(control, this.taken);
  }
}
