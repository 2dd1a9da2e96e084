import type { ChartMove } from '../../models/coverage.ts';
import type { Effect, Report, StopReason } from '../../models/effect.ts';
import type { Command, SiteEvent } from '../../models/event.ts';
import type { Message } from '../../models/message.ts';
import { isAwaited } from '../../models/rules/commit.ts';
import type { SiteConfig } from '../../models/site.ts';
import { boot, isStopped, type Site, type Step, step, timersOf } from '../../models/step.ts';
import type {
  Block,
  Entry,
  Extent,
  Sequence,
  Session,
  SiteId,
  WriteKind,
} from '../../models/words.ts';
import { blockOf } from '../backend/address-space.ts';
import type { Backend, Recovered } from '../backend/port.ts';
import { type Frame, nakedFrame, type Transport } from '../transport/port.ts';
import type { Clock } from './clock.ts';
import { EventQueue } from './event-queue.ts';
import { type HostAnswer, HostDesk } from './host-desk.ts';
import { Outbox } from './outbox.ts';
import { Payloads } from './payloads.ts';
import { type Hands, perform } from './perform.ts';
import type { Random } from './random.ts';
import { readVolumes, UnreadableBlocks } from './read-volumes.ts';
import { StorageHands } from './storage-hands.ts';
import { type Durations, Timers } from './timers.ts';

export interface SiteSetup {
  readonly config: SiteConfig;
  readonly recovered: Recovered;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly durations: Durations;
  /** Payloads of recent entries kept in memory, in bytes. */
  readonly payloadBytesMax: number;
  /** Called after each step and before its effects are performed. */
  readonly observe?: (observed: Observed) => void;
  readonly reported?: (report: Report) => void;
  /** The site stopped by itself. */
  readonly stopped?: (reason: StopReason | 'fault', cause: Error | null) => void;
}

export interface Observed {
  /** Null: the site's start. */
  readonly event: SiteEvent | null;
  readonly before: Site | null;
  readonly site: Site;
  readonly effects: readonly Effect[];
  /** What the charts did. Use: coverage. */
  readonly moves: readonly ChartMove[];
}

/**
 * One running site: events in, in order; effects out, in order. All that is decided is decided by
 * `step`; the loop carries payloads beside the events and effects that name them.
 */
export class SiteLoop implements Hands {
  private readonly setup: SiteSetup;
  private readonly backend: Backend;
  private readonly payloads: Payloads;
  private readonly unreadable: UnreadableBlocks;
  private readonly storage: StorageHands;
  private readonly outbox: Outbox;
  private readonly timers: Timers;
  private readonly desk: HostDesk;
  private readonly queue = new EventQueue();
  private present: Site;
  /** The frame of the event being handled. */
  private frame: Frame = nakedFrame({ type: 'probe', epoch: 0, rank: 0 });
  private readonly forgetLoss: () => void;
  private scheduled = false;
  private opened = false;
  private ended = false;

  constructor(setup: SiteSetup) {
    this.setup = setup;
    this.backend = setup.recovered.backend;
    this.payloads = new Payloads(this.backend, setup.payloadBytesMax);
    this.unreadable = new UnreadableBlocks(this.backend, setup.recovered.header.identity.volumes);
    const happened = (event: SiteEvent) => this.enqueue(event, null);
    const { clock, random, durations } = setup;
    this.storage = new StorageHands(this.backend, this.payloads, this.unreadable, clock, (event) =>
      event === null ? this.schedule() : happened(event),
    );
    this.outbox = new Outbox(
      this.backend,
      this.payloads,
      setup.transport,
      this.unreadable,
      (blocks, unsent) => happened({ type: 'unreadable', blocks, unsent }),
      (error) => this.storage.giveUp(error),
    );
    this.timers = new Timers(clock, random, durations, (timer) =>
      happened({ type: 'timeout', timer }),
    );
    this.desk = new HostDesk(clock, durations.request, happened);
    this.forgetLoss = unlessForgotten(setup.recovered.lost, (error) => this.storage.giveUp(error));
    const booted = boot(setup.config, setup.recovered);
    this.present = booted.site;
    try {
      this.setup.observe?.({ event: null, before: null, ...booted });
      for (const effect of booted.effects) perform(effect, this);
    } catch (error) {
      this.kill();
      throw error;
    }
    this.schedule();
  }

