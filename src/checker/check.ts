import type { Composition, Model, Property } from '../../models/model.ts';
import { CheckError } from './check-error.ts';
import { ComposedSpace } from './composed-space.ts';
import { type Conclusion, conclude } from './conclude.ts';
import type { EdgesKept } from './expander.ts';
import { type Limits, limitReached, limitsFrom } from './limits.ts';
import { Monitor } from './monitor.ts';
import { PlainSpace } from './plain-space.ts';
import { Search } from './search.ts';
import type { Space } from './space.ts';
import type { Verdict } from './verdict.ts';

export interface Progress {
  readonly states: number;
  readonly generated: number;
  readonly queue: number;
  readonly depth: number;
  readonly rate: number;
  readonly seconds: number;
  readonly memoryBytes: number;
}

export interface CheckOptions extends Partial<Limits> {
  /** Ends the run early, with a partial verdict. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly progressEveryMilliseconds?: number;
}

const SLICE_WORLDS = 4096;

/**
 * Visits every reachable state of a model or composition, breadth first, and says whether its properties hold.
 * Errors: `CheckError` for input that cannot be checked. What is wrong with the checked system is in the verdict.
 */
export async function checkModel(
  subject: Model<unknown> | Composition,
  options: CheckOptions = {},
): Promise<Verdict> {
  const limits = limitsFrom(options);
  const space = spaceOf(subject);
  const monitor = new Monitor(space, subject.properties);
  const search = new Search(space, monitor, edgesFor(subject.properties));
  const begun = performance.now();
  const progress = () => progressOf(search, begun);
  let reportAt = begun + (options.progressEveryMilliseconds ?? 1000);
  let cutShort: string | null = null;
  search.begin();
  if (search.count === 0) {
    throw new CheckError('no-initial-state', `${space.name} has no initial state`);
  }
  while (!search.finished && cutShort === null) {
    search.advance(SLICE_WORLDS);
    await new Promise<void>((resume) => setImmediate(resume));
    if (options.signal?.aborted) cutShort = 'it was interrupted';
    else cutShort = limitReached(limits, progress());
    if (performance.now() >= reportAt) {
      options.onProgress?.(progress());
      reportAt = performance.now() + (options.progressEveryMilliseconds ?? 1000);
    }
  }
  options.onProgress?.(progress());
  const conclusion: Conclusion = { space, monitor, search, subject, cutShort, begun };
  return conclude(conclusion);
}

export function spaceOf(subject: Model<unknown> | Composition): Space {
  return 'components' in subject ? new ComposedSpace(subject) : new PlainSpace(subject);
}

function edgesFor(properties: readonly Property[]): EdgesKept {
  const eventual = properties.filter((property) => property.kind === 'eventually');
  if (eventual.length === 0) return 'none';
  return eventual.some(({ from }) => from === 'start') ? 'all' : 'owed';
}

function progressOf(search: Search, begun: number): Progress {
  const seconds = (performance.now() - begun) / 1000;
  const states = search.count;
  return {
    states,
    generated: search.generated,
    queue: search.queue,
    depth: search.depth,
    rate: seconds > 0 ? Math.round(states / seconds) : 0,
    seconds,
    memoryBytes: search.byteLength(),
  };
}
