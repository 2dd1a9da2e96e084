import { parentPort, workerData } from 'node:worker_threads';
import { type EdgesKept, Expander } from '../expander.ts';
import { type Failure, failureOf } from '../failure.ts';
import { isHeapFilled } from '../limits.ts';
import { Monitor } from '../monitor.ts';
import { isForWantOfMemory } from '../no-room.ts';
import { loadSubject, type Source, type Subject, spaceOf } from '../source.ts';
import type { Space } from '../space.ts';
import { Ahead } from './ahead.ts';
import { EdgeList } from './edge-list.ts';
import { FactLog, type FactMemory } from './fact-log.ts';
import { Levels } from './levels.ts';
import {
  BACKLOG,
  DEPTH,
  GENERATED,
  KEPT,
  ofWorker,
  PAUSE,
  PHASE_END,
  PHASE_GROW,
  RESTING,
  type SharedMemory,
  STOP,
  STOP_FAILED,
  STOP_FULL,
  STOP_HEAP,
  VIOLATED,
} from './memory.ts';
import { Queue } from './queue.ts';
import { type Share, shareOf } from './share.ts';
import { SharedStore } from './shared-store.ts';

export interface Following {
  readonly memory: SharedMemory;
  readonly facts: FactMemory;
  readonly queue: Int32Array;
  readonly worker: number;
  readonly source: Source;
  readonly kept: EdgesKept;
}

const REST_MILLISECONDS = 0.2;
/** With more worlds than these waiting for the one who leads, this thread asks components too. */
const BACKLOG_MAX = 64;
/** Worlds between two looks at how full the heap of this thread is. */
const HEAP_LOOK_WORLDS = 1024;

/**
 * A thread that makes worlds of the levels that another decides about. What the layout has no room for is brought to that one, and
 * what takes a new step, unless that one has enough of it to do. Where nothing is left of a level but what others make of it, it
 * makes worlds of the next.
 */
class Follower {
  private readonly memory: SharedMemory;
  private readonly facts: FactLog;
  private readonly queue: Queue;
  private readonly store: SharedStore;
  private readonly expander: Expander;
  private readonly space: Space;
  private readonly monitor: Monitor;
  private readonly edges: EdgeList | null;
  private readonly levels: Levels;
  private readonly generated: number;
  private readonly kept: number;
  /** Worlds of the level that are in its hands. */
  private readonly mine: number[] = [];
  private readonly ahead: Ahead;
  private depth = -1;

  constructor(subject: Subject, { facts, kept, memory, queue, worker }: Following) {
    this.memory = memory;
    this.facts = new FactLog(facts);
    this.queue = new Queue(memory, queue, worker);
    this.space = spaceOf(subject, null, false, this.facts);
    this.monitor = new Monitor(this.space, subject.properties, this.facts);
    this.store = new SharedStore(memory, worker);
    this.edges = kept === 'none' ? null : new EdgeList();
    this.expander = new Expander(this.space, this.monitor, this.store, this.edges, kept);
    this.levels = new Levels(memory, worker);
    this.ahead = new Ahead(memory, this.levels, this.expander);
    this.generated = ofWorker(worker, GENERATED);
    this.kept = ofWorker(worker, KEPT);
  }

  follow(): Share {
    const { facts, levels, memory } = this;
    facts.join();
    for (let phase = levels.follow(); phase !== PHASE_END; phase = levels.follow()) {
      try {
        this.go(phase);
      } catch (error) {
        if (!isForWantOfMemory(error)) throw error;
        Atomics.store(memory.control, STOP, STOP_FULL);
      }
    }
    this.ahead.discard();
    return shareOf(this.space, this.monitor, this.expander, this.edges);
  }

  private go(phase: number): void {
    const { expander, memory, monitor, store } = this;
    if (store.adopt()) {
      this.ahead.discard();
      expander.relayout();
    }
    if (phase === PHASE_GROW) return store.reenter();
    this.beginLevel();
    this.expandLevel();
    expander.flush();
    if (monitor.violations.length > 0) Atomics.store(memory.control, VIOLATED, 1);
    Atomics.store(memory.control, this.kept, this.mine.length);
  }

  /** If it is another one than before, the turn of what was done ahead has come. */
  private beginLevel(): void {
    const { control } = this.memory;
    if (control[DEPTH] === this.depth) return;
    this.depth = control[DEPTH]!;
    this.ahead.commit((number) => this.mine.push(number));
    this.share();
  }

  /** What is left to be made takes longest, so all get some of it. */
  private share(): void {
    const { workers } = this.memory;
    const all = this.mine.splice(0);
    for (const [at, number] of all.entries()) {
      if (at % workers === 0) this.queue.bring(number);
      else this.mine.push(number);
    }
  }

  /** Nothing of the level is left in its hands afterwards, unless all are to pause. */
  private expandLevel(): void {
    const { expander, facts, levels, memory, mine } = this;
    while (this.goesOn) {
      facts.read();
      if (mine.length > 0) {
        this.expand(mine.pop()!);
        continue;
      }
      const chunk = levels.take();
      if (chunk !== null) {
        for (let number = chunk.from; number < chunk.to; number++) this.expand(number);
        Atomics.store(memory.control, this.generated, expander.generated | 0);
        continue;
      }
      if (Atomics.load(memory.control, RESTING) !== 0) break;
      expander.flush();
      if (!this.lookAhead()) Atomics.wait(memory.control, RESTING, 0, REST_MILLISECONDS);
    }
  }

  /** What is asked is counted, so no world may ask before its turn: perhaps that never comes. */
  private lookAhead(): boolean {
    this.facts.asks = false;
    return this.ahead.work();
  }

  private expand(number: number): void {
    this.facts.asks = this.isLeadBusy;
    if (!this.expander.attempt(number)) this.queue.bring(number);
    if (this.expander.expanded % HEAP_LOOK_WORLDS === 0 && isHeapFilled()) {
      Atomics.compareExchange(this.memory.control, STOP, 0, STOP_HEAP);
    }
  }

  /** While the one who leads has little to do, it is quicker to ask that one: it has learnt how, which takes time. */
  private get isLeadBusy(): boolean {
    return this.memory.control[BACKLOG]! + this.queue.length > BACKLOG_MAX;
  }

  private get goesOn(): boolean {
    const { control } = this.memory;
    return control[STOP] === 0 && control[PAUSE] === 0 && !this.store.needsGrowth();
  }
}

/** What a follower says at last. */
export type Followed = { readonly share: Share } | { readonly failure: Failure };

const following = workerData as Following;
loadSubject(following.source)
  .then((subject) => new Follower(subject, following).follow())
  .then((share) => parentPort!.postMessage({ share } satisfies Followed))
  .catch((error: unknown) => {
    // Who leads may be waiting for this thread without an ear for messages.
    Atomics.store(following.memory.control, STOP, STOP_FAILED);
    parentPort!.postMessage({ failure: failureOf(error) } satisfies Followed);
  });