  get site(): Site {
    return this.present;
  }

  get isRunning(): boolean {
    return !this.ended;
  }

  /** `payload` must not change any more. Resolves with a code for each way to end; never rejects. */
  write(extent: Extent, kind: WriteKind, payload: Uint8Array): Promise<HostAnswer> {
    return this.desk.write(extent, kind, payload);
  }

  readBlocks(extent: Extent): Promise<HostAnswer> {
    return this.desk.read(extent);
  }

  flushHost(): Promise<HostAnswer> {
    return this.desk.flush();
  }

  operate(command: Command): void {
    this.enqueue({ type: 'operator', command }, null);
  }

  /** Ends at once, as a process that is killed: what is under way is left as it is. */
  kill(): void {
    if (this.ended) return;
    this.ended = true;
    this.queue.clear();
    this.storage.drop();
    this.timers.stop();
    this.forgetLoss();
    this.setup.transport.close();
    this.desk.close();
  }

  /** Ends and closes the storage behind it. What one does that failed before is no news. */
  async close(): Promise<void> {
    const { failed } = this.storage;
    this.storage.begin();
    this.kill();
    await this.backend.close().catch((error) => {
      if (failed === null) throw error;
    });
  }

  // Hands

  send(to: SiteId, session: Session, message: Message): void {
    this.outbox.send(to, session, message);
  }

  store(entries: readonly Entry[], committed: Sequence, requests: readonly number[]): void {
    const bytes =
      requests.length > 0
        ? requests.map((request) => this.desk.payloadOf(request))
        : payloadsIn(this.frame, entries);
    this.storage.store(entries, committed, bytes, this.isAwaited);
  }

  /** A site that is not lazy never gathers. */
  private get isAwaited(): boolean {
    const { context } = this.present;
    return !context.config.lazyCommit || isAwaited(context);
  }

  persist: Hands['persist'] = (header) => this.storage.persist(header);
  apply: Hands['apply'] = (entries, through) => this.storage.apply(entries, through);
  flush: Hands['flush'] = (through) => this.storage.flush(through);
  retire: Hands['retire'] = (start) => this.storage.retire(start);
  exportSuffix: Hands['exportSuffix'] = (above, through, entries) =>
    this.storage.exportSuffix(above, through, entries);
  stage: Hands['stage'] = (blocks) => this.storage.stage(blocks, this.frame);
  flushStage: Hands['flushStage'] = () => this.storage.flushStage();
  applyStage: Hands['applyStage'] = () => this.storage.applyStage();
  dropStage: Hands['dropStage'] = () => this.storage.dropStage();
  compare: Hands['compare'] = (runs) => this.storage.compare(runs, this.frame);
  endSession: Hands['endSession'] = (peer, session) => this.setup.transport.reset(peer, session);
  take: Hands['take'] = (blocks) => this.storage.take(blocks, this.frame);
  overwrite: Hands['overwrite'] = (blocks) => this.storage.overwrite(blocks);
  answer: Hands['answer'] = (requests, code) => this.desk.answer(requests, code);
  report: Hands['report'] = (event) => this.setup.reported?.(event);

  read(request: number, extent: Extent, overlay: readonly Entry[]): void {
    const { identity } = this.present.context.header;
    const first = blockOf(identity, extent);
    void readVolumes(this.backend, this.payloads, identity, extent, first, overlay).then(
      (bytes) => this.desk.answer([request], 'done', bytes),
      () => {
        this.desk.answer([request], this.ended ? 'stopped' : 'unreadable');
        this.tellUnreadable(first, extent.count);
      },
    );
  }

  private tellUnreadable(first: Block, count: number): void {
    void this.unreadable.find([{ first, count }], (blocks) => {
      if (blocks.length > 0) this.enqueue({ type: 'unreadable', blocks, unsent: null }, null);
    });
  }

  stop(reason: StopReason): void {
    this.end(reason, this.storage.failed);
  }

