import type { Composition, Property } from '../../models/model.ts';
import { CheckError } from './check-error.ts';
import {
  Ledger,
  type Likeness,
  loadCheckpoint,
  refuseUnwritable,
  type Saved,
} from './checkpoint.ts';
import { claimText } from './claim-text.ts';
import { boundsOf, conclude } from './conclude.ts';
import { Crew } from './crew/crew.ts';
import { FactLog } from './crew/fact-log.ts';
import { Followers } from './crew/followers.ts';
import { LedSearch } from './crew/led-search.ts';
import { LEVELS_MAX } from './crew/memory.ts';
import { Estimate } from './estimate.ts';
import type { EdgesKept } from './expander.ts';
import type { Reworded } from './fingerprint.ts';
import { refuseUnknown } from './known-options.ts';
import { type Limits, limitReached, limitsFrom } from './limits.ts';
import { refuseOtherThanModel } from './model-shape.ts';
import { Monitor } from './monitor.ts';
import { isForWantOfMemory } from './no-room.ts';
import { savingFailure } from './saving.ts';
import { type Explored, Search } from './search.ts';
import {
  isSource,
  loadSubject,
  refuseUnsendable,
  type Source,
  type Subject,
  spaceOf,
} from './source.ts';
import type { Space } from './space.ts';
import type { Verdict } from './verdict.ts';
import { Walk, type Walks } from './walk.ts';
import { withoutTheWay } from './way-there.ts';

export interface Progress {
  readonly states: number;
  readonly generated: number;
  readonly queue: number;
  readonly depth: number;
  readonly rate: number;
  readonly seconds: number;
  readonly memoryBytes: number;
  /** How many states there may be in all; null while they still become more from level to level. */
  readonly statesExpected: number | null;
  /** Why the last save failed, or null. The next one is due all the same. */
  readonly notSaved: string | null;
}

export interface CheckOptions extends Partial<Limits> {
  /** Threads over shared memory; more than one needs the subject as a `Source`. */
  readonly workers?: number;
  /** So many states are visited by one thread before there are more: most worlds are smaller, and threads take time to begin. */
  readonly aloneUntil?: number;
  /** Saves the search there now and then, and when it is cut short; not what was true of its worlds. One worker, breadth first. */
  readonly checkpoint?: { readonly path: string; readonly everySeconds?: number };
  /** Continues from a checkpoint instead of the start. */
  readonly resume?: string;
  /** Walk at random instead of visiting everything. Finds violations; never a proof. */
  readonly walks?: Walks;
  /** Ends the run early, with a partial verdict. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly progressEveryMilliseconds?: number;
  /** Adds a fingerprint of the whole graph to the verdict of an exhausted run. */
  readonly fingerprint?: Reworded;
  /** One state stands for all that are symmetric to it, as the subject declares (`symmetry`, `images`). */
  readonly reduced?: boolean;
}

interface Run {
  readonly space: Space;
  readonly monitor: Monitor;
  readonly search: Explored;
  readonly cutShort: string | null;
}

/** Worlds expanded between two looks at the limits: few at first, so that small limits are kept. */
const SLICE_WORLDS = 4096;
const SLICE_WORLDS_FIRST = 128;
/** Worlds may take long: who interrupts is heard so often, and the limit of time looked at. */
const TURN_MILLISECONDS = 100;
const POLL_MILLISECONDS = 20;
const ALONE_STATES = 80_000;

/**
 * Visits every reachable state of a model or composition, breadth first, and says whether its properties hold.
 * Errors: `CheckError` for input that cannot be checked. What is wrong with the checked system is in the verdict.
 */
export async function checkModel(
  subject: Subject | Source,
  options: CheckOptions = {},
): Promise<Verdict> {
  if (!isSource(subject)) refuseOtherThanModel(subject);
  refuseUnknown(options);
  const { workers = 1 } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    throw new CheckError(
      'impossible-bound',
      `workers is ${workers}; it must be a whole number from 1 to 64`,
    );
  }
  const staged = options.checkpoint ?? options.resume;
  if (workers > 1 && !isSource(subject)) throw cannotShare(subject, workers);
  if (workers > 1) refuseUnsendable(subject as Source);
  refuseSharing(workers, options);
  if (options.walks !== undefined && staged !== undefined) {
    throw new CheckError('impossible-bound', 'random walks are neither saved nor continued');
  }
  const loaded = isSource(subject) ? await loadSubject(subject) : subject;
  const begun = performance.now();
  const watch = new Watch(options, begun);
  const run = await runOf(loaded, subject, workers, watch, options);
  const mode = options.walks === undefined ? 'breadth first' : 'random walk';
  return conclude({
    ...run,
    mode,
    subject: loaded,
    begun,
    fingerprint: options.fingerprint ?? null,
    notSaved: watch.notSaved,
    look: async () => {
      await aTurn();
      return watch.lookAtTime(run.search);
    },
  });
}

