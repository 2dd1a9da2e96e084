import type { Cancel, Clock } from '../runtime/clock.ts';

/** A clock that shows another time than the one that passes. Alarms ring when their time has passed. */
export class LeapingClock implements Clock {
  private readonly clock: Clock;
  private leapt = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    return this.clock.now() + this.leapt;
  }

  after(delay: number, act: () => void): Cancel {
    return this.clock.after(delay, act);
  }

  soon(act: () => void): void {
    this.clock.soon(act);
  }

  leaps(by: number): void {
    this.leapt += by;
  }
}
