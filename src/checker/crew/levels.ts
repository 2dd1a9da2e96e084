import { BLOCK, numberOf } from './blocks.ts';
import {
  ARRIVED,
  COUNT,
  CURSOR,
  DEPTH,
  INDEX_HALF,
  INDEX_SLOTS,
  INDEX_USED,
  KEPT,
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

const CHUNK = 64;
/** As in `Store`: entering all worlds again costs more than an index that is too large for a while. */
const SLOTS_FOURFOLD_BELOW = 1 << 23;

export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** How the workers share out a level, and meet at its end. The last to arrive decides what comes next. */
export class Levels {
  private readonly memory: SharedMemory;
  private readonly worker: number;

  constructor(memory: SharedMemory, worker: number) {
    this.memory = memory;
    this.worker = worker;
  }

  /** Some worlds of this level; a worker's own first. */
  take(): Chunk | null {
    return this.takeBefore(LEVEL_END);
  }

  /** Some worlds that this level led to so far: of the next. To be asked for when none of this level is left. */
  takeAhead(): Chunk | null {
    return this.takeBefore(COUNT);
  }

  private takeBefore(limit: number): Chunk | null {
    const { control, workers } = this.memory;
    for (let offset = 0; offset < workers; offset++) {
      const owner = (this.worker + offset) % workers;
      const end = Atomics.load(control, ofWorker(owner, limit));
      const cursor = ofWorker(owner, CURSOR);
      for (let place = Atomics.load(control, cursor); place < end; ) {
        const to = Math.min(place + CHUNK, end, (place | (BLOCK - 1)) + 1);
        const seen = Atomics.compareExchange(control, cursor, place, to);
        const from = numberOf(place, owner, workers);
        if (seen === place) return { from, to: from + to - place };
        place = seen;
      }
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
      if (control[ofWorker(owner, KEPT)]! > 0) return true;
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
      levels[depth * workers + owner] = count;
    }
    if (!found) return false;
    control[DEPTH] = depth + 1;
    if (depth + 1 < LEVELS_MAX) return true;
    Atomics.compareExchange(control, STOP, 0, STOP_FULL);
    return false;
  }

  /** False if the index cannot grow any more. */
  swapIndex(): boolean {
    const { control, indexes } = this.memory;
    const half = 1 - control[INDEX_HALF]!;
    const now = control[INDEX_SLOTS]!;
    const factor = now < SLOTS_FOURFOLD_BELOW ? 4 : 2;
    let slots = Math.min(now * factor, indexes[0].length);
    while (allWorlds(this.memory) * 2 > slots && slots < indexes[0].length) slots *= 2;
    if (slots === now) {
      Atomics.store(control, STOP, STOP_FULL);
      return false;
    }
    // What was never used is empty, and costs nothing until it is.
    indexes[half]!.fill(0, 0, control[INDEX_USED + half]!);
    control[INDEX_USED + half] = slots;
    control[INDEX_HALF] = half;
    control[INDEX_SLOTS] = slots;
    return true;
  }
}