/** What one worker does is not done by one in silence where more are asked for. */
function refuseSharing(workers: number, options: CheckOptions): void {
  const single = (['walks', 'checkpoint', 'resume'] as const).find(
    (option) => options[option] !== undefined,
  );
  if (workers === 1 || single === undefined) return;
  const sentence = `${single} is for one worker, and workers is ${workers}: leave one of them away`;
  throw new CheckError('impossible-bound', sentence);
}

/** Of a composition that is not reduced, threads ask each question once; of anything else each thread asks for itself. */
async function runOf(
  loaded: Subject,
  subject: Subject | Source,
  workers: number,
  watch: Watch,
  options: CheckOptions,
): Promise<Run> {
  const { reduced = false } = options;
  if (workers === 1) return alone(loaded, watch, options);
  if ('components' in loaded && !reduced) {
    return led(loaded, subject as Source, workers, watch, options);
  }
  const run = await small(loaded, watch, options);
  if (run !== null) return run;
  return together(loaded, subject as Source, workers, watch, reduced).catch((thrown) => {
    throw withoutTheWay(thrown);
  });
}

/** One thread begins; the world that turns out large is handed to all as it is. */
async function led(
  subject: Composition,
  source: Source,
  workers: number,
  watch: Watch,
  { aloneUntil = ALONE_STATES }: CheckOptions,
): Promise<Run> {
  const facts = new FactLog();
  const kept = edgesFor(subject.properties);
  const space = spaceOf(subject, null, false, facts);
  const monitor = new Monitor(space, subject.properties, facts);
  const search = new Search(space, monitor, kept);
  search.begin();
  if (search.count === 0) throw noInitialState(subject);
  // The others need some time to begin, so they are called before there is work for them.
  const isLarge = (share: number) =>
    search.count >= aloneUntil * share && search.levelEnds.length < LEVELS_MAX;
  let cutShort = await toTheEnd(search, watch, () => isLarge(1 / 2));
  if (search.finished || cutShort !== null) return { space, monitor, search, cutShort };
  const { worldsMax } = watch;
  const order = { source, facts: facts.shared(), kept, workers, worldsMax };
  const followers = new Followers({ ...order, widths: search.widths });
  try {
    cutShort = await toTheEnd(
      search,
      watch,
      () => isLarge(1) && (followers.areReady || isLarge(2)),
    );
    if (search.finished || cutShort !== null) return { space, monitor, search, cutShort };
    await followers.ready(() => {
      cutShort = watch.look(search);
      return cutShort !== null;
    });
    if (cutShort !== null) return { space, monitor, search, cutShort };
    const crew = new LedSearch(space, monitor, facts, followers, kept, search.handOver());
    cutShort = await toTheEnd(crew, watch);
    if (!crew.finished) crew.stop();
    while (!crew.finished) {
      crew.advance(SLICE_WORLDS);
      await aTurn();
    }
    const explored = await crew.explored();
    return { space, monitor, search: explored, cutShort: crew.whyFull ?? cutShort };
  } catch (thrown) {
    throw withoutTheWay(thrown);
  } finally {
    await followers.end();
  }
}

async function alone(subject: Subject, watch: Watch, options: CheckOptions): Promise<Run> {
  if (options.checkpoint !== undefined || options.resume !== undefined) {
    return inStages(subject, watch, options);
  }
  const { walks } = options;
  const space = spaceOf(subject, null, options.reduced);
  const monitor = new Monitor(space, subject.properties);
  const search =
    walks === undefined
      ? new Search(space, monitor, edgesFor(subject.properties))
      : new Walk(space, monitor, checkedWalks(walks));
  search.begin();
  if (search.count === 0) throw noInitialState(subject);
  let cutShort = await toTheEnd(search, watch);
  if (walks !== undefined) cutShort ??= 'random walks are not exhaustive';
  return { space, monitor, search, cutShort };
}

