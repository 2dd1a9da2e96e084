import { type History, isWaived } from './history.ts';
import { isLinearizable, type Operation } from './linearizable.ts';
import type { Stepped } from './model.ts';
import type { Epoch, Extent, Position, SiteId } from './words.ts';

/** The host of a checked world: what it asked, what it was told, and in which order. */
export interface HostState {
  /** Counts what happened, so that before and after can be told. */
  readonly clock: number;
  /** Largest epoch in which hosts were served. */
  readonly served: Epoch;
  /** Was a write acknowledged in an older epoch than one that had served when it was asked? */
  readonly late: boolean;
  /** Did an operator force a site upon hosts? Nothing is promised of reads from then on (S8). */
  readonly forced: boolean;
  readonly writes: readonly WriteRequest[];
  readonly reads: readonly ReadRequest[];
  readonly flushes: readonly FlushRequest[];
}

export interface WriteRequest {
  readonly extent: Extent;
  readonly state: 'new' | 'issued' | 'acknowledged' | 'unknown';
  readonly at: SiteId | -1;
  /** Where the primary put it; null: nowhere yet. */
  readonly position: Position | null;
  readonly issued: number;
  /** Largest epoch that had served when it was asked. */
  readonly after: Epoch;
  /** When the host was told that it is done; 0: never. */
  readonly known: number;
  /** The epoch in which the host was told; -1: never. */
  readonly told: Epoch;
  /** Was the host told in a forced epoch? It is promised on that branch only. */
  readonly forced: boolean;
  /** Sites that held it durably when the host was told. */
  readonly holders: readonly SiteId[];
}

export interface ReadRequest {
  readonly extent: Extent;
  readonly state: 'new' | 'issued' | 'done' | 'failed';
  readonly at: SiteId | -1;
  readonly issued: number;
  /** When it was answered; 0: not yet. */
  readonly answered: number;
  readonly result: readonly number[];
  /** Is there an order of all requests to its blocks that explains the result (S8)? */
  readonly legal: boolean;
}

/** It asks that what was acknowledged is durable: as it is anyway (S1). */
export interface FlushRequest {
  readonly state: 'new' | 'issued' | 'done' | 'failed';
  readonly at: SiteId | -1;
}

export type HostEvent =
  | { readonly type: 'issue'; readonly write: number; readonly at: SiteId }
  | { readonly type: 'ask'; readonly read: number; readonly at: SiteId }
  | { readonly type: 'flush'; readonly flush: number; readonly at: SiteId }
  | {
      readonly type: 'numbered';
      readonly requests: readonly number[];
      readonly positions: readonly Position[];
    }
  | {
      readonly type: 'answered';
      readonly requests: readonly number[];
      readonly code: string;
      readonly site: SiteId;
      readonly epoch: Epoch;
      readonly forced: boolean;
      readonly holders: readonly SiteId[];
    }
  | {
      readonly type: 'read';
      readonly request: number;
      readonly first: number;
      readonly contents: readonly number[];
      /** On which the site that answers stands. */
      readonly history: History;
    }
  | { readonly type: 'serving'; readonly epoch: Epoch; readonly forced: boolean }
  | { readonly type: 'lost'; readonly site: SiteId }
  /** Its disk lost what it held by itself: it is no holder of that any more. */
  | { readonly type: 'forgot'; readonly site: SiteId };

/** Requests of writes count from 1, those of reads and of flushes from here. */
export const firstRead = 100;
export const firstFlush = 200;

export function freshHost(
  writes: readonly Extent[],
  reads: readonly Extent[],
  flushes = 0,
): HostState {
  return {
    clock: 0,
    served: 0,
    late: false,
    forced: false,
    writes: writes.map((extent) => ({
      extent,
      state: 'new',
      at: -1,
      position: null,
      issued: 0,
      after: 0,
      known: 0,
      told: -1,
      forced: false,
      holders: [],
    })),
    reads: reads.map((extent) => ({
      extent,
      state: 'new',
      at: -1,
      issued: 0,
      answered: 0,
      result: [],
      legal: true,
    })),
    flushes: Array.from({ length: flushes }, () => ({ state: 'new', at: -1 })),
  };
}

