import type { AnswerCode } from '../../models/effect.ts';
import type { HostWrite, SiteEvent } from '../../models/event.ts';
import type { Extent, WriteKind } from '../../models/words.ts';
import { sumOf } from '../backend/known-sums.ts';
import type { Cancel, Clock } from './clock.ts';

/** How a host request ends at one site. `unknown-fate`: written or not, it may still show later. */
export type HostCode = AnswerCode | 'unreadable' | 'stopped';

export interface HostAnswer {
  readonly code: HostCode;
  /** Content, of a read that is `done`. */
  readonly bytes: Uint8Array | null;
}

interface Request {
  readonly kind: 'write' | 'flush' | 'read';
  readonly deadline: number;
  readonly settle: (answer: HostAnswer) => void;
  payload: Uint8Array | null;
}

const noBytes = new Uint8Array(0);

/**
 * Requests of hosts at one site, each answered once and within a bound. Writes that come together
 * reach the site as one event.
 */
export class HostDesk {
  private readonly clock: Clock;
  private readonly bound: number;
  private readonly happened: (event: SiteEvent) => void;
  /** In the order of their deadlines, as the bound is the same for all. */
  private readonly open = new Map<number, Request>();
  private arrived: HostWrite[] = [];
  private given = 0;
  private alarm: Cancel | null = null;
  private closed = false;

  constructor(clock: Clock, bound: number, happened: (event: SiteEvent) => void) {
    this.clock = clock;
    this.bound = bound;
    this.happened = happened;
  }

  /** `payload` must not change any more; empty for zeroes and trim. */
  write(extent: Extent, kind: WriteKind, payload: Uint8Array): Promise<HostAnswer> {
    const checksum = kind === 'data' ? sumOf(payload) : 0;
    return this.enter('write', payload, (request) => {
      if (this.arrived.length === 0) queueMicrotask(() => this.handOver());
      this.arrived.push({ request, extent, kind, checksum });
    });
  }

  read(extent: Extent): Promise<HostAnswer> {
    return this.enter('read', null, (request) =>
      this.happened({ type: 'host.read', request, extent }),
    );
  }

  flush(): Promise<HostAnswer> {
    return this.enter('flush', null, (request) => this.happened({ type: 'host.flush', request }));
  }

  payloadOf(request: number): Uint8Array {
    return this.open.get(request)?.payload ?? noBytes;
  }

  answer(requests: readonly number[], code: HostCode, bytes: Uint8Array | null = null): void {
    for (const request of requests) {
      const found = this.open.get(request);
      if (!found) continue;
      this.open.delete(request);
      found.settle({ code, bytes });
    }
  }

  /** The site was told that these are late and did not know them (any more). */
  answerForgotten(requests: readonly number[]): void {
    for (const request of requests) {
      const found = this.open.get(request);
      if (found) this.answer([request], found.kind === 'write' ? 'unknown-fate' : 'not-serving');
    }
  }

  /** The site is gone: what it was asked is of unknown fate, what it is asked now is refused. */
  close(): void {
    this.closed = true;
    this.alarm?.();
    const unheard = new Set(this.arrived.map(({ request }) => request));
    this.arrived = [];
    for (const [request, { kind }] of [...this.open]) {
      const known = kind !== 'write' || unheard.has(request);
      this.answer([request], known ? 'stopped' : 'unknown-fate');
    }
  }

  private enter(
    kind: Request['kind'],
    payload: Uint8Array | null,
    ask: (request: number) => void,
  ): Promise<HostAnswer> {
    if (this.closed) return Promise.resolve({ code: 'stopped', bytes: null });
    const request = ++this.given;
    return new Promise((settle) => {
      const deadline = this.clock.now() + this.bound;
      this.open.set(request, { kind, deadline, settle, payload });
      if (this.alarm === null) this.alarm = this.clock.after(this.bound, () => this.expire());
      ask(request);
    });
  }

  private handOver(): void {
    const writes = this.arrived;
    this.arrived = [];
    if (writes.length > 0) this.happened({ type: 'host.write', writes });
  }

  private expire(): void {
    this.alarm = null;
    const now = this.clock.now();
    const late: number[] = [];
    for (const [request, { deadline }] of this.open) {
      if (deadline > now) {
        this.alarm = this.clock.after(deadline - now, () => this.expire());
        break;
      }
      late.push(request);
    }
    if (late.length > 0) this.happened({ type: 'host.expired', requests: late });
  }
}
