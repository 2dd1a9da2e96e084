import type { SiteEvent } from '../../models/event.ts';
import type { Header } from '../../models/header.ts';
import type { Run } from '../../models/message.ts';
import type { Block, Entry, Sequence } from '../../models/words.ts';
import {
  type Backend,
  BackendError,
  type BackendErrorCode,
  type StagedBlocks,
} from '../backend/port.ts';
import type { Frame } from '../transport/port.ts';
import type { Clock } from './clock.ts';
import { GatheredStores } from './gathered-stores.ts';
import type { Payloads } from './payloads.ts';
import type { UnreadableBlocks } from './read-volumes.ts';

/**
 * Storage effects, called in the order they come; what is done comes back as an event. After the
 * first failure one `storage.failed` comes back and nothing more. Null: something ended that no
 * event tells of.
 */
export class StorageHands {
  private readonly backend: Backend;
  private readonly payloads: Payloads;
  private readonly unreadable: UnreadableBlocks;
  private readonly happened: (event: SiteEvent | null) => void;
  private readonly gathered: GatheredStores;
  private failure: Error | null = null;
  private refusal: Error | null = null;
  private taken: readonly StagedBlocks[] = [];
  private running = 0;

  constructor(
    backend: Backend,
    payloads: Payloads,
    unreadable: UnreadableBlocks,
    clock: Clock,
    happened: (event: SiteEvent | null) => void,
  ) {
    this.backend = backend;
    this.payloads = payloads;
    this.unreadable = unreadable;
    this.happened = happened;
    this.gathered = new GatheredStores(clock, ({ entries, writes, committed }) =>
      this.whenDone(this.backend.store(writes, committed), { type: 'stored', entries, committed }),
    );
  }

  /** Is no answer of the disk awaited? */
  get idle(): boolean {
    return this.running === 0 && this.gathered.isEmpty;
  }

  /** Why the disk is given up; null: it is not. */
  get failed(): Error | null {
    return this.failure;
  }

  /** Why the last export without a place was refused; null: none was. */
  get refused(): Error | null {
    return this.refusal;
  }

  /** Something that was stored cannot be read any more: the next start finds out what. */
  giveUp(error: Error): void {
    if (this.failure !== null) return;
    this.failure = error;
    this.happened({ type: 'storage.failed' });
  }

  /** What no host waits for may wait for more of its kind; whatever is asked for next goes after it. */
  store(
    entries: readonly Entry[],
    committed: Sequence,
    bytes: readonly Uint8Array[],
    isAwaited: boolean,
  ): void {
    const writes = entries.map((entry, index) => {
      const payload = bytes[index]!;
      this.payloads.keep(entry, payload);
      return { entry, payload };
    });
    if (!isAwaited) return this.gathered.add({ entries, writes, committed });
    this.whenDone(this.disk.store(writes, committed), { type: 'stored', entries, committed });
  }

  /** Begins what was asked for and has waited for more. */
  begin(): void {
    this.gathered.give();
  }

  /** Forgets what was asked for and not begun, as a loss of power does. */
  drop(): void {
    this.gathered.drop();
  }

  persist(header: Header): void {
    this.whenDone(this.disk.persist(header), { type: 'persisted' });
  }

  apply(entries: readonly Entry[], through: Sequence): void {
    const written = () => this.unreadable.applied(entries);
    this.whenDone(this.disk.apply(entries), { type: 'applied', through }, written);
  }

  flush(through: Sequence): void {
    this.whenDone(this.disk.flush(), { type: 'flushed', through });
  }

  retire(start: Sequence): void {
    this.disk.retire(start);
  }

  exportSuffix(above: Sequence, through: Sequence, entries: readonly Entry[]): void {
    const done = this.disk.exportSuffix(above, through, entries);
    this.unlessRefused(done, { type: 'exported' }, 'no-place', (error) => {
      this.refusal = error;
      return { type: 'exportRefused', reason: error.message };
    });
  }