export function stepHost(host: HostState, event: HostEvent): Stepped<HostState> {
  switch (event.type) {
    case 'issue': {
      const clock = host.clock + 1;
      const { served: after } = host;
      const patch = { state: 'issued', at: event.at, issued: clock, after } as const;
      return { state: withWrite({ ...host, clock }, event.write, patch) };
    }
    case 'ask': {
      const clock = host.clock + 1;
      const patch = { state: 'issued', at: event.at, issued: clock } as const;
      return { state: withRead({ ...host, clock }, event.read, patch) };
    }
    case 'flush':
      return { state: withFlush(host, event.flush, { state: 'issued', at: event.at }) };
    case 'numbered':
      return {
        state: event.requests.reduce(
          (state, request, index) =>
            withWrite(state, request - 1, { position: event.positions[index]! }),
          host,
        ),
      };
    case 'answered':
      return { state: answered(host, event) };
    case 'read':
      return { state: judged(host, event) };
    case 'serving': {
      const served = Math.max(host.served, event.epoch);
      return { state: { ...host, served, forced: host.forced || event.forced } };
    }
    case 'lost':
      return { state: lost(host, event.site) };
    case 'forgot':
      return { state: forgot(lost(host, event.site), event.site) };
  }
}

function answered(host: HostState, event: Extract<HostEvent, { type: 'answered' }>): HostState {
  const clock = event.code === 'done' ? host.clock + 1 : host.clock;
  const late =
    event.code === 'done' &&
    !host.forced &&
    event.requests.some((request) => event.epoch < (host.writes[request - 1]?.after ?? 0));
  let state: HostState = { ...host, clock, late: host.late || late };
  for (const request of event.requests) {
    if (request >= firstFlush) {
      const done = event.code === 'done' ? 'done' : 'failed';
      state = withFlush(state, request - firstFlush, { state: done });
      continue;
    }
    if (request >= firstRead) {
      state = withRead(state, request - firstRead, { state: 'failed' });
      continue;
    }
    if (event.code === 'done') {
      const { epoch: told, forced, holders } = event;
      const patch = { state: 'acknowledged', known: clock, told, forced, holders } as const;
      state = withWrite(state, request - 1, patch);
    } else if (event.code === 'unknown-fate') {
      state = withWrite(state, request - 1, { state: 'unknown' });
    } else state = withWrite(state, request - 1, { state: 'new', at: -1 });
  }
  return state;
}

/** The site is gone: what it was asked has an unknown fate. */
function lost(host: HostState, site: SiteId): HostState {
  return {
    ...host,
    writes: host.writes.map((write) =>
      write.state === 'issued' && write.at === site ? { ...write, state: 'unknown' } : write,
    ),
    reads: host.reads.map((read) =>
      read.state === 'issued' && read.at === site ? { ...read, state: 'failed' } : read,
    ),
    flushes: host.flushes.map((flush) =>
      flush.state === 'issued' && flush.at === site ? { ...flush, state: 'failed' } : flush,
    ),
  };
}

const forgot = (host: HostState, site: SiteId): HostState => ({
  ...host,
  writes: host.writes.map((write) => ({
    ...write,
    holders: write.holders.filter((holder) => holder !== site),
  })),
});

/** Is what is read, with all that was asked and answered before, some order of single requests, block by block? */
function judged(host: HostState, event: Extract<HostEvent, { type: 'read' }>): HostState {
  const clock = host.clock + 1;
  const index = event.request - firstRead;
  const patch = { state: 'done', answered: clock, result: event.contents } as const;
  const after = withRead({ ...host, clock }, index, patch);
  if (host.forced) return after;
  const legal = event.contents.every((_, offset) =>
    isExplained(after, event.first + offset, event.history),
  );
  return withRead(after, index, { legal });
}

/** What a record gives up on purpose was not promised: neither its write nor what showed it counts. */
function isExplained(host: HostState, block: number, history: History): boolean {
  const given = new Set<number>();
  const writes: Operation[] = [];
  for (const [index, write] of host.writes.entries()) {
    if (write.issued === 0 || !covers(write.extent, block)) continue;
    const { position, told, issued: start, known } = write;
    if (position !== null && isWaived(history, told, position)) given.add(index + 1);
    else writes.push({ value: index + 1, start, finish: known > 0 ? known : Infinity });
  }
  const reads = host.reads.flatMap(({ state, extent, result, issued: start, answered: finish }) => {
    const value = result[block - extent.first];
    const counts = state === 'done' && covers(extent, block) && !given.has(value!);
    return counts ? [{ value: value!, start, finish }] : [];
  });
  return isLinearizable(writes, reads);
}

export const covers = (extent: Extent, block: number): boolean =>
  block >= extent.first && block < extent.first + extent.count;

function withWrite(host: HostState, index: number, patch: Partial<WriteRequest>): HostState {
  const writes = host.writes.map((write, at) => (at === index ? { ...write, ...patch } : write));
  return { ...host, writes };
}

function withRead(host: HostState, index: number, patch: Partial<ReadRequest>): HostState {
  const reads = host.reads.map((read, at) => (at === index ? { ...read, ...patch } : read));
  return { ...host, reads };
}

function withFlush(host: HostState, index: number, patch: Partial<FlushRequest>): HostState {
  const flushes = host.flushes.map((flush, at) => (at === index ? { ...flush, ...patch } : flush));
  return { ...host, flushes };
}
