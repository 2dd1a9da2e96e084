/** Time as a port: the hands measure waits with it; nothing of the protocol depends on it. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls `act` once, `delay` milliseconds from now, unless it is cancelled before. */
  after(delay: number, act: () => void): Cancel;
  /** Calls `act` as soon as what runs now has ended. */
  soon(act: () => void): void;
}

export type Cancel = () => void;

/** The longest wait, in milliseconds: of a longer one Node makes a wait of one millisecond. */
export const waitMost = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delay, act) {
    const timer = setTimeout(act, Math.min(delay, waitMost));
    return () => clearTimeout(timer);
  },
  soon(act) {
    setImmediate(act);
  },
};

/** Resolves `delay` milliseconds from now on that clock. */
export function pause(clock: Clock, delay: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delay, resolve);
  });
}

interface Alarm {
  readonly at: number;
  /** Order among alarms of the same moment. */
  readonly order: number;
  readonly act: () => void;
  cancelled: boolean;
}

/**
 * A clock that moves only when told to, from alarm to alarm. Between two alarms everything that
 * waits for no alarm runs to its end, so a run depends on nothing but the alarms' order.
 */
export class FakeClock implements Clock {
  private time = 0;
  private given = 0;
  private readonly heap: Alarm[] = [];

  now(): number {
    return this.time;
  }

  after(delay: number, act: () => void): Cancel {
    const at = this.time + Math.max(0, delay);
    const alarm: Alarm = { at, order: this.given++, act, cancelled: false };
    this.push(alarm);
    return () => {
      alarm.cancelled = true;
    };
  }

  soon(act: () => void): void {
    this.after(0, act);
  }

  /** Runs all alarms up to `until`, or as long as `goesOn`; the clock then stands there. */
  async run(until: number, goesOn: () => boolean = () => true): Promise<void> {
    await settled();
    while (goesOn()) {
      const next = this.heap[0];
      if (!next || next.at > until) {
        this.time = Math.max(this.time, until);
        return;
      }
      this.pop();
      if (next.cancelled) continue;
      this.time = next.at;
      next.act();
      await settled();
    }
  }

  private push(alarm: Alarm): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(alarm);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, alarm)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = alarm;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (one: Alarm, other: Alarm): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Every promise that can be kept without time passing is kept. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
