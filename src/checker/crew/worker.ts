import { parentPort, workerData } from 'node:worker_threads';
import { askedElsewhere } from '../asked-again.ts';
import { CheckError } from '../check-error.ts';
import { type EdgesKept, Expander } from '../expander.ts';
import { type Failure, failureOf } from '../failure.ts';
import { Monitor } from '../monitor.ts';
import { loadSubject, type Source, spaceOf } from '../source.ts';
import type { Space } from '../space.ts';
import { Dictionary } from './dictionary.ts';
import { EdgeList } from './edge-list.ts';
import { Levels } from './levels.ts';
import {
  GENERATED,
  ofWorker,
  PHASE_END,
  PHASE_GROW,
  type SharedMemory,
  STOP,
  VIOLATED,
} from './memory.ts';
import { type Share, shareOf } from './share.ts';
import { Misfit, SharedStore } from './shared-store.ts';

export interface Assignment {
  readonly memory: SharedMemory;
  readonly worker: number;
  readonly source: Source;
  readonly kept: EdgesKept;
  readonly reduced: boolean;
  readonly slotNames: readonly string[];
}

export type Report =
  | { readonly kind: 'done'; readonly share: Share }
  | { readonly kind: 'misfit' }
  | { readonly kind: 'error'; readonly failure: Failure };

async function work({
  kept,
  memory,
  reduced,
  slotNames,
  source,
  worker,
}: Assignment): Promise<Share> {
  const subject = await loadSubject(source);
  const dictionary = new Dictionary(memory);
  const space = spaceOf(subject, dictionary, reduced);
  refuseOtherSlots(space, slotNames);
  const monitor = new Monitor(space, subject.properties);
  const store = new SharedStore(memory, worker);
  const edges = kept === 'none' ? null : new EdgeList();
  const expander = new Expander(space, monitor, store, edges, kept);
  const levels = new Levels(memory, worker);
  const { control } = memory;
  const tellViolated = () => {
    if (monitor.violations.length > 0) Atomics.store(control, VIOLATED, 1);
  };

  if (worker === 0) expander.begin();
  tellViolated(); // of a start that is wrong no actions are asked
  for (let phase = levels.meet(store); phase !== PHASE_END; phase = levels.meet(store)) {
    if (phase === PHASE_GROW) {
      store.reenter();
      continue;
    }
    store.useIndex();
    while (Atomics.load(control, STOP) === 0 && !store.needsGrowth()) {
      const chunk = levels.take();
      if (chunk === null) break;
      for (let number = chunk.from; number < chunk.to; number++) expander.expand(number);
      Atomics.store(control, ofWorker(worker, GENERATED), expander.generated | 0);
    }
    expander.flush();
    tellViolated();
  }
  askedElsewhere(() => space.askAgain());
  return shareOf(space, monitor, expander, edges);
}

/** A world of other slots would be taken for one of these, or fit nowhere. */
function refuseOtherSlots(space: Space, expected: readonly string[]): void {
  const found = space.slotNames();
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  const sentence = `${space.name} is of ${expected.join(', ')}, and in another thread of ${found.join(', ')}`;
  throw new CheckError('not-deterministic', `${sentence}: its module must export the same in each`);
}

function report(message: Report): void {
  parentPort!.postMessage(message);
}

const assignment = workerData as Assignment;
work(assignment).then(
  (share) => report({ kind: 'done', share }),
  (error: unknown) => {
    Atomics.store(assignment.memory.control, STOP, 1);
    if (error instanceof Misfit) report({ kind: 'misfit' });
    else report({ kind: 'error', failure: failureOf(error) });
  },
);