async function toTheEnd(
  search: Search | Walk | LedSearch,
  watch: Watch,
  isEnough = () => false,
): Promise<string | null> {
  let cutShort: string | null = null;
  while (!search.finished && cutShort === null && !isEnough()) {
    // A whole slice, however long it takes: limits of size cut a run at the same place each time.
    let left = search.count < SLICE_WORLDS ? SLICE_WORLDS_FIRST : SLICE_WORLDS;
    let turnAt = performance.now() + TURN_MILLISECONDS;
    for (; left > 0 && !search.finished && cutShort === null; left -= SLICE_WORLDS_FIRST) {
      if (!advanced(search)) return 'the machine has no more memory for its worlds';
      if (performance.now() < turnAt) continue;
      await aTurn();
      if (!search.finished) cutShort = watch.lookAtTime(search);
      turnAt = performance.now() + TURN_MILLISECONDS;
    }
    await aTurn();
    if (!search.finished) cutShort ??= watch.look(search);
  }
  watch.report(search);
  return cutShort;
}

/** Others are heard: who interrupts, and threads that fail. */
function aTurn(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}

/** False if memory ran out. */
function advanced(search: Search | Walk | LedSearch): boolean {
  try {
    search.advance(SLICE_WORLDS_FIRST);
    return true;
  } catch (error) {
    if (isForWantOfMemory(error)) return false;
    throw error;
  }
}

/** A run that may be saved, or continue a saved one. */
async function inStages(
  subject: Subject,
  watch: Watch,
  { checkpoint, reduced = false, resume }: CheckOptions,
): Promise<Run> {
  const rules = subject.properties.map(({ rule }) => rule);
  const claims = subject.properties.map(claimText);
  const likeness: Likeness = {
    name: subject.name,
    rules,
    claims,
    bounds: boundsOf(subject),
    reduced,
  };
  if (checkpoint !== undefined) refuseUnwritable(checkpoint.path); // told now, not after hours
  const saved = resume === undefined ? null : loadCheckpoint(resume, likeness);
  const ledger = new Ledger(saved?.texts);
  const space = spaceOf(subject, ledger, reduced);
  const monitor = new Monitor(space, subject.properties);
  const search = new Search(space, monitor, edgesFor(subject.properties));
  if (saved === null) search.begin();
  else restore(search, saved, resume!, subject, reduced);
  if (search.count === 0) throw noInitialState(subject);
  const every = (checkpoint?.everySeconds ?? 60) * 1000;
  let saveAt = performance.now() + every;
  const save = () => {
    if (checkpoint === undefined || monitor.violations.length > 0) return;
    watch.notSaved = savingFailure({ path: checkpoint.path, search, likeness, ledger });
    saveAt = performance.now() + every;
  };
  const cutShort = await toTheEnd(search, watch, () => {
    if (performance.now() >= saveAt) save();
    return false;
  });
  watch.notSaved = null;
  // Of a search at its end there is nothing to continue, unless what must come is to be decided yet.
  if (cutShort !== null || edgesFor(subject.properties) !== 'none') save();
  return { space, monitor, search, cutShort };
}

