import type { Timer } from '../../models/event.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Length of each bounded wait of a site, in milliseconds; the real one is up to `jitter` longer. */
export interface Durations extends Readonly<Record<Timer, number>> {
  /** Share by which a wait may be longer than said. Use: keeps two sites from duelling for ever. */
  readonly jitter: number;
  /** A host request is answered within it, its fate unknown if need be. */
  readonly request: number;
}

export const defaultDurations: Durations = {
  election: 300,
  patience: 500,
  retry: 200,
  idle: 5,
  jitter: 1,
  request: 5000,
};

/** The running waits of one site: exactly those its state asks for. */
export class Timers {
  private readonly running = new Map<Timer, Cancel>();
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly durations: Durations;
  private readonly expired: (timer: Timer) => void;

  constructor(clock: Clock, random: Random, durations: Durations, expired: (timer: Timer) => void) {
    this.clock = clock;
    this.random = random;
    this.durations = durations;
    this.expired = expired;
  }

  /** Starts what is new in `wanted`, stops what is not wanted any more; the others run on. */
  follow(wanted: readonly Timer[]): void {
    for (const [timer, cancel] of this.running) {
      if (wanted.includes(timer)) continue;
      cancel();
      this.running.delete(timer);
    }
    for (const timer of wanted) if (!this.running.has(timer)) this.start(timer);
  }

  stop(): void {
    this.follow([]);
  }

  private start(timer: Timer): void {
    const length = this.durations[timer] * (1 + this.random() * this.durations.jitter);
    const cancel = this.clock.after(length, () => {
      this.running.delete(timer);
      this.expired(timer);
    });
    this.running.set(timer, cancel);
  }
}
