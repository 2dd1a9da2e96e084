import type { Likeness, Saved } from './checkpoint.ts';
import { Edges } from './edges.ts';
import { type EdgesKept, Expander } from './expander.ts';
import type { Graph } from './graph.ts';
import { firstLayout, Layout } from './layout.ts';
import type { Monitor, Violation } from './monitor.ts';
import { isOfSpace, someOf } from './restored.ts';
import type { Space, Visit } from './space.ts';
import { Store } from './store.ts';
import { expandOrTell } from './way-there.ts';

const ASKED_AT_ONCE = 1024;

/** What is known of a search, while it runs and afterwards; the same for one thread and for many. */
export interface Explored {
  readonly workers: number;
  readonly count: number;
  readonly generated: number;
  readonly depth: number;
  readonly queue: number;
  /** Every reachable world was expanded. */
  readonly complete: boolean;
  readonly violations: readonly Violation[];
  readonly calls: number;
  readonly marks: ReadonlyMap<string, number>;
  /** Per property, a world where a `sometimes` held, or -1. */
  readonly witnesses: ArrayLike<number>;
  made(move: number): number;
  foundBy(move: number): number;
  /** Numbers are those of `violations` and `parent`. */
  read(number: number, world: Int32Array): void;
  parent(number: number): number;
  /** The actions kept for liveness, or null. */
  graph(): Graph | null;
  byteLength(): number;
  bytesUsed(): number;
}

/** A search between two expansions, for others to continue. */
export interface Handed {
  readonly cursor: number;
  /** How many worlds there were when each level ended. */
  readonly levelEnds: readonly number[];
  readonly count: number;
  readonly layout: Layout;
  readonly arena: Int32Array;
  readonly parents: Int32Array;
  readonly quiets: Int32Array;
  readonly edges: ReturnType<Edges['parts']> | null;
  readonly groups: readonly string[];
  readonly generated: number;
  readonly made: Float64Array;
  readonly foundBy: Float64Array;
}

/** Breadth-first search in one thread. A level in which something is violated is finished, so counts never depend on luck. */
export class Search implements Explored {
  readonly workers = 1;
  depth = 0;
  finished = false;
  /** It is between two expansions; false where memory ended within one, and some of what a world leads to is lost. */
  isWhole = true;
  private readonly space: Space;
  private readonly monitor: Monitor;
  private readonly store: Store;
  private readonly edges: Edges | null;
  private readonly expander: Expander;
  private initials = 0;
  /** Calls of the runs that this one continues. */
  private callsBefore = 0;
  private cursor = 0;
  private levelEnd = 0;
  /** How many worlds there were when each level ended. */
  readonly levelEnds: number[] = [];

  constructor(space: Space, monitor: Monitor, kept: EdgesKept) {
    this.space = space;
    this.monitor = monitor;
    this.store = new Store(firstLayout(space));
    this.edges = kept === 'none' ? null : new Edges();
    this.expander = new Expander(space, monitor, this.store, this.edges, kept);
  }

  begin(): void {
    this.expander.begin();
    this.initials = this.store.count;
    this.endLevel(0);
  }

  /** The search as it is between two expansions. */
  save(likeness: Likeness, texts: Saved['texts']): Saved {
    const { cursor, depth, expander, initials, levelEnd, monitor, space, store } = this;
    expander.flush();
    const { arena, parents } = store.parts();
    const none = new Int32Array(0);
    const edges = this.edges?.parts() ?? { starts: none, targets: none, groups: none };
    return {
      likeness,
      texts,
      slotNames: space.slotNames(),
      marks: [...space.marks()],
      groups: [...expander.groups.keys()],
      widths: store.layout.widths,
      made: [...expander.made],
      foundBy: [...expander.foundBy],
      numbers: {
        count: store.count,
        cursor,
        depth,
        generated: expander.generated,
        initials,
        levelEnd,
        calls: this.calls,
      },
      arrays: {
        arena,
        parents,
        ...edges,
        witnesses: monitor.witnesses,
        questions: space.questions(),
      },
    };
  }

  /** All that others need to go on from here. The search is at its end. */
  handOver(): Handed {
    const { cursor, edges, expander, levelEnds, store } = this;
    expander.flush();
    return {
      cursor,
      levelEnds,
      count: store.count,
      layout: store.layout,
      ...store.parts(),
      edges: edges?.parts() ?? null,
      groups: [...expander.groups.keys()],
      generated: expander.generated,
      made: expander.made,
      foundBy: expander.foundBy,
    };
  }

