import type { Expander } from '../expander.ts';
import type { Levels } from './levels.ts';
import { INDEX_SLOTS, type SharedMemory } from './memory.ts';

/** Worlds made between two looks at the level whose turn it is. */
const AT_ONCE = 16;
/** Worlds, found again or not, that are kept in hand: they take memory. */
const HELD_MAX = 1 << 18;

/**
 * What a thread does while others have to do in a level and it has not: it makes actions of worlds that were found for the next
 * one. What they lead to is kept in hand until their turn comes, so that no world is found by a longer way than the shortest.
 */
export class Ahead {
  private readonly memory: SharedMemory;
  private readonly levels: Levels;
  private readonly expander: Expander;
  private readonly made: number[] = [];
  /** They ask what must wait for their turn. */
  private readonly waiting: number[] = [];
  /** What is left of the worlds it took. */
  private next = 0;
  private end = 0;

  constructor(memory: SharedMemory, levels: Levels, expander: Expander) {
    this.memory = memory;
    this.levels = levels;
    this.expander = expander;
  }

  /** Makes the actions of a few worlds. False: there are none, or enough is in hand. */
  work(): boolean {
    if (this.next === this.end) {
      const chunk = this.expander.aheadLength < this.heldMax ? this.levels.takeAhead() : null;
      if (chunk === null) return false;
      this.next = chunk.from;
      this.end = chunk.to;
    }
    for (let left = AT_ONCE; left > 0 && this.next < this.end; left--) this.make(this.next++);
    return true;
  }

  /** Their turn has come: tells which worlds are to be made still. */
  commit(toMake: (world: number) => void): void {
    this.expander.commit();
    this.made.length = 0;
    for (const world of this.waiting.splice(0)) toMake(world);
    while (this.next < this.end) toMake(this.next++);
  }

  /** The layout of worlds is another: all is to be made again. */
  discard(): void {
    this.expander.discard();
    this.waiting.push(...this.made.splice(0));
  }

  private make(world: number): void {
    if (this.expander.attemptAhead(world)) this.made.push(world);
    else this.waiting.push(world);
  }

  /** All that is in hand must fit into the index when its turn comes. */
  private get heldMax(): number {
    const { control, workers } = this.memory;
    return Math.min(HELD_MAX, control[INDEX_SLOTS]! / (8 * (workers - 1)));
  }
}