/** Errors: `bad-checkpoint` for one of a model that behaves otherwise. */
function restore(
  search: Search,
  saved: Saved,
  path: string,
  subject: Subject,
  reduced: boolean,
): void {
  search.restore(saved);
  // Another space of its own: what it is asked counts for nothing.
  const space = spaceOf(subject, new Ledger(saved.texts), reduced);
  space.recall(saved.slotNames, saved.marks, saved.arrays.questions);
  if (!search.isOf(space)) {
    const sentence = `checkpoint ${path} is of a ${subject.name} that behaves otherwise: begin anew`;
    throw new CheckError('bad-checkpoint', sentence);
  }
  search.askAll();
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;

function checkedWalks(walks: Walks): Walks {
  const { count, seed, stepsMax }: Partial<Walks> = walks ?? {};
  if (isCount(count) && isCount(stepsMax) && Number.isInteger(seed)) {
    return walks;
  }
  throw new CheckError(
    'impossible-bound',
    `walks are ${JSON.stringify(walks)}; count and stepsMax are whole numbers from 1, seed is a whole number`,
  );
}

/** A run that ends before it would be worth more threads; null: it goes on. */
async function small(
  subject: Subject,
  watch: Watch,
  { aloneUntil = ALONE_STATES, reduced }: CheckOptions,
): Promise<Run | null> {
  if (aloneUntil <= 0) return null;
  const space = spaceOf(subject, null, reduced);
  const monitor = new Monitor(space, subject.properties);
  const search = new Search(space, monitor, edgesFor(subject.properties));
  search.begin();
  if (search.count === 0) throw noInitialState(subject);
  const cutShort = await toTheEnd(search, watch, () => search.count > aloneUntil);
  return search.finished || cutShort !== null ? { space, monitor, search, cutShort } : null;
}

async function together(
  subject: Subject,
  source: Source,
  workers: number,
  watch: Watch,
  reduced: boolean,
): Promise<Run> {
  const kept = edgesFor(subject.properties);
  const planned = spaceOf(subject, null, reduced);
  let widths: readonly number[] = planned.slotNames().map((_, slot) => planned.plannedWidth(slot));
  for (;;) {
    const crew = new Crew(
      { source, subject, workers, kept, reduced, worldsMax: watch.worldsMax },
      widths,
    );
    const cutShort = await watchOver(crew, watch).catch(async (error: unknown) => {
      await crew.end();
      throw error;
    });
    const search = await crew.finished;
    if (search === 'misfit') {
      widths = crew.wider();
      continue;
    }
    if (search.count === 0) throw noInitialState(subject);
    watch.report(crew);
    return { space: crew.space, monitor: crew.monitor, search, cutShort: crew.whyFull ?? cutShort };
  }
}

async function watchOver(crew: Crew, watch: Watch): Promise<string | null> {
  let done = false;
  let cutShort: string | null = null;
  const end = () => {
    done = true;
  };
  crew.finished.then(end, end);
  while (!done) {
    await new Promise((resume) => setTimeout(resume, POLL_MILLISECONDS));
    if (done || cutShort !== null) continue;
    cutShort = watch.look(crew);
    if (cutShort !== null) crew.stop();
  }
  return crew.stopped ? cutShort : null;
}

function edgesFor(properties: readonly Property[]): EdgesKept {
  const eventual = properties.filter((property) => property.kind === 'eventually');
  if (eventual.length === 0) return 'none';
  return eventual.some(({ from }) => from === 'start') ? 'all' : 'owed';
}

function cannotShare(subject: Subject, workers: number): CheckError {
  return new CheckError(
    'cannot-share',
    `${subject.name} must be given as { module, export } to be checked by ${workers} workers`,
  );
}

function noInitialState(subject: Subject): CheckError {
  return new CheckError('no-initial-state', `${subject.name} has no initial state`);
}

const unlimited = limitsFrom({
  statesMax: Number.POSITIVE_INFINITY,
  memoryBytesMax: Number.POSITIVE_INFINITY,
});

type Watched = Pick<Explored, 'count' | 'generated' | 'queue' | 'depth' | 'byteLength'>;

/** Looks after limits, interruption and progress. */
class Watch {
  private readonly options: CheckOptions;
  private readonly limits: Limits;
  private readonly begun: number;
  private reportAt: number;
  private readonly estimate = new Estimate();
  /** Why the search is not saved, where it was to be. */
  notSaved: string | null = null;

  constructor(options: CheckOptions, begun: number) {
    this.options = options;
    this.limits = limitsFrom(options);
    this.begun = begun;
    this.reportAt = begun + this.every;
  }

  get worldsMax(): number {
    return Math.min(this.limits.statesMax * 1.5 + 1e6, this.limits.memoryBytesMax / 24, 2 ** 28);
  }

  /** Why the run must end here, or null. */
  look(search: Watched, limits = this.limits): string | null {
    if (performance.now() >= this.reportAt) this.report(search);
    if (this.options.signal?.aborted) return 'it was interrupted';
    return limitReached(limits, this.progress(search));
  }

  /** The same, but for limits of size: what is left cuts a run wherever it is. */
  lookAtTime(search: Watched): string | null {
    const { secondsMax } = this.limits;
    return this.look(search, { ...unlimited, secondsMax });
  }

  report(search: Watched): void {
    this.options.onProgress?.(this.progress(search));
    this.reportAt = performance.now() + this.every;
  }

  private get every(): number {
    return this.options.progressEveryMilliseconds ?? 1000;
  }

  private progress(search: Watched): Progress {
    const seconds = (performance.now() - this.begun) / 1000;
    const { count, depth, generated, queue } = search;
    this.estimate.note(depth, count);
    return {
      states: count,
      generated,
      queue,
      depth,
      rate: seconds > 0 ? Math.round(count / seconds) : 0,
      seconds,
      memoryBytes: search.byteLength(),
      statesExpected: this.estimate.states(count),
      notSaved: this.notSaved,
    };
  }
}
