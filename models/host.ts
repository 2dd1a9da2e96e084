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
  readonly writes: readonly WriteRequest[];
  readonly reads: readonly ReadRequest[];
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
  /** When the host knew of it: told so, or seen by a read; 0: never. */
  readonly known: number;
  /** The epoch in which the host was told; -1: never. */
  readonly told: Epoch;
  /** Sites that held it durably when the host was told. */
  readonly holders: readonly SiteId[];
}

export interface ReadRequest {
  readonly extent: Extent;
  readonly state: 'new' | 'issued' | 'done' | 'failed';
  readonly at: SiteId | -1;
  readonly issued: number;
  readonly result: readonly number[];
  /** Was the result what a host may see (S8, S9)? */
  readonly legal: boolean;
}

export type HostEvent =
  | { readonly type: 'issue'; readonly write: number; readonly at: SiteId }
  | { readonly type: 'ask'; readonly read: number; readonly at: SiteId }
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
      readonly holders: readonly SiteId[];
    }
  | {
      readonly type: 'read';
      readonly request: number;
      readonly first: number;
      readonly contents: readonly number[];
    }
  | { readonly type: 'serving'; readonly epoch: Epoch }
  | { readonly type: 'lost'; readonly site: SiteId };

/** Requests of writes count from 1, those of reads from here. */
export const firstRead = 100;

export function freshHost(writes: readonly Extent[], reads: readonly Extent[]): HostState {
  return {
    clock: 0,
    served: 0,
    late: false,
    writes: writes.map((extent) => ({
      extent,
      state: 'new',
      at: -1,
      position: null,
      issued: 0,
      after: 0,
      known: 0,
      told: -1,
      holders: [],
    })),
    reads: reads.map((extent) => ({
      extent,
      state: 'new',
      at: -1,
      issued: 0,
      result: [],
      legal: true,
    })),
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
    case 'serving':
      return { state: { ...host, served: Math.max(host.served, event.epoch) } };
    case 'lost':
      return { state: lost(host, event.site) };
  }
}

function answered(host: HostState, event: Extract<HostEvent, { type: 'answered' }>): HostState {
  const clock = event.code === 'done' ? host.clock + 1 : host.clock;
  const late =
    event.code === 'done' &&
    event.requests.some((request) => event.epoch < (host.writes[request - 1]?.after ?? 0));
  let state: HostState = { ...host, clock, late: host.late || late };
  for (const request of event.requests) {
    if (request >= firstRead) {
      state = withRead(state, request - firstRead, { state: 'failed' });
      continue;
    }
    if (event.code === 'done') {
      const { epoch: told, holders } = event;
      const patch = { state: 'acknowledged', known: clock, told, holders } as const;
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
  };
}

/** What a read returned is legal iff nothing it should have seen is missing, block by block. */
function judged(host: HostState, event: Extract<HostEvent, { type: 'read' }>): HostState {
  const read = host.reads[event.request - firstRead]!;
  const legal = event.contents.every((content, index) =>
    isLegal(host, event.first + index, content, read.issued),
  );
  const clock = host.clock + 1;
  const state: HostState = {
    ...host,
    clock,
    writes: host.writes.map((write, index) =>
      write.known === 0 && event.contents.includes(index + 1) ? { ...write, known: clock } : write,
    ),
  };
  const patch = { state: 'done', result: event.contents, legal } as const;
  return withRead(state, event.request - firstRead, patch);
}

function isLegal(host: HostState, block: number, content: number, asked: number): boolean {
  const seen = content === 0 ? null : host.writes[content - 1];
  if (seen === undefined || (seen !== null && seen.state === 'new')) return false;
  const seenKnown = seen === null ? -1 : seen.known;
  return host.writes.every((write, index) => {
    if (index + 1 === content || !covers(write.extent, block)) return true;
    const before = write.known > 0 && write.known < asked;
    const after = seen === null || (seenKnown > 0 && seenKnown < write.issued);
    return !(before && after);
  });
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
