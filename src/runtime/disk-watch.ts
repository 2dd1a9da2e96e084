import type { DiskRequest } from '../backend/guarded-disk.ts';
import { BackendError } from '../backend/port.ts';
import type { Cancel, Clock } from './clock.ts';

/** For how long a request to a disk is waited for. */
export interface DiskPatience {
  readonly clock: Clock;
  /** Milliseconds; infinity: for ever. */
  readonly timeout: number;
}

interface Wait {
  readonly request: DiskRequest;
  readonly since: number;
  readonly reject: (error: Error) => void;
  cancel: Cancel;
}

/**
 * Requests to one disk that are not answered yet. Where one waits too long the disk is given up: all of
 * them reject with `no-answer`, and what is answered afterwards is heard by nobody.
 */
export class DiskWatch {
  private readonly patience: DiskPatience;
  private readonly lost: (error: BackendError) => void;
  private readonly waits = new Set<Wait>();
  private readonly quiet: (() => void)[] = [];

  constructor(patience: DiskPatience, lost: (error: BackendError) => void) {
    this.patience = patience;
    this.lost = lost;
  }

  /** Requests that the disk may still carry out. */
  get unanswered(): number {
    return this.waits.size;
  }

  waitFor<Result>(request: DiskRequest, asked: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const since = this.patience.clock.now();
      const wait: Wait = { request, since, reject, cancel: () => {} };
      this.waits.add(wait);
      this.begin(wait);
      // Not `finally`, which makes three promises more for each request.
      asked.then(
        (result) => {
          this.end(wait);
          resolve(result);
        },
        (error) => {
          this.end(wait);
          reject(error);
        },
      );
    });
  }

  /** All of them reject at once, and are waited for all the same: what is answered is heard by nobody. */
  abandon(error: Error): void {
    for (const wait of this.waits) wait.reject(error);
  }

  /** Calls `act` once all is answered, and so is all that was asked for by those that were called before it. */
  whenQuiet(act: () => void): void {
    this.quiet.push(act);
    this.tellQuiet();
  }

  private begin(wait: Wait): void {
    const { clock, timeout } = this.patience;
    if (timeout === Number.POSITIVE_INFINITY) return;
    const most = timeout + wait.request.bytes / bytesPerMillisecondLeast;
    const due = clock.now() + most;
    wait.cancel = clock.after(most, () => {
      // A process that stood still itself has heard no answer either: that tells nothing of the disk.
      if (clock.now() > due + stoodStill) this.begin(wait);
      // An answer may have come already, and wait behind this alarm.
      else clock.soon(() => this.waits.has(wait) && this.giveUp(wait));
    });
  }

  private giveUp({ request, since }: Wait): void {
    const waited = Math.round(this.patience.clock.now() - since);
    const error = new BackendError(
      'no-answer',
      `${request.path}: its disk has not answered for ${waited} ms (${request.doing}). See to the disk. Once it answers, start the site again; if it never does, end the process, and replace the disk. A disk that is slow, not dead, wants a longer diskTimeout`,
    );
    this.lost(error);
    for (const wait of this.waits) wait.cancel();
    this.abandon(error);
  }

  private end(wait: Wait): void {
    wait.cancel();
    this.waits.delete(wait);
    this.tellQuiet();
  }

  private tellQuiet(): void {
    while (this.waits.size === 0 && this.quiet.length > 0) this.quiet.shift()!();
  }
}

/** What has much to write may take longer, or an update that is large would end its site each time. */
const bytesPerMillisecondLeast = 1024;
/** Milliseconds by which an alarm comes late. */
const stoodStill = 1000;
