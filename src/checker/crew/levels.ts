import {
  ARRIVED,
  COUNT,
  CURSOR,
  DEPTH,
  INDEX_HALF,
  INDEX_SLOTS,
  LEVEL_END,
  LEVEL_START,
  LEVELS_MAX,
  ofWorker,
  PHASE,
  PHASE_END,
  PHASE_EXPAND,
  PHASE_GROW,
  type SharedMemory,
  STOP,
  STOP_FULL,
  TURN,
  VIOLATED,
} from './memory.ts';
import { allWorlds, type SharedStore } from './shared-store.ts';

const CHUNK = 128;

/** How the workers share out a level, and meet at its end. The last to arrive decides what comes next. */
export class Levels {
  private readonly memory: SharedMemory;
  private readonly worker: number;

  constructor(memory: SharedMemory, worker: number) {
    this.memory = memory;
    this.worker = worker;
  }

  /** Some worlds of this level, every `workers`-th number of the range; a worker's own first. */
  take(): { from: number; to: number } | null {
    const { control, workers } = this.memory;
    for (let offset = 0; offset < workers; offset++) {
      const owner = (this.worker + offset) % workers;
      const end = control[ofWorker(owner, LEVEL_END)]!;
      if (Atomics.load(control, ofWorker(owner, CURSOR)) >= end) continue;
      const place = Atomics.add(control, ofWorker(owner, CURSOR), CHUNK);
      if (place >= end) continue;
      return { from: place * workers + owner, to: Math.min(place + CHUNK, end) * workers + owner };
    }
    return null;
  }

  /** Where one decides for all: arrives there, and waits for the next phase. */
  follow(): number {
    const { control } = this.memory;
    const turn = Atomics.load(control, TURN);
    Atomics.add(control, ARRIVED, 1);
    Atomics.notify(control, ARRIVED);
    while (Atomics.load(control, TURN) === turn) Atomics.wait(control, TURN, turn, 1000);
    return Atomics.load(control, PHASE);
  }

  /** Sends all who arrived into the next phase. */
  release(phase: number): void {
    const { control } = this.memory;
    Atomics.store(control, ARRIVED, 0);
    Atomics.store(control, PHASE, phase);
    Atomics.add(control, TURN, 1);
    Atomics.notify(control, TURN);
  }

  /** Waits for all workers; returns the next phase. */
  meet(store: SharedStore): number {
    const { control, workers } = this.memory;
    const turn = Atomics.load(control, TURN);
    if (Atomics.add(control, ARRIVED, 1) === workers - 1) {
      this.release(this.decide(store));
    } else {
      while (Atomics.load(control, TURN) === turn) Atomics.wait(control, TURN, turn, 1000);
    }
    return Atomics.load(control, PHASE);
  }

  private decide(store: SharedStore): number {
    const { control } = this.memory;
    if (Atomics.load(control, STOP) !== 0) return PHASE_END;
    if (!this.levelLeft()) {
      if (Atomics.load(control, VIOLATED) !== 0) {
        this.endLevel();
        return PHASE_END;
      }
      if (!this.endLevel()) return PHASE_END;
    }
    store.useIndex();
    if (!store.needsGrowth()) return PHASE_EXPAND;
    return this.swapIndex() ? PHASE_GROW : PHASE_END;
  }

  levelLeft(): boolean {
    const { control, workers } = this.memory;
    for (let owner = 0; owner < workers; owner++) {
      if (control[ofWorker(owner, CURSOR)]! < control[ofWorker(owner, LEVEL_END)]!) return true;
    }
    return false;
  }

  /** False if no worker found anything in the level. */
  endLevel(): boolean {
    const { control, levels, workers } = this.memory;
    let found = false;
    const depth = control[DEPTH]!;
    for (let owner = 0; owner < workers; owner++) {
      const count = control[ofWorker(owner, COUNT)]!;
      const end = control[ofWorker(owner, LEVEL_END)]!;
      if (count > end) found = true;
      control[ofWorker(owner, LEVEL_START)] = end;
      control[ofWorker(owner, LEVEL_END)] = count;
      control[ofWorker(owner, CURSOR)] = end;
      levels[depth * workers + owner] = count;
    }
    if (found) control[DEPTH] = depth + 1;
    return found && depth + 1 < LEVELS_MAX;
  }

  /** False if the index cannot grow any more. */
  swapIndex(): boolean {
    const { control, indexes } = this.memory;
    const half = 1 - control[INDEX_HALF]!;
    let slots = control[INDEX_SLOTS]!;
    while (allWorlds(this.memory) * 2 > slots && slots < indexes[0].length) slots *= 2;
    if (slots === control[INDEX_SLOTS]) {
      Atomics.store(control, STOP, STOP_FULL);
      return false;
    }
    indexes[half]!.fill(0, 0, slots);
    control[INDEX_HALF] = half;
    control[INDEX_SLOTS] = slots;
    return true;
  }
}
