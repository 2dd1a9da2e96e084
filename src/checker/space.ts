import type { Structures } from './structures.ts';

/** Receives each world that one action leads to. `next` is only valid during the call. `event` is -1 where there is none. */
export type Visit = (next: Int32Array, move: number, event: number) => void;

/** Slots as bits of one integer; beyond 32 slots they share bits. A mask of -1 stands for all. */
export function maskOf(slot: number): number {
  return 1 << (slot & 31);
}

/** A kind of action: what coverage counts and what fairness is owed to. */
export interface MoveClass {
  readonly name: string;
  /** Who moves: `component` or `channel` and its name, or `joint move` and the name of its rule; '' in a plain model. */
  readonly by: string;
  readonly fault: boolean;
  /** Moves of one group are owed fairness together. */
  readonly group: string;
}

/** One thing that happened within an action, for the trace. */
export interface Happening {
  readonly kind:
    | 'arrives'
    | 'happens'
    | 'is sent'
    | 'is lost'
    | 'is told'
    | 'is ignored'
    | 'is full';
  readonly from: string;
  readonly to: string;
  readonly event: unknown;
}

/**
 * What is explored: worlds are vectors of small integers, whatever they stand for.
 * Invariant: equal vectors are equal worlds; expanding the same vector twice gives the same successors in the same order.
 */
export interface Space {
  readonly name: string;
  /** Where its values are kept: a part of one that comes back is recognised. */
  readonly structures: Structures;
  /** Length of a world. May grow; what an older world lacks is zero. */
  slots(): number;
  slotNames(): readonly string[];
  /** The slot of a name that properties may read, or -1. */
  slotOf(name: string): number;
  /** Bits that are likely enough for a slot, where they must be fixed in advance. */
  plannedWidth(slot: number): number;
  /** How many values the slot has had so far, in any world; 0 where none will be new. */
  sizeOf(slot: number): number;
  value(slot: number, id: number): unknown;
  /** The world as one value, for properties that read everything. */
  whole(world: Int32Array): unknown;
  /** During a visit: the slots of `next` that may differ from the world expanded; a count of -1 stands for all. */
  readonly touched: Int32Array;
  readonly touchedCount: number;
  /** The same slots as a mask (`maskOf`). */
  readonly touchedMask: number;
  initial(visit: (world: Int32Array) => void): void;
  /** `quiet`: rules that are known to offer nothing here; 0 if nothing is known. */
  expand(world: Int32Array, visit: Visit, quiet: number): void;
  /** During a visit: the rules, as bits, that are known to offer nothing in `next`. */
  readonly quietAfter: number;
  /** Like `expand`, telling before each visit what happened within the action. */
  explain(
    world: Int32Array,
    visit: (next: Int32Array, move: number, event: number, happened: readonly Happening[]) => void,
  ): void;
  /** The world that stands for this one and all that are symmetric to it; itself where no symmetry is used. Valid until the next call. */
  representative(world: Int32Array): Int32Array;
  moveClass(move: number): MoveClass;
  moveClasses(): readonly MoveClass[];
  event(id: number): unknown;
  /** Takes over what an earlier run of the same space had met, and what it had asked: that is not counted again. */
  recall(
    slotNames: readonly string[],
    marks: Iterable<readonly [string, number]>,
    questions: Int32Array,
  ): void;
  /** All that was asked of components, for `recall`. */
  questions(): Int32Array;
  /** Some of what was asked, when all of it was. Errors: `not-deterministic`. */
  askAgain(): void;
  /** Calls into what the user wrote. */
  calls(): number;
  marks(): ReadonlyMap<string, number>;
  byteLength(): number;
}
