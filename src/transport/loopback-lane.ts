import type { Cancel, Clock } from '../runtime/clock.ts';
import type { Frame } from './port.ts';

/** One direction of one connection: frames arrive in order, after a while, or are lost together. */
export class Lane {
  private readonly clock: Clock;
  private readonly delay: () => number;
  private readonly arrived: (frame: Frame) => void;
  private inFlight: { readonly frame: Frame; readonly at: number }[] = [];
  private busy = false;
  private cancel: Cancel = () => {};

  constructor(clock: Clock, delay: () => number, arrived: (frame: Frame) => void) {
    this.clock = clock;
    this.delay = delay;
    this.arrived = arrived;
  }

  send(frame: Frame): void {
    const before = this.inFlight[this.inFlight.length - 1]?.at ?? 0;
    const at = Math.max(before, this.clock.now() + this.delay());
    this.inFlight.push({ frame, at });
    if (!this.busy) this.wait();
  }

  /** What is in flight never arrives. */
  lose(): void {
    this.inFlight = [];
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.lose();
    this.cancel();
  }

  private wait(): void {
    this.busy = true;
    const { at } = this.inFlight[0]!;
    const delay = at - this.clock.now();
    if (delay > 0) this.cancel = this.clock.after(delay, () => this.deliver());
    else this.clock.soon(() => this.deliver());
  }

  private deliver(): void {
    this.busy = false;
    const now = this.clock.now();
    const { inFlight } = this;
    let arrivals = 0;
    while (arrivals < inFlight.length && inFlight[arrivals]!.at <= now) arrivals++;
    const due = inFlight.splice(0, arrivals);
    for (const { frame } of due) this.arrived(frame);
    if (this.inFlight.length > 0 && !this.busy) this.wait();
  }
}
