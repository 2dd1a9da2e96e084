import { BackendError } from '../../src/backend/port.ts';

/** What of a disk stalls: all that makes anything durable, or only that of its volumes. */
export type Stalled = 'all' | 'volumes';

/** How a disk fails: a flush ends with an error, there is no room, a write ends early. */
export type Failure = 'flush' | 'full' | 'short';

/** Where every change of a disk passes before it becomes durable. */
export class Gates {
  /** Applying to this volume fails; -1: to none. */
  failingVolume = -1;
  failing: Failure | null = null;
  /** Is there room for an update beside the volumes? */
  hasStageRoom = true;
  private stalled: Stalled | null = null;
  private waiting: (() => void)[] = [];

  stall(what: Stalled): void {
    this.stalled = what;
  }

  open(): void {
    this.stalled = null;
    const { waiting } = this;
    this.waiting = [];
    for (const goOn of waiting) goOn();
  }

  /** The disk is another one: what waited waits for ever. */
  replace(): void {
    this.stalled = null;
    this.failing = null;
    this.failingVolume = -1;
    this.waiting = [];
  }

  async log(): Promise<void> {
    await this.pass(this.stalled === 'all');
  }

  async volumes(): Promise<void> {
    await this.pass(this.stalled !== null);
  }

  private async pass(isStalled: boolean): Promise<void> {
    if (isStalled) await new Promise<void>((goOn) => this.waiting.push(goOn));
    if (this.failing) throw new BackendError('io', `this disk fails: ${this.failing}`);
  }
}
