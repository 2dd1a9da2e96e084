import { Expander } from './expander.ts';
import { firstLayout } from './layout.ts';
import type { Monitor, Violation } from './monitor.ts';
import type { Explored } from './search.ts';
import type { Space } from './space.ts';
import { Store } from './store.ts';
import { expandOrTell } from './way-there.ts';

export interface Walks {
  /** How many walks, each from the start. */
  readonly count: number;
  readonly stepsMax: number;
  readonly seed: number;
}

/**
 * Random walks, for worlds too large to exhaust. Each step looks at all neighbours and goes to one of them. Whatever the
 * walks find is real; what they do not find is no proof.
 */
export class Walk implements Explored {
  readonly workers = 1;
  readonly complete = false;
  readonly queue = 0;
  depth = 0;
  finished = false;
  private readonly space: Space;
  private readonly monitor: Monitor;
  private readonly walks: Walks;
  private readonly store: Store;
  private readonly expander: Expander;
  private readonly random: () => number;
  private readonly neighbours: number[] = [];
  private initials = 0;
  private walked = 0;
  private steps = 0;
  private at = 0;

  constructor(space: Space, monitor: Monitor, walks: Walks) {
    this.space = space;
    this.monitor = monitor;
    this.walks = walks;
    this.random = mulberry(walks.seed);
    this.store = new Store(firstLayout(space));
    const sink = { add: (_: number, target: number) => this.neighbours.push(target) };
    this.expander = new Expander(space, monitor, this.store, sink, 'all');
  }

  begin(): void {
    this.expander.begin();
    this.initials = this.store.count;
    this.restart();
    // Of a world that is wrong already nothing more is asked: it may not even know what to do.
    this.finished = this.monitor.violations.length > 0;
  }

  advance(stepsMax: number): void {
    for (let left = stepsMax; left > 0 && !this.finished; left--) {
      this.neighbours.length = 0;
      expandOrTell(this.expander, this, this.at);
      this.expander.flush();
      this.finished = this.monitor.violations.length > 0;
      const next = this.neighbours[Math.floor(this.random() * this.neighbours.length)];
      if (next === undefined || ++this.steps >= this.walks.stepsMax) {
        this.walked++;
        this.restart();
      } else {
        this.at = next;
        this.depth = Math.max(this.depth, this.steps);
      }
    }
  }

  get count(): number {
    return this.store.count;
  }

  get generated(): number {
    return this.expander.generated;
  }

  get violations(): readonly Violation[] {
    return this.monitor.violations;
  }

  get witnesses(): ArrayLike<number> {
    return this.monitor.witnesses;
  }

  get calls(): number {
    return this.space.calls();
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

  graph(): null {
    return null;
  }

  byteLength(): number {
    return this.store.byteLength;
  }

  bytesUsed(): number {
    return this.store.byteLength;
  }

  private restart(): void {
    this.at = Math.floor(this.random() * this.initials);
    this.steps = 0;
    if (this.walked >= this.walks.count) this.finished = true;
  }
}

function mulberry(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