  /** The blocks of the frame being handled. */
  stage(blocks: readonly Block[], frame: Frame): void {
    const staged = blocks.map((first, index) => ({ first, bytes: frame.payloads[index]! }));
    this.unlessRefused(this.disk.stage(staged), { type: 'staged' }, 'full', () => ({
      type: 'stageFull',
      blocks,
    }));
  }

  flushStage(): void {
    this.whenDone(this.disk.flushStage(), { type: 'stageFlushed' });
  }

  applyStage(): void {
    const written = () => this.unreadable.stageApplied();
    this.whenDone(this.disk.applyStage(), { type: 'stageApplied' }, written);
  }

  dropStage(): void {
    this.whenDone(this.disk.dropStage(), null);
  }

  /** The blocks of the frame being handled stay in hand until they are written. */
  take(blocks: readonly Block[], frame: Frame): void {
    this.taken = blocks.map((first, index) => ({ first, bytes: frame.payloads[index]! }));
  }

  /** What is in hand straight into the volumes, durable when told. */
  overwrite(blocks: readonly Block[]): void {
    const given = this.taken;
    this.taken = [];
    const done = Promise.all([this.disk.overwrite(given), this.disk.flush()]).then(() => {});
    const written = () => {
      for (const first of blocks) this.unreadable.written({ first, count: 1 });
    };
    this.whenDone(done, { type: 'overwritten', blocks }, written);
  }

  /** Checksums of these runs against those of the frame being handled. */
  compare(runs: readonly Run[], frame: Frame): void {
    this.running++;
    this.gathered.give();
    void this.differing(runs, frame.sums).then((differing) => {
      this.running--;
      if (this.failure === null) this.happened({ type: 'compared', differing });
    });
  }

  private async differing(runs: readonly Run[], sums: readonly number[]): Promise<Run[]> {
    const differing: { first: Block; count: number }[] = [];
    let at = 0;
    for (const { first, count } of runs) {
      const own = await this.ownSums(first, count);
      for (let index = 0; index < count; index++, at++) {
        if (own[index] === sums[at]) continue;
        const last = differing[differing.length - 1];
        if (last && last.first + last.count === first + index) last.count++;
        else differing.push({ first: first + index, count: 1 });
      }
    }
    return differing;
  }

  /** What cannot be read here is not what the source has: null. */
  private async ownSums(first: Block, count: number): Promise<(number | null)[]> {
    try {
      return await this.backend.sums(first, count, 1);
    } catch {
      const blocks = Array.from({ length: count }, (_, index) => first + index);
      const single = (block: Block) => this.backend.sums(block, 1, 1).then(([sum]) => sum!);
      return Promise.all(blocks.map((block) => single(block).catch(() => null)));
    }
  }

  /** Whatever is asked of it comes after what was gathered. */
  private get disk(): Backend {
    this.gathered.give();
    return this.backend;
  }

  /** `written`: tells those who look for unreadable blocks, before the event is heard. */
  private whenDone(done: Promise<void>, event: SiteEvent | null, written?: () => void): void {
    this.running++;
    done.then(
      () => {
        written?.();
        this.ended(event);
      },
      (error: Error) => this.gaveUp(error),
    );
  }

  /** The two rejections that change nothing and stop nothing: the site is told what was refused. */
  private unlessRefused(
    done: Promise<void>,
    event: SiteEvent,
    code: BackendErrorCode,
    refusal: (error: Error) => SiteEvent,
  ): void {
    this.running++;
    done.then(
      () => this.ended(event),
      (error: Error) => {
        const isRefused = error instanceof BackendError && error.code === code;
        if (isRefused) this.ended(refusal(error));
        else this.gaveUp(error);
      },
    );
  }

  private ended(event: SiteEvent | null): void {
    this.running--;
    if (this.failure === null) this.happened(event);
  }

  private gaveUp(error: Error): void {
    this.running--;
    if (this.failure !== null) return;
    this.failure = error;
    this.happened({ type: 'storage.failed' });
  }
}
