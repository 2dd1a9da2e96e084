import type { SiteEvent } from '../../models/event.ts';
import type { Frame } from '../transport/port.ts';

/** An event, and the frame it came with if it came over a link. */
export interface Arrival {
  event: SiteEvent;
  readonly frame: Frame | null;
}

/** Events of one site in the order they came. Stores that ended one after the other are one event. */
export class EventQueue {
  private arrivals: Arrival[] = [];
  private next = 0;

  get isEmpty(): boolean {
    return this.next >= this.arrivals.length;
  }

  add(event: SiteEvent, frame: Frame | null): void {
    const last = this.arrivals[this.arrivals.length - 1];
    const joined =
      last && this.next < this.arrivals.length ? joinedStores(last.event, event) : null;
    if (joined) last!.event = joined;
    else this.arrivals.push({ event, frame });
  }

  take(): Arrival {
    const arrival = this.arrivals[this.next++]!;
    if (this.isEmpty) {
      this.arrivals = [];
      this.next = 0;
    }
    return arrival;
  }

  clear(): void {
    this.arrivals = [];
    this.next = 0;
  }
}

/** Two `stored` of one epoch are one: what a c is worth hangs on the epoch of its entries. */
function joinedStores(one: SiteEvent, other: SiteEvent): SiteEvent | null {
  if (one.type !== 'stored' || other.type !== 'stored') return null;
  const { epoch } = one.entries[0]!;
  const same = [...one.entries, ...other.entries].every((entry) => entry.epoch === epoch);
  if (!same) return null;
  return {
    type: 'stored',
    entries: [...one.entries, ...other.entries],
    committed: Math.max(one.committed, other.committed),
  };
}
