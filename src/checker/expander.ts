import { Batch, type WorldStore } from './batch.ts';
import { BEYOND } from './facts.ts';
import { FAULT_GROUP, refuseTooMany } from './graph.ts';
import { hashWords } from './hash.ts';
import { IntegerList } from './integer-list.ts';
import type { Layout } from './layout.ts';
import type { FoundWorlds, Monitor } from './monitor.ts';
import type { Space } from './space.ts';

const BATCH_SIZE = 128;

/** New worlds with those slots laid open that are watched. */
class Fresh implements FoundWorlds {
  readonly width: number;
  readonly worlds: Int32Array;
  readonly numbers: Int32Array;
  readonly masks: Int32Array;
  count = 0;

  constructor(width: number, capacity: number) {
    this.width = width;
    this.worlds = new Int32Array(capacity * width);
    this.numbers = new Int32Array(capacity);
    this.masks = new Int32Array(capacity);
  }

  /** The next world; its slots are to be written from the place that is returned. */
  add(number: number, mask: number): number {
    this.numbers[this.count] = number;
    this.masks[this.count] = mask;
    return this.count++ * this.width;
  }
}

/** Takes the actions that liveness may rely on. */
export interface EdgeSink {
  add(source: number, target: number, group: number): void;
}

/** Which actions to keep for liveness: none, those that are owed, or the faults too. */
export type EdgesKept = 'none' | 'owed' | 'all';

/** Makes all actions of one world after the other, in one thread, and puts what they lead to into a store. */
export class Expander {
  readonly space: Space;
  readonly monitor: Monitor;
  readonly groups = new Map<string, number>();
  /** Per move class: how often it was made, and how often it led to something new. */
  made: Float64Array = new Float64Array(256);
  foundBy: Float64Array = new Float64Array(256);
  generated = 0;
  /** Worlds all of whose actions were made. */
  expanded = 0;
  private readonly store: WorldStore;
  private readonly edges: EdgeSink | null;
  private readonly keepFaults: boolean;
  private batch: Batch;
  private current = -1;
  private world: Int32Array;
  /** What the monitor is about to be shown. */
  private fresh: Fresh;
  /** The world being expanded, packed. */
  private packed: Int32Array;
  /** Per move class: 0 not asked yet, 1 owed, 2 fault. */
  private faults = new Uint8Array(256);
  private readonly groupOf = new IntegerList();
  private owed = 0;
  /** A world may turn out to be beyond this thread: nothing of it must be in the store before all of it was made. */
  private attempting = false;
  /** Where the slots lie that properties read, in this layout; undefined: they read all. */
  private plan: Int32Array | undefined;
  private plannedFor: Layout | null = null;
  /** A world of the last attempt that the layout has no room for. */
  private needy: Int32Array | null = null;
  /** The moves of the world being attempted that changed nothing. */
  private readonly idle = new IntegerList();
  /** Batches of what was made ahead of its turn, the moves that changed nothing then, and batches for more. */
  private readonly ahead: Batch[] = [];
  private readonly idleAhead = new IntegerList();
  private expandedAhead = 0;
  private readonly spare: Batch[] = [];

  constructor(
    space: Space,
    monitor: Monitor,
    store: WorldStore,
    edges: EdgeSink | null,
    kept: EdgesKept,
  ) {
    this.space = space;
    this.monitor = monitor;
    this.store = store;
    this.edges = edges;
    this.keepFaults = kept === 'all';
    this.batch = new Batch(BATCH_SIZE, store.layout.words);
    this.world = new Int32Array(space.slots());
    this.fresh = new Fresh(space.slots(), BATCH_SIZE);
    this.packed = new Int32Array(store.layout.words);
  }

  /** Finds the initial worlds. */
  begin(): void {
    this.space.initial((world) => this.offer(world, -1, -1));
    this.flush();
  }

  /** Takes over the counts of an earlier run, whose store was restored. */
  recall(
    groups: readonly string[],
    generated: number,
    made: ArrayLike<number>,
    foundBy: ArrayLike<number>,
    expanded: number,
  ): void {
    for (const group of groups) this.groups.set(group, this.groups.size);
    this.generated = generated;
    this.expanded = expanded;
    this.made = widened(Float64Array.from(made), new Float64Array(made.length));
    this.foundBy = widened(Float64Array.from(foundBy), new Float64Array(foundBy.length));
    this.faults = new Uint8Array(made.length);
    this.batch = new Batch(BATCH_SIZE, this.store.layout.words);
    this.packed = new Int32Array(this.store.layout.words);
    this.world = new Int32Array(this.space.slots());
    this.fresh = new Fresh(this.space.slots(), this.batch.capacity);
  }

