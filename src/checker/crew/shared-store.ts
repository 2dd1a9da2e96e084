import type { Batch, WorldStore } from '../batch.ts';
import { hashWords } from '../hash.ts';
import { Layout } from '../layout.ts';
import { BLOCK, numberOf, placesIn } from './blocks.ts';
import {
  COUNT,
  INDEX_HALF,
  INDEX_SLOTS,
  MISFIT,
  ofWorker,
  type SharedMemory,
  STOP,
  STOP_FULL,
} from './memory.ts';

const LOAD_MAX = 0.75;

/** Thrown to leave a search whose worlds need more bits than were planned; the crew starts again with more. */
export class Misfit extends Error {}

/**
 * One worker's view of the shared worlds. A worker writes a world to its own next place and then tries to enter that place into
 * the index; who comes second finds the world there. World numbers: blocks.ts. Entries are as in `Store`, with more bits for numbers.
 */
export class SharedStore implements WorldStore {
  layout: Layout;
  protected readonly memory: SharedMemory;
  protected readonly worker: number;
  protected index: Int32Array;
  protected mask: number;
  /** The bits of an entry that hold the number: numbers leave gaps, but none reaches `workers` times the slots. */
  protected numberMask = 0;
  protected count = 0;
  private warmth = 0;

  constructor(memory: SharedMemory, worker: number) {
    this.memory = memory;
    this.worker = worker;
    this.layout = new Layout(Array.from(memory.widths));
    this.index = memory.indexes[0];
    this.mask = memory.control[INDEX_SLOTS]! - 1;
    this.useIndex();
  }

  /** Takes over the layout and the count that others wrote down. Is the layout another now? */
  adopt(): boolean {
    const { control, widths } = this.memory;
    const isOther = this.layout.widths.some((width, slot) => width !== widths[slot]);
    if (isOther) this.layout = new Layout(Array.from(widths));
    this.count = control[ofWorker(this.worker, COUNT)]!;
    this.useIndex();
    return isOther;
  }

  /** Takes over the half of the index now in use. */
  useIndex(): void {
    const { control, indexes, workers } = this.memory;
    const slots = control[INDEX_SLOTS]!;
    this.index = indexes[control[INDEX_HALF] as 0 | 1];
    this.mask = slots - 1;
    this.numberMask = Math.min(2 ** 31, slots * 2 ** Math.ceil(Math.log2(workers))) - 1;
  }

  read(number: number, world: Int32Array, base = 0): void {
    this.layout.unpack(this.memory.arena, number * this.layout.words, world, base);
  }

  copyWords(number: number, words: Int32Array): void {
    const { arena } = this.memory;
    const at = number * this.layout.words;
    for (let word = 0; word < this.layout.words; word++) words[word] = arena[at + word]!;
  }

  quiet(number: number): number {
    return this.memory.quiets[number]!;
  }

  setQuiet(number: number, quiet: number): void {
    this.memory.quiets[number] = quiet;
  }

  /** Like `Store.addAll`: two loops that only fetch memory, then the one that decides. */
  addAll(batch: Batch): void {
    const { index, mask, numberMask } = this;
    const { arena, control, workers, worldsMax } = this.memory;
    const { hashes, length, numbers } = batch;
    const { words } = this.layout;
    let warmth = 0;
    for (let at = 0; at < length; at++) numbers[at] = index[hashes[at]! & mask]!;
    for (let at = 0; at < length; at++) {
      const entry = numbers[at]!;
      if (entry !== 0 && ((entry ^ hashes[at]!) & ~numberMask) === 0) {
        warmth ^= arena[((entry & numberMask) - 1) * words]!;
      }
    }
    this.warmth ^= warmth;
    batch.freshCount = 0;
    const room = Math.min(worldsMax, placesIn(Math.floor(arena.length / words), workers));
    if (this.count + length > room) {
      Atomics.store(control, STOP, STOP_FULL);
      batch.length = 0;
      return;
    }
    for (let at = 0; at < length; at++) {
      const before = this.count;
      numbers[at] = this.add(batch.words, at * words, hashes[at]!, batch.parents[at]!);
      if (this.count !== before) batch.fresh[batch.freshCount++] = at;
    }
    Atomics.store(control, ofWorker(this.worker, COUNT), this.count);
  }

