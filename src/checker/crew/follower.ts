import { parentPort, workerData } from 'node:worker_threads';
import { ComposedSpace } from '../composed-space.ts';
import type { EdgesKept } from '../expander.ts';
import { Expander } from '../expander.ts';
import { UNKNOWN } from '../facts.ts';
import { Monitor } from '../monitor.ts';
import { EdgeList } from './edge-list.ts';
import { type FactMemory, FactReader } from './fact-log.ts';
import { Levels } from './levels.ts';
import {
  GENERATED,
  ofWorker,
  PAUSE,
  PHASE_END,
  PHASE_GROW,
  type SharedMemory,
  STOP,
  STOP_FAILED,
} from './memory.ts';
import { type Outline, silentComposition } from './outline.ts';
import { EXPAND, Queue } from './queue.ts';
import { SharedStore } from './shared-store.ts';
import type { Share } from './worker.ts';

export interface Following {
  readonly memory: SharedMemory;
  readonly facts: FactMemory;
  readonly queue: Int32Array;
  readonly worker: number;
  readonly outline: Outline;
  readonly kept: EdgesKept;
}

/**
 * A thread that asks nobody anything. It makes the actions whose parts are known as facts; a world that takes more is brought to
 * the one thread that learns, and so is a world that shows some property something new.
 */
function follow({ facts, kept, memory, outline, queue: words, worker }: Following): Share {
  const { control } = memory;
  const composition = silentComposition(outline);
  const reader = new FactReader(facts);
  const queue = new Queue(memory, words, worker);
  const space = new ComposedSpace(composition, null, reader);
  const handOver = (number: number, group: number) => queue.bring(number, group);
  const monitor = new Monitor(space, composition.properties, reader, handOver);
  const store = new SharedStore(memory, worker);
  const edges = kept === 'none' ? null : new EdgeList();
  const expander = new Expander(space, monitor, store, edges, kept);
  const levels = new Levels(memory, worker);
  const generated = ofWorker(worker, GENERATED);
  reader.read();
  for (let phase = levels.follow(); phase !== PHASE_END; phase = levels.follow()) {
    if (phase === PHASE_GROW) {
      store.reenter();
      continue;
    }
    store.adopt();
    expander.relayout();
    while (control[STOP] === 0 && control[PAUSE] === 0 && !store.needsGrowth()) {
      const chunk = levels.take();
      if (chunk === null) break;
      reader.read();
      for (let number = chunk.from; number < chunk.to; number += memory.workers) {
        let beyond = expander.attempt(number);
        if (beyond === UNKNOWN && reader.read()) beyond = expander.attempt(number);
        if (beyond !== null) queue.bring(number, EXPAND);
      }
      Atomics.store(control, generated, expander.generated | 0);
    }
    expander.flush();
  }
  return {
    made: expander.made,
    foundBy: expander.foundBy,
    generated: expander.generated,
    calls: 0,
    marks: new Map(),
    witnesses: monitor.witnesses,
    violations: [],
    groups: [...expander.groups.keys()],
    edges: edges?.parts() ?? null,
  };
}

/** What a follower says at last. */
export type Followed = { readonly share: Share } | { readonly failure: string };

const { memory } = workerData as Following;
try {
  const share = follow(workerData as Following);
  parentPort!.postMessage({ share } satisfies Followed);
} catch (error) {
  // Who learns may be waiting for this thread without an ear for messages.
  Atomics.store(memory.control, STOP, STOP_FAILED);
  const failure = error instanceof Error ? `${error.stack}` : String(error);
  parentPort!.postMessage({ failure } satisfies Followed);
}
