import { crc32 } from 'node:zlib';
import type { Header } from '../../models/header.ts';
import { newestEpoch } from '../../models/history.ts';
import type { Block, Entry, Sequence } from '../../models/words.ts';
import { checkStaged, type Limits } from './admission.ts';
import { faultOf } from './checked-file.ts';
import { moveOldest } from './compaction.ts';
import { encodeHeader } from './header-codec.ts';
import { type Barrier, type LogCall, LogState, type Round } from './log-lane.ts';
import { PayloadReader } from './payload-reader.ts';
import { type Backend, BackendError, type StagedBlocks, type StoredWrite } from './port.ts';
import type { Ring } from './ring.ts';
import type { OpenFiles } from './site-files.ts';
import { VolumeSet } from './volume-set.ts';

/**
 * The port over files. Two lanes, each in call order: the log (sidefile and header), where calls that
 * wait together share one flush, and the volumes (apply, flush, stage). A volume change waits for the
 * log changes called before it; a header waits for the volume changes called before it; a store waits
 * for no volume.
 */
export class FileBackend implements Backend {
  private readonly files: OpenFiles;
  private readonly log: LogState;
  private readonly ring: Ring;
  private readonly payloads: PayloadReader;
  private readonly volumes: VolumeSet;
  private readonly queue: LogCall[] = [];
  private readonly waiting: { resolve: () => void; reject: (error: BackendError) => void }[] = [];
  private generation: number;
  private running = false;
  private logTurn: Promise<unknown> = Promise.resolve();
  private volumeTurn: Barrier = { passed: true, promise: Promise.resolve() };
  private ended: BackendError | null = null;

  constructor(
    files: OpenFiles,
    limits: Limits,
    found: { header: Header; ring: Ring; generation: number; committed: Sequence },
  ) {
    this.files = files;
    this.ring = found.ring;
    this.log = new LogState(found.header, found.committed, found.ring, limits);
    this.payloads = new PayloadReader(files.sidefile, found.ring);
    this.volumes = new VolumeSet(files, found.header.identity);
    this.generation = found.generation;
  }

  store(writes: readonly StoredWrite[], committed: Sequence): Promise<void> {
    return this.enter({ kind: 'store', writes, committed });
  }

  persist(header: Header): Promise<void> {
    return this.enter({ kind: 'persist', header, barrier: this.volumeTurn });
  }

  retire(start: Sequence): void {
    this.enter({ kind: 'retire', start }).catch(() => {});
  }

  apply(entries: readonly Entry[]): Promise<void> {
    return this.onVolumes(async () => {
      const sorted = [...entries].sort((one, other) => one.sequence - other.sequence);
      for (let at = 0; at < sorted.length; at += appliedAtOnce) {
        const some = sorted.slice(at, at + appliedAtOnce);
        const payloads = await this.payloads.read(some);
        await this.volumes.writeAll(
          some.map(({ kind, extent }, index) => {
            return { extent, bytes: kind === 'data' ? payloads[index]! : null };
          }),
        );
      }
    });
  }

  flush(): Promise<void> {
    return this.onVolumes(() => this.volumes.flush());
  }

  async payload(entry: Entry): Promise<Uint8Array> {
    this.refuseClosed();
    const place = this.ring.index.placeOf(entry.sequence);
    if (place < 0 || place >= this.ring.flushedPlace) await settled(this.logTurn);
    this.refuseClosed();
    return (await this.payloads.read([entry]))[0]!;
  }

  async read(first: Block, count: number): Promise<Uint8Array> {
    this.refuseClosed();
    return this.volumes.read(first, count);
  }

  async sums(first: Block, count: number, stride: number): Promise<number[]> {
    const sums: number[] = [];
    for (let at = 0; at < count; at += stride) {
      sums.push(crc32(await this.read(first + at, Math.min(stride, count - at))));
    }
    return sums;
  }

  async stage(blocks: readonly StagedBlocks[]): Promise<void> {
    let full: BackendError | null = null;
    await this.onVolumes(async () => {
      checkStaged(this.log.header.identity, blocks);
      try {
        await this.files.stage.add(blocks);
      } catch (error) {
        if ((error as BackendError).code !== 'full') throw error;
        full = error as BackendError;
      }
    });
    if (full) throw full;
  }

  flushStage(): Promise<void> {
    return this.onVolumes(() => this.files.stage.flush());
  }

  applyStage(): Promise<void> {
    return this.onVolumes(async () => {
      for await (const blocks of this.files.stage.blocks()) await this.volumes.overwrite([blocks]);
      await this.volumes.flush();
    });
  }

  dropStage(): Promise<void> {
    return this.onVolumes(() => this.files.stage.drop());
  }