  widenFor(world: Int32Array, _: readonly number[]): void {
    const { control, widths } = this.memory;
    const slot = world.findIndex((value, at) => value >= 2 ** widths[at]!);
    Atomics.store(control, MISFIT, slot);
    throw new Misfit(`slot ${slot} needs more than ${widths[slot]} bits`);
  }

  needsGrowth(): boolean {
    return allWorlds(this.memory) > (this.mask + 1) * LOAD_MAX;
  }

  /** Enters this worker's own worlds into the new half of the index. */
  reenter(): void {
    this.useIndex();
    this.enterAll(this.worker, this.count);
  }

  protected enterAll(worker: number, count: number): void {
    const { workers } = this.memory;
    const hashes = new Int32Array(BLOCK);
    for (let place = 0; place < count; place += BLOCK) {
      const first = numberOf(place, worker, workers);
      this.enterBlock(first, Math.min(BLOCK, count - place), hashes);
    }
  }

  /** As in `addAll`, memory is fetched before it is used. */
  private enterBlock(first: number, count: number, hashes: Int32Array): void {
    const { arena } = this.memory;
    const { index, mask, numberMask } = this;
    const { words } = this.layout;
    let warmth = 0;
    for (let at = 0; at < count; at++) {
      const hash = hashWords(arena, (first + at) * words, words);
      hashes[at] = hash;
      warmth ^= index[hash & mask]!;
    }
    this.warmth ^= warmth;
    for (let at = 0; at < count; at++) {
      const hash = hashes[at]!;
      const entry = (hash & ~numberMask) | (first + at + 1);
      let slot = hash & mask;
      while (index[slot] !== 0 || Atomics.compareExchange(index, slot, 0, entry) !== 0)
        slot = (slot + 1) & mask;
    }
  }

  private add(source: Int32Array, at: number, hash: number, parent: number): number {
    const { index, mask, numberMask } = this;
    const { arena, parents, workers } = this.memory;
    const { words } = this.layout;
    let slot = hash & mask;
    let written = false;
    const number = numberOf(this.count, this.worker, workers);
    for (;;) {
      // A plain read costs a fraction of `Atomics.load`. What it misses is told by what follows.
      let entry = index[slot]!;
      if (entry === 0) {
        if (!written) {
          for (let word = 0; word < words; word++)
            arena[number * words + word] = source[at + word]!;
          parents[number] = parent;
          written = true;
        }
        entry = Atomics.compareExchange(index, slot, 0, (hash & ~numberMask) | (number + 1));
        if (entry === 0) {
          this.count++;
          return number;
        }
      }
      if (((entry ^ hash) & ~numberMask) === 0) {
        const known = (entry & numberMask) - 1;
        if (sameWords(arena, known * words, source, at, words)) return known;
        // The hash is the same: were its words perhaps still on their way? After this load they are not.
        Atomics.load(index, slot);
        if (sameWords(arena, known * words, source, at, words)) return known;
      }
      slot = (slot + 1) & mask;
    }
  }
}

export function allWorlds({ control, workers }: SharedMemory): number {
  let sum = 0;
  for (let worker = 0; worker < workers; worker++)
    sum += Atomics.load(control, ofWorker(worker, COUNT));
  return sum;
}

function sameWords(
  left: Int32Array,
  leftAt: number,
  right: Int32Array,
  rightAt: number,
  words: number,
): boolean {
  for (let word = 0; word < words; word++) {
    if (left[leftAt + word] !== right[rightAt + word]) return false;
  }
  return true;
}
