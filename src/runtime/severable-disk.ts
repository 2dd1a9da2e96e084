import type { Disk } from '../backend/disk.ts';
import { type DiskRequest, GuardedDisk } from '../backend/guarded-disk.ts';
import { BackendError, type Recovered } from '../backend/port.ts';
import { systemClock } from './clock.ts';
import { type DiskPatience, DiskWatch } from './disk-watch.ts';

export const forEver: DiskPatience = { clock: systemClock, timeout: Number.POSITIVE_INFINITY };

/**
 * A disk that can be taken away in the middle of anything, as when the process that uses it is
 * killed: what was written before stays, nothing is asked for after, and nobody waits for what was. One that leaves
 * a request without an answer for too long is taken away by itself. What it was asked for it may still carry out:
 * until all is answered, no file is closed, so that its site stays locked.
 */
export class SeverableDisk extends GuardedDisk {
  /** Resolves with `no-answer` when the disk is given up. */
  readonly lost: Promise<BackendError>;
  private readonly watch: DiskWatch;
  /** What is said to every request; null: it may pass. */
  private refusal: Error | null = null;
  /** Why it was given up; null: it was not. */
  private loss: BackendError | null = null;

  constructor(disk: Disk, patience: DiskPatience = forEver) {
    super(disk);
    let tell: (error: BackendError) => void;
    this.lost = new Promise((resolve) => {
      tell = resolve;
    });
    this.watch = new DiskWatch(patience, (error) => {
      this.loss ??= error;
      this.refusal = this.loss;
      // Before anybody hears that his own request failed.
      tell(error);
    });
  }

  sever(): void {
    this.refusal ??= Object.assign(new Error('the disk was taken away'), { code: 'EIO' });
    this.watch.abandon(this.refusal);
  }

  get isSevered(): boolean {
    return this.refusal !== null;
  }

  /** Why something failed on a disk that is given up meanwhile counts for nothing: what was found there neither. */
  async begun(begin: (disk: Disk) => Promise<Recovered>): Promise<Recovered> {
    try {
      return { ...(await begin(this)), lost: this.lost };
    } catch (error) {
      throw this.loss ?? error;
    }
  }

  /**
   * Of one that was taken away. Resolves once all is answered and its files are closed: a late write must not land in
   * what somebody opens then. Rejects with `locked` once it is given up before.
   */
  async released(): Promise<void> {
    const quiet = new Promise<void>((resolve) => this.watch.whenQuiet(resolve));
    await Promise.race([quiet, this.lost]);
    this.refuseUnanswered();
  }

  private refuseUnanswered(): void {
    const { unanswered } = this.watch;
    if (this.loss === null || unanswered === 0) return;
    const requests = unanswered === 1 ? 'one request' : `${unanswered} requests`;
    throw new BackendError(
      'locked',
      `the disk was given up with ${requests} unanswered, and may still carry that out: wait until it answers, or end the process (${this.loss.message})`,
    );
  }

  protected async ask<Result>(request: DiskRequest, act: () => Promise<Result>): Promise<Result> {
    if (this.refusal) throw this.refusal;
    return this.watch.waitFor(request, act());
  }

  protected override async opened(path: string, mode: 'read' | 'write' | 'create') {
    const file = await super.opened(path, mode);
    // It comes too late, and is nobody's.
    if (this.isSevered) await file.close().catch(() => {});
    return file;
  }

  protected async leave(path: string, close: () => Promise<void>): Promise<void> {
    const request = { doing: 'closing it', path, bytes: 0 };
    const closed = () => this.watch.waitFor(request, close());
    if (!this.isSevered) return closed();
    this.watch.whenQuiet(() => void closed().catch(() => {}));
  }
}