  private enqueue(event: SiteEvent, frame: Frame | null): void {
    if (this.ended) return;
    this.queue.add(event, frame);
    this.schedule();
  }

  /** Events of one moment are handled together, after what caused them has ended. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => this.drain());
  }

  /** Where something given to it throws (an observer, a clock), effects are left undone: it ends, and the error is not hidden. */
  private drain(): void {
    this.scheduled = false;
    try {
      while (!this.ended && !this.queue.isEmpty) {
        const { event, frame } = this.queue.take();
        this.handle(event, frame);
      }
      this.openLinks();
    } catch (error) {
      this.end('fault', error as Error);
      throw error;
    }
  }

  private handle(event: SiteEvent, frame: Frame | null): void {
    const before = this.present;
    const { site, effects, moves } = this.stepped(event);
    if (this.ended) return;
    this.present = site;
    if (frame) this.frame = frame;
    this.setup.observe?.({ event, before, site, effects, moves });
    for (const effect of effects) perform(effect, this);
    if (this.ended) return;
    if (event.type === 'host.expired') this.desk.answerForgotten(event.requests);
    if (isStopped(site)) this.end('storage', this.storage.failed ?? this.storage.refused);
    if (this.opened && !this.ended) this.timers.follow(timersOf(site));
  }

  /** A core that does not know an event is our bug: the site stops rather than guess. */
  private stepped(event: SiteEvent): Step {
    try {
      return step(this.present, event);
    } catch (error) {
      this.end('fault', error as Error);
      return { site: this.present, effects: [], moves: [] };
    }
  }

  /** No session opens before the effects of the start are done. */
  private openLinks(): void {
    if (this.opened || this.ended || !this.storage.idle || !this.queue.isEmpty) return;
    this.opened = true;
    this.timers.follow(timersOf(this.present));
    const { identity, incarnation } = this.present.context.header;
    const { blockBytes } = identity;
    this.setup.transport.open({
      incarnation,
      up: (peer, session, its) =>
        this.enqueue({ type: 'link.up', peer, session, incarnation: its }, null),
      down: (peer) => this.enqueue({ type: 'link.down', peer }, null),
      received: (from, session, frame) => {
        const event = { type: 'received', from, session, message: frame.message } as const;
        if (isWhole(frame, blockBytes)) this.enqueue(event, frame);
        else {
          const message = frame.message.type;
          const reason = 'its payloads are not those it names';
          this.setup.reported?.({ kind: 'distrusted', peer: from, message, reason });
          this.setup.transport.reset(from, session);
        }
      },
    });
  }

  private end(reason: StopReason | 'fault', cause: Error | null): void {
    if (this.ended) return;
    this.kill();
    this.setup.stopped?.(reason, cause);
  }
}

/** A disk outlives the sites that are stopped and started on it: what waits for its loss must not keep them all in memory. */
function unlessForgotten<Value>(
  told: Promise<Value> | undefined,
  act: (value: Value) => void,
): () => void {
  let wanted: typeof act | null = act;
  void told?.then((value) => wanted?.(value));
  return () => {
    wanted = null;
  };
}

/** The payloads of some of a frame's entries. */
function payloadsIn(frame: Frame, entries: readonly Entry[]): Uint8Array[] {
  const { message, payloads } = frame;
  if (message.type !== 'write' && message.type !== 'fetched') return [];
  let at = 0;
  return entries.map((entry) => {
    while (message.entries[at]!.sequence !== entry.sequence) at++;
    return payloads[at]!;
  });
}

/** Does it carry what its message names? */
function isWhole({ message, payloads, sums }: Frame, blockBytes: number): boolean {
  switch (message.type) {
    case 'write':
    case 'fetched':
      return message.entries.every(({ kind, extent }, index) => {
        const expected = kind === 'data' ? extent.count * blockBytes : 0;
        return payloads[index]?.length === expected;
      });
    case 'blocks':
    case 'lent':
      return message.blocks.every((_, index) => payloads[index]?.length === blockBytes);
    case 'sums':
      return sums.length === message.runs.reduce((total, { count }) => total + count, 0);
    default:
      return true;
  }
}