  expand(number: number): void {
    this.current = number;
    this.store.read(number, this.world);
    this.store.copyWords(number, this.packed);
    if (this.monitor.watchesTransitions) this.monitor.expanding();
    this.owed = 0;
    this.space.expand(this.world, this.visit, this.store.quiet(number));
    if (this.owed === 0) this.monitor.ended(this.world, number);
    this.expanded++;
  }

  /** Expands a world unless that is beyond this thread, or not to be done now; then nothing of it was made. */
  attempt(number: number): boolean {
    const thrown = this.make(number);
    if (thrown !== null && thrown !== BEYOND) throw thrown;
    if (this.batch.length >= BATCH_SIZE) this.flush();
    return thrown === null;
  }

  /** A world that the layout has no room for, for the sake of which the last attempt failed; null: it did for another reason. */
  takeNeedy(): Int32Array | null {
    const { needy } = this;
    this.needy = null;
    return needy;
  }

  /**
   * The same before its turn: what it leads to is kept in hand, and put into the store by `commit`. What is wrong with a world is
   * told when its turn has come, if that comes.
   */
  attemptAhead(number: number): boolean {
    const { ahead, batch, idle, idleAhead, monitor } = this;
    const violations = monitor.violations.length;
    this.batch = ahead.at(-1) ?? this.another();
    const from = this.batch.length;
    const isMade = this.make(number) === null;
    const isRight = monitor.violations.length === violations;
    if (isMade && isRight) {
      this.expandedAhead++;
      for (let at = 0; at < idle.length; at++) idleAhead.push(idle.data[at]!);
      if (this.batch.length >= BATCH_SIZE) this.another();
    } else if (isMade) {
      this.undo(from);
      this.expanded--;
    }
    monitor.forgetAfter(violations);
    this.batch = batch;
    return isMade && isRight;
  }

  /** Room for how many worlds is taken by what is kept in hand. */
  get aheadLength(): number {
    return this.ahead.reduce((sum, { capacity }) => sum + capacity, 0);
  }

  /** The turn of what was made ahead of it has come. */
  commit(): void {
    const { ahead, batch } = this;
    for (const held of ahead) {
      this.batch = held;
      this.flush();
      this.spare.push(held);
    }
    this.batch = batch;
    ahead.length = 0;
    this.idleAhead.length = 0;
    this.expandedAhead = 0;
  }

  /** What was made ahead of its turn was never made. */
  discard(): void {
    const { ahead, idleAhead } = this;
    for (const held of ahead) {
      this.unmake(held.moves, 0, held.length);
      held.length = 0;
    }
    this.unmake(idleAhead.data, 0, idleAhead.length);
    ahead.length = 0;
    idleAhead.length = 0;
    this.expanded -= this.expandedAhead;
    this.expandedAhead = 0;
  }

  private another(): Batch {
    const batch = this.spare.pop() ?? new Batch(BATCH_SIZE, this.store.layout.words);
    this.ahead.push(batch);
    return batch;
  }

  private unmake(moves: Int32Array, from: number, end: number): void {
    for (let at = from; at < end; at++) this.made[moves[at]!]!--;
    this.generated -= end - from;
  }

  /** What was thrown, or null; then nothing of the world was made. */
  private make(number: number): unknown {
    const from = this.batch.length;
    this.attempting = true;
    this.idle.length = 0;
    try {
      this.expand(number);
    } catch (thrown) {
      this.undo(from);
      return thrown;
    }
    return null;
  }

  /** Of the world that was attempted last. */
  private undo(from: number): void {
    const { batch, idle } = this;
    this.unmake(batch.moves, from, batch.length);
    this.unmake(idle.data, 0, idle.length);
    batch.length = from;
  }

  /** The store's layout is another: all that was on its way is in the store already, or discarded. */
  relayout(): void {
    this.spare.length = 0;
    this.batch = new Batch(BATCH_SIZE, this.store.layout.words);
    this.packed = new Int32Array(this.store.layout.words);
  }

  /** Puts what is still on its way into the store. */
  flush(): void {
    const { batch, edges, store } = this;
    store.addAll(batch);
    const { layout } = store;
    const plan = batch.freshCount === 0 ? undefined : this.watchedIn(layout);
    for (let index = 0; index < batch.freshCount; index++) {
      const at = batch.fresh[index]!;
      const number = batch.numbers[at]!;
      if (batch.moves[at]! >= 0) this.foundBy[batch.moves[at]!]!++;
      const mask = batch.masks[at]!;
      store.setQuiet(number, batch.quiets[at]!);
      if (!this.monitor.concerns(mask)) continue;
      const base = this.fresh.add(number, mask);
      layout.unpack(batch.words, at * layout.words, this.fresh.worlds, base, plan);
    }
    this.monitor.found(this.fresh);
    this.fresh.count = 0;
    if (edges !== null) {
      for (let at = 0; at < batch.length; at++) {
        const source = batch.parents[at]!;
        const target = batch.numbers[at]!;
        if (source >= 0 && source !== target) this.keep(edges, source, target, batch.moves[at]!);
      }
    }
    batch.length = 0;
  }

