import { parentPort, workerData } from 'node:worker_threads';
import { ComposedSpace } from '../composed-space.ts';
import type { EdgesKept } from '../expander.ts';
import { Expander } from '../expander.ts';
import { UNKNOWN } from '../facts.ts';
import { Monitor } from '../monitor.ts';
import { Ahead } from './ahead.ts';
import { EdgeList } from './edge-list.ts';
import { type FactMemory, FactReader } from './fact-log.ts';
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
} from './memory.ts';
import { type Outline, silentComposition } from './outline.ts';
import { EXPAND, Queue } from './queue.ts';
import { type Share, shareOf } from './share.ts';
import { SharedStore } from './shared-store.ts';

export interface Following {
  readonly memory: SharedMemory;
  readonly facts: FactMemory;
  readonly queue: Int32Array;
  readonly worker: number;
  readonly outline: Outline;
  readonly kept: EdgesKept;
}

/** With more worlds than these before the one who learns, what is not known now is tried again later. */
const BACKLOG_MAX = 64;
const REST_MILLISECONDS = 0.2;

/**
 * A thread that asks nobody anything. It makes the actions whose parts are known as facts; a world that takes more is brought to
 * the one thread that learns, and so is a world that shows some property something new. Where nothing is left of a level but what
 * must be learnt first, it makes worlds of the next.
 */
class Follower {
  private readonly memory: SharedMemory;
  private readonly reader: FactReader;
  private readonly queue: Queue;
  private readonly store: SharedStore;
  private readonly expander: Expander;
  private readonly space: ComposedSpace;
  private readonly monitor: Monitor;
  private readonly edges: EdgeList | null;
  private readonly levels: Levels;
  private readonly generated: number;
  private readonly kept: number;
  /** Worlds to be tried again: others like them are being expanded by the one who learns. */
  private readonly later: number[] = [];
  private readonly ahead: Ahead;
  private depth = -1;

  constructor({ facts, kept, memory, outline, queue, worker }: Following) {
    const composition = silentComposition(outline);
    this.memory = memory;
    this.reader = new FactReader(facts);
    this.queue = new Queue(memory, queue, worker);
    this.space = new ComposedSpace(composition, null, this.reader);
    const handOver = (number: number, group: number) => this.queue.bring(number, group);
    this.monitor = new Monitor(this.space, composition.properties, this.reader, handOver);
    this.store = new SharedStore(memory, worker);
    this.edges = kept === 'none' ? null : new EdgeList();
    this.expander = new Expander(this.space, this.monitor, this.store, this.edges, kept);
    this.levels = new Levels(memory, worker);
    this.ahead = new Ahead(memory, this.levels, this.expander);
    this.generated = ofWorker(worker, GENERATED);
    this.kept = ofWorker(worker, KEPT);
  }

  follow(): Share {
    const { expander, levels, reader, store } = this;
    reader.read();
    for (let phase = levels.follow(); phase !== PHASE_END; phase = levels.follow()) {
      if (store.adopt()) {
        this.ahead.discard();
        expander.relayout();
      }
      if (phase === PHASE_GROW) {
        store.reenter();
        continue;
      }
      this.beginLevel();
      this.expandLevel();
      expander.flush();
      Atomics.store(this.memory.control, this.kept, this.later.length);
    }
    this.ahead.discard();
    return shareOf(this.space, this.monitor, expander, this.edges);
  }

  /** If it is another one than before, the turn of what was done ahead has come. */
  private beginLevel(): void {
    const { control } = this.memory;
    if (control[DEPTH] === this.depth) return;
    this.depth = control[DEPTH]!;
    this.ahead.commit(
      (number) => this.later.push(number),
      (number) => this.queue.bring(number, EXPAND),
    );
  }

  /** Nothing of the level is left in its hands afterwards, unless all are to pause. */
  private expandLevel(): void {
    const { expander, later, levels, memory, reader } = this;
    while (this.goesOn) {
      reader.read();
      while (later.length > 0 && !this.isBusy) this.expand(later.pop()!);
      const chunk = levels.take();
      if (chunk !== null) {
        for (let number = chunk.from; number < chunk.to; number++) this.expand(number);
        Atomics.store(memory.control, this.generated, expander.generated | 0);
        continue;
      }
      if (later.length === 0 && Atomics.load(memory.control, RESTING) !== 0) break;
      expander.flush();
      if (!this.ahead.work())
        Atomics.wait(memory.control, BACKLOG, memory.control[BACKLOG]!, REST_MILLISECONDS);
    }
  }

  private expand(number: number): void {
    const beyond = this.expander.attempt(number);
    if (beyond === null) return;
    if (beyond === UNKNOWN && this.isBusy) this.later.push(number);
    else this.queue.bring(number, EXPAND);
  }

  private get goesOn(): boolean {
    const { control } = this.memory;
    return control[STOP] === 0 && control[PAUSE] === 0 && !this.store.needsGrowth();
  }

  /** The one who learns has enough to do. */
  private get isBusy(): boolean {
    return Atomics.load(this.memory.control, BACKLOG) + this.queue.length > BACKLOG_MAX;
  }
}

/** What a follower says at last. */
export type Followed = { readonly share: Share } | { readonly failure: string };

const { memory } = workerData as Following;
try {
  const share = new Follower(workerData as Following).follow();
  parentPort!.postMessage({ share } satisfies Followed);
} catch (error) {
  // Who learns may be waiting for this thread without an ear for messages.
  Atomics.store(memory.control, STOP, STOP_FAILED);
  const failure = error instanceof Error ? `${error.stack}` : String(error);
  parentPort!.postMessage({ failure } satisfies Followed);
}
