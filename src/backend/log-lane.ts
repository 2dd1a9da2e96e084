import type { Header } from '../../models/header.ts';
import { newestEpoch } from '../../models/history.ts';
import type { Sequence } from '../../models/words.ts';
import type { Limits } from './admission.ts';
import { faultOf } from './checked-file.ts';
import { moveOldest } from './compaction.ts';
import { encodeHeader } from './header-codec.ts';
import type { Lifetime } from './lifetime.ts';
import { type LogCall, LogState, type Round } from './log-state.ts';
import type { BackendError } from './port.ts';
import type { Ring } from './ring.ts';
import type { OpenFiles } from './site-files.ts';

/** Changes of sidefile and header, in call order; those that wait together share one flush. */
export class LogLane {
  readonly state: LogState;
  /** Ends when the last call entered so far has ended. */
  turn: Promise<void> = Promise.resolve();
  private readonly files: OpenFiles;
  private readonly ring: Ring;
  private readonly lifetime: Lifetime;
  private readonly queue: LogCall[] = [];
  private readonly waiting: { resolve: () => void; reject: (error: BackendError) => void }[] = [];
  /** Of the newest header that is durable. */
  generation: number;
  private running = false;

  constructor(
    files: OpenFiles,
    limits: Limits,
    lifetime: Lifetime,
    found: { header: Header; ring: Ring; generation: number; committed: Sequence },
  ) {
    this.files = files;
    this.lifetime = lifetime;
    this.ring = found.ring;
    this.state = new LogState(found.header, found.committed, found.ring, limits);
    this.generation = found.generation;
  }

  enter(call: LogCall): Promise<void> {
    if (this.lifetime.refuses) return Promise.reject(this.lifetime.refusal());
    const done = new Promise<void>((resolve, reject) => {
      this.queue.push(call);
      this.waiting.push({ resolve, reject });
    });
    this.turn = done;
    if (!this.running) {
      this.running = true;
      void Promise.resolve().then(() => this.run());
    }
    return done;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) await this.runRound();
    this.running = false;
  }

  private async runRound(): Promise<void> {
    if (this.lifetime.stopped) return this.refuseAll();
    let round = this.state.gather(this.queue, this.generation);
    try {
      while (round.refused?.code === 'full' && (await this.compact())) {
        round = this.state.gather(this.queue, this.generation);
      }
      await this.commit(round);
    } catch (error) {
      const cause = faultOf(error, 'storing');
      this.lifetime.stop(cause);
      for (const { reject } of this.take(Math.max(1, round.calls))) reject(cause);
      return this.refuseAll();
    }
    for (const { resolve } of this.take(round.calls)) resolve();
    if (round.refused === null) return;
    this.lifetime.stop(round.refused);
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
    const { header, committed } = this.state;
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
    for (const { reject } of this.take(this.queue.length)) reject(this.lifetime.refusal());
  }

  /** Writes the header anew, with what is known to be flushed by now. */
  async writeHeader(header: Header): Promise<void> {
    const generation = this.generation + 1;
    const tail = this.ring.tailFor(header.start);
    const committedEpoch = newestEpoch(header.history);
    const content = encodeHeader({
      header,
      committed: this.state.committed,
      committedEpoch,
      tail,
      flushedPlace: this.ring.flushedPlace,
      flushedSequence: this.ring.flushedSequence,
      flushes: this.files.volumes.map((volume) => volume.age.flushes),
      stageFlushes: this.files.stage.age.flushes,
    });
    await this.files.header.write({ generation, content });
    this.generation = generation;
    this.ring.free(tail);
  }
}