  /** Continues a saved search instead of beginning one. The space must know the saved texts already. */
  restore({ arrays, foundBy, groups, made, marks, numbers, slotNames, widths }: Saved): void {
    this.space.recall(slotNames, marks, arrays.questions);
    this.store.restore(new Layout(widths), arrays.arena, arrays.parents);
    this.edges?.restore(arrays.starts, arrays.targets, arrays.groups);
    this.monitor.witnesses.set(arrays.witnesses);
    const { cursor, generated } = numbers;
    this.expander.recall(groups, generated, made, foundBy, cursor);
    this.initials = numbers.initials;
    this.cursor = numbers.cursor;
    this.levelEnd = numbers.levelEnd;
    this.depth = numbers.depth;
    this.callsBefore = numbers.calls;
    if (this.cursor === this.levelEnd) this.endLevel(this.depth + 1);
  }

  /**
   * Of a search that was restored: asks of all its worlds what must always hold, and what must be reached; of some what must hold of
   * actions, and of ends. A checkpoint says which worlds there are, not what is true of them.
   */
  askAll(): void {
    const { monitor, space, store } = this;
    const width = space.slots();
    monitor.witnesses.fill(-1);
    for (let from = 0; from < store.count; from += ASKED_AT_ONCE) {
      const count = Math.min(ASKED_AT_ONCE, store.count - from);
      const worlds = new Int32Array(count * width);
      for (let at = 0; at < count; at++) store.read(from + at, worlds, at * width);
      const numbers = Int32Array.from({ length: count }, (_, at) => from + at);
      monitor.found({ worlds, width, numbers, masks: new Int32Array(count).fill(-1), count });
    }
    for (const number of someOf(this.cursor)) this.askActions(number);
    this.finished ||= monitor.violations.length > 0;
  }

  private askActions(number: number): void {
    const { monitor, space, store } = this;
    const world = new Int32Array(space.slots());
    store.read(number, world);
    monitor.expanding();
    let owed = 0;
    const visit: Visit = (next, move, event) => {
      if (!space.moveClass(move).fault) owed++;
      if (monitor.watchesTransitions) monitor.acted(world, number, next, move, event);
    };
    space.expand(world, visit, 0);
    if (owed === 0) monitor.ended(world, number);
  }

  /** Of a search that was restored: does this space, which knows the saved texts too, lead to it? */
  isOf(space: Space): boolean {
    const { cursor, initials, store } = this;
    return isOfSpace(space, { cursor, initials, store });
  }

  /** Expands at most so many worlds. */
  advance(worldsMax: number): void {
    this.isWhole = false;
    for (let left = worldsMax; left > 0 && !this.finished; left--) {
      expandOrTell(this.expander, this, this.cursor++);
      if (this.cursor === this.levelEnd) {
        this.expander.flush();
        this.endLevel(this.depth + 1);
      }
    }
    this.isWhole = true;
  }

  get widths(): readonly number[] {
    return this.store.layout.widths;
  }

  get count(): number {
    return this.store.count;
  }

  get generated(): number {
    return this.expander.generated;
  }

  get queue(): number {
    return this.store.count - this.cursor;
  }

  get complete(): boolean {
    return this.finished && this.queue === 0;
  }

  get violations(): readonly Violation[] {
    return this.monitor.violations;
  }

  get witnesses(): ArrayLike<number> {
    return this.monitor.witnesses;
  }

  get calls(): number {
    return this.callsBefore + this.space.calls();
  }

  get marks(): ReadonlyMap<string, number> {
    return this.space.marks();
  }

  made(move: number): number {
    return this.expander.made[move] ?? 0;
  }

  foundBy(move: number): number {
    return this.expander.foundBy[move] ?? 0;
  }

  read(number: number, world: Int32Array): void {
    this.store.read(number, world);
  }

  parent(number: number): number {
    return this.store.parent(number);
  }

  graph(): Graph | null {
    const { edges, initials, store } = this;
    if (edges === null) return null;
    return {
      count: store.count,
      initials,
      targets: edges.targets,
      groups: edges.groups,
      groupNames: [...this.expander.groups.keys()],
      start: (world) => edges.start(world),
      parent: (world) => store.parent(world),
    };
  }

  byteLength(): number {
    return this.store.byteLength + (this.edges?.byteLength ?? 0) + this.monitor.byteLength();
  }

  bytesUsed(): number {
    return this.store.byteLength + (this.edges?.byteLength ?? 0);
  }

  private endLevel(nextDepth: number): void {
    if (this.store.count > this.cursor) this.depth = nextDepth;
    this.levelEnd = this.store.count;
    this.levelEnds.push(this.levelEnd);
    this.finished = this.levelEnd === this.cursor || this.monitor.violations.length > 0;
  }
}
