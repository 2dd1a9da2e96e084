import { type Graph, refuseTooMany } from '../graph.ts';
import { Layout } from '../layout.ts';
import type { Violation } from '../monitor.ts';
import type { Explored } from '../search.ts';
import { numberOf, numbersFor } from './blocks.ts';
import {
  COUNT,
  DEPTH,
  INDEX_USED,
  LEVEL_START,
  ofWorker,
  type SharedMemory,
  STOP,
  VIOLATED,
} from './memory.ts';
import type { Share } from './share.ts';

/** What a crew found, with worlds numbered level by level as one thread would number them. */
export class CrewExplored implements Explored {
  readonly workers: number;
  readonly count: number;
  readonly queue: number;
  readonly depth: number;
  readonly generated: number;
  readonly complete: boolean;
  readonly violations: readonly Violation[];
  readonly witnesses: Int32Array;
  readonly calls: number;
  readonly marks: ReadonlyMap<string, number>;
  private readonly memory: SharedMemory;
  private readonly shares: readonly Share[];
  private readonly layout: Layout;
  /** From shared numbers to level order, and back. */
  private readonly orderOf: Int32Array;
  private readonly sharedOf: Int32Array;

  /** `together`: what a mark counts that two threads reached so often each. */
  constructor(
    memory: SharedMemory,
    shares: readonly Share[],
    together: (one: number, other: number) => number,
  ) {
    const { control, workers } = memory;
    this.memory = memory;
    this.shares = shares;
    this.layout = new Layout(Array.from(memory.widths));
    this.workers = workers;
    const counts = Array.from(
      { length: workers },
      (_, worker) => control[ofWorker(worker, COUNT)]!,
    );
    this.count = counts.reduce((sum, count) => sum + count, 0);
    this.sharedOf = new Int32Array(this.count);
    this.orderOf = new Int32Array(numbersFor(Math.max(...counts), workers)).fill(-1);
    this.number(counts);
    this.depth = Math.max(0, control[DEPTH]! - 1);
    const expanded = Array.from(
      { length: workers },
      (_, worker) => control[ofWorker(worker, LEVEL_START)]!,
    );
    this.queue = this.count - expanded.reduce((sum, start) => sum + start, 0);
    this.complete = control[STOP] === 0 && control[VIOLATED] === 0;
    if (this.complete) this.refuseLost();
    this.generated = shares.reduce((sum, share) => sum + share.generated, 0);
    this.calls = shares.reduce((sum, share) => sum + share.calls, 0);
    this.violations = this.mergeViolations();
    this.witnesses = this.mergeWitnesses();
    this.marks = mergeMarks(shares, together);
  }

  made(move: number): number {
    return this.shares.reduce((sum, share) => sum + (share.made[move] ?? 0), 0);
  }

  foundBy(move: number): number {
    return this.shares.reduce((sum, share) => sum + (share.foundBy[move] ?? 0), 0);
  }

  read(number: number, world: Int32Array): void {
    this.layout.unpack(this.memory.arena, this.sharedOf[number]! * this.layout.words, world);
  }

  parent(number: number): number {
    const shared = this.memory.parents[this.sharedOf[number]!]!;
    return shared < 0 ? -1 : this.orderOf[shared]!;
  }

  byteLength(): number {
    return this.bytesUsed();
  }

  bytesUsed(): number {
    const edges = this.shares.reduce(
      (sum, share) => sum + (share.edges?.sources.length ?? 0) * 12,
      0,
    );
    const { control } = this.memory;
    const slots = control[INDEX_USED]! + control[INDEX_USED + 1]!;
    return this.count * (this.layout.words + 2) * 4 + slots * 4 + edges;
  }

  /** Sorts the workers' edges by source, counting. */
  graph(): Graph | null {
    if (this.shares.some(({ edges }) => edges === null)) return null;
    const starts = new Int32Array(this.count + 1);
    let length = 0;
    for (const { edges } of this.shares) {
      for (const source of edges!.sources) starts[this.orderOf[source]! + 1]!++;
      length += edges!.sources.length;
    }
    for (let world = 0; world < this.count; world++) starts[world + 1]! += starts[world]!;
    const at = starts.slice();
    const targets = new Int32Array(length);
    const groups = new Uint16Array(length);
    const groupNumbers = new Map<string, number>();
    for (const { edges, groups: names } of this.shares) {
      const numbers = names.map((name) => {
        if (!groupNumbers.has(name)) groupNumbers.set(name, groupNumbers.size);
        return groupNumbers.get(name)!;
      });
      for (let edge = 0; edge < edges!.sources.length; edge++) {
        const place = at[this.orderOf[edges!.sources[edge]!]!]!++;
        targets[place] = this.orderOf[edges!.targets[edge]!]!;
        const group = edges!.groups[edge]!;
        groups[place] = numbers[group] ?? group;
      }
    }
    refuseTooMany(groupNumbers.size, 'what the workers made');
    return {
      count: this.count,
      initials: this.initials(),
      targets,
      groups,
      groupNames: [...groupNumbers.keys()],
      start: (world) => starts[world]!,
      parent: (world) => this.parent(world),
    };
  }

  /** Whoever takes a world expands it, so this is never so; but a world that was lost would be taken for checked. */
  private refuseLost(): void {
    const expanded = this.shares.reduce((sum, share) => sum + share.expanded, 0);
    if (expanded === this.count) return;
    throw new Error(`${this.count} worlds were found and ${expanded} expanded: some were lost`);
  }

  private initials(): number {
    let sum = 0;
    for (let worker = 0; worker < this.workers; worker++) sum += this.memory.levels[worker]!;
    return sum;
  }

  private number(counts: readonly number[]): void {
    const { control, levels, workers } = this.memory;
    const from = new Int32Array(workers);
    let next = 0;
    for (let level = 0; level <= control[DEPTH]!; level++) {
      for (let worker = 0; worker < workers; worker++) {
        const end = level < control[DEPTH]! ? levels[level * workers + worker]! : counts[worker]!;
        for (let place = from[worker]!; place < end; place++) {
          const shared = numberOf(place, worker, workers);
          this.orderOf[shared] = next;
          this.sharedOf[next++] = shared;
        }
        from[worker] = Math.max(from[worker]!, end);
      }
    }
  }

  private mergeViolations(): readonly Violation[] {
    const all = this.shares.flatMap(({ violations }) => violations);
    return all.map((violation) => ({ ...violation, world: this.orderOf[violation.world]! }));
  }

  /** The first in the order of levels. */
  private mergeWitnesses(): Int32Array {
    const merged = new Int32Array(this.shares[0]!.witnesses.length).fill(-1);
    for (const { witnesses } of this.shares) {
      for (const [index, shared] of witnesses.entries()) {
        if (shared < 0) continue;
        const number = this.orderOf[shared]!;
        if (merged[index]! < 0 || number < merged[index]!) merged[index] = number;
      }
    }
    return merged;
  }
}

function mergeMarks(
  shares: readonly Share[],
  together: (one: number, other: number) => number,
): ReadonlyMap<string, number> {
  const merged = new Map<string, number>();
  for (const { marks } of shares) {
    for (const [mark, count] of marks) merged.set(mark, together(count, merged.get(mark) ?? 0));
  }
  return merged;
}