  overwrite(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.onVolumes(async () => {
      checkStaged(this.log.header.identity, blocks);
      await this.volumes.overwrite(blocks);
    });
  }

  async close(): Promise<void> {
    if (this.ended?.code === 'closed') return;
    await this.volumeTurn.promise;
    await settled(this.logTurn);
    const stopped = this.ended !== null;
    this.ended = new BackendError('closed', `${this.files.header.path} was closed`);
    try {
      if (!stopped) await this.writeHeader(this.log.header);
    } finally {
      await this.files.close();
    }
  }

  /** Writes the header anew, with what is known to be flushed by now. */
  async writeHeader(header: Header): Promise<void> {
    const generation = this.generation + 1;
    const tail = this.ring.tailFor(header.start);
    const committedEpoch = newestEpoch(header.history);
    const content = encodeHeader({
      header,
      committed: this.log.committed,
      committedEpoch,
      tail,
      flushedPlace: this.ring.flushedPlace,
      flushedSequence: this.ring.flushedSequence,
      flushes: this.files.volumes.map((volume) => volume.flushes),
    });
    await this.files.slots.write({ generation, content });
    await this.files.header.flush();
    this.generation = generation;
    this.ring.free(tail);
  }

  private enter(call: LogCall): Promise<void> {
    if (this.ended) return Promise.reject(this.refusal());
    const done = new Promise<void>((resolve, reject) => {
      this.queue.push(call);
      this.waiting.push({ resolve, reject });
    });
    this.logTurn = done;
    if (!this.running) {
      this.running = true;
      void Promise.resolve().then(() => this.run());
    }
    return done;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const next = this.queue[0]!;
      if (next.kind === 'persist' && !next.barrier.passed) await next.barrier.promise;
      await this.runRound();
    }
    this.running = false;
  }

  private async runRound(): Promise<void> {
    if (this.ended) return this.refuseAll();
    let round = this.log.gather(this.queue, this.generation);
    try {
      while (round.refused?.code === 'full' && (await this.compact())) {
        round = this.log.gather(this.queue, this.generation);
      }
      await this.commit(round);
    } catch (error) {
      this.stop(faultOf(error, 'storing'));
      for (const { reject } of this.take(Math.max(1, round.calls))) reject(error as BackendError);
      return this.refuseAll();
    }
    for (const { resolve } of this.take(round.calls)) resolve();
    if (round.refused === null) return;
    this.stop(round.refused);
    for (const { reject } of this.take(1)) reject(round.refused);
    this.refuseAll();
  }

  /** Records and header are flushed side by side; nobody is told before both are done. */
  private async commit(round: Round): Promise<void> {
    const parts: Promise<void>[] = [];
    if (this.ring.waitingBytes > 0) parts.push(this.ring.write(this.files.sidefile));
    if (round.header) parts.push(this.writeHeader(round.header));
    for (const result of await Promise.allSettled(parts)) {
      if (result.status === 'rejected') throw result.reason;
    }
  }

  /** Makes dead records behind kept ones free; false if that gains nothing. */
  private async compact(): Promise<boolean> {
    const { tail } = this.ring;
    const { header, committed } = this.log;
    const told = {
      committed,
      committedEpoch: newestEpoch(header.history),
      generation: this.generation,
    };
    if (!(await moveOldest(this.ring, this.files.sidefile, told))) return false;
    await this.writeHeader(header);
    return this.ring.tail > tail;
  }

  private take(calls: number) {
    this.queue.splice(0, calls);
    return this.waiting.splice(0, calls);
  }

  private refuseAll(): void {
    for (const { reject } of this.take(this.queue.length)) reject(this.refusal());
  }

  private onVolumes(change: () => Promise<void>): Promise<void> {
    if (this.ended) return Promise.reject(this.refusal());
    const { logTurn, volumeTurn } = this;
    const done = Promise.all([volumeTurn.promise, settled(logTurn)]).then(async () => {
      if (this.ended) throw this.refusal();
      try {
        await this.volumes.alone(change);
      } catch (error) {
        this.stop(faultOf(error, 'changing the volumes'));
        throw error;
      }
    });
    const barrier: Barrier = {
      passed: false,
      promise: done
        .catch(() => {})
        .then(() => {
          barrier.passed = true;
        }),
    };
    this.volumeTurn = barrier;
    return done;
  }

  private stop(cause: BackendError): void {
    this.ended ??= cause;
  }

  private refuseClosed(): void {
    if (this.ended?.code === 'closed') throw this.ended;
  }

  private refusal(): BackendError {
    const cause = this.ended!;
    if (cause.code === 'closed') return cause;
    return new BackendError('stopped', `stopped before: ${cause.message}`, { cause });
  }
}

const appliedAtOnce = 256;

const settled = (promise: Promise<unknown>) => promise.catch(() => {});