  private readonly visit = (next: Int32Array, move: number, event: number): void => {
    if (this.isFault(move) === 0) this.owed++;
    if (this.monitor.watchesTransitions) {
      this.monitor.acted(this.world, this.current, next, move, event);
    }
    this.offer(next, this.current, move);
  };

  private offer(next: Int32Array, parent: number, move: number): void {
    const { batch, space } = this;
    if (parent >= 0 && space.touchedCount === 0) {
      // Nothing changed: the world is the one it came from.
      this.generated++;
      this.made[move]!++;
      if (this.attempting) this.idle.push(move);
      return;
    }
    const { words } = this.store.layout;
    const { length } = batch;
    const at = length * words;
    if (!this.pack(next, parent, at)) {
      this.widen(next);
      this.offer(next, parent, move);
      return;
    }
    batch.hashes[length] = hashWords(batch.words, at, words);
    batch.parents[length] = parent;
    batch.masks[length] = parent < 0 ? -1 : space.touchedMask;
    batch.quiets[length] = parent < 0 ? 0 : space.quietAfter;
    batch.moves[length] = move;
    batch.length = length + 1;
    this.generated++;
    if (move >= 0) this.made[move]!++;
    if (length + 1 === batch.capacity) this.makeRoom();
  }

  private watchedIn(layout: Layout): Int32Array | undefined {
    if (layout !== this.plannedFor) {
      this.plannedFor = layout;
      const { watched } = this.monitor;
      this.plan = watched === null ? undefined : layout.planOf(watched);
    }
    return this.plan;
  }

  private makeRoom(): void {
    if (!this.attempting) return this.flush();
    this.batch.grow();
    if (this.batch.capacity <= this.fresh.numbers.length) return;
    this.fresh = new Fresh(this.fresh.width, this.batch.capacity);
  }

  /** Packs only what changed, where the space says what that is. */
  private pack(next: Int32Array, parent: number, at: number): boolean {
    const { packed, space } = this;
    const { layout } = this.store;
    const { words } = this.batch;
    if (parent < 0 || space.touchedCount < 0) return layout.pack(next, words, at);
    for (let word = 0; word < layout.words; word++) words[at + word] = packed[word]!;
    return layout.patch(next, space.touched, space.touchedCount, words, at);
  }

  private keep(edges: EdgeSink, source: number, target: number, move: number): void {
    if (this.isFault(move) === 0) edges.add(source, target, this.groupOf.at(move));
    else if (this.keepFaults) edges.add(source, target, FAULT_GROUP);
  }

  private widen(next: Int32Array): void {
    if (this.attempting) {
      this.needy = next.slice();
      throw BEYOND;
    }
    this.flush();
    const sizes = Array.from(next, (_, slot) => this.space.sizeOf(slot));
    this.store.widenFor(next, sizes);
    this.batch = new Batch(BATCH_SIZE, this.store.layout.words);
    this.packed = new Int32Array(this.store.layout.words);
    if (this.current >= 0) this.store.copyWords(this.current, this.packed);
    if (next.length > this.world.length) {
      const world = new Int32Array(next.length);
      world.set(this.world);
      this.world = world;
      this.fresh = new Fresh(next.length, this.batch.capacity);
    }
  }

  private isFault(move: number): number {
    const known = this.faults[move];
    return known === 1 ? 0 : known === 2 ? 1 : this.askFault(move);
  }

  private askFault(move: number): number {
    if (move >= this.faults.length) {
      const length = move * 2;
      this.faults = widened(this.faults, new Uint8Array(length));
      this.made = widened(this.made, new Float64Array(length));
      this.foundBy = widened(this.foundBy, new Float64Array(length));
    }
    const { fault, group } = this.space.moveClass(move);
    if (!this.groups.has(group)) this.groups.set(group, this.groups.size);
    if (this.edges !== null) refuseTooMany(this.groups.size, this.space.name);
    this.groupOf.set(move, this.groups.get(group)!);
    this.faults[move] = fault ? 2 : 1;
    return fault ? 1 : 0;
  }
}

function widened<List extends Uint8Array | Float64Array>(from: List, into: List): List {
  into.set(from);
  return into;
}
