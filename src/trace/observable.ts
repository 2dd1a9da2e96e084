import {
  isObservableEffect,
  isObservableEvent,
  type TraceEnd,
  type TraceHeader,
  type TraceLine,
} from './format.ts';
import type { TraceTarget } from './recorder.ts';

/** Passes on of a full trace what an observer sees: the same lines, without what is inside the sites. */
export class ObservableOnly implements TraceTarget {
  private readonly target: TraceTarget;
  private readonly numbers: [number, number, number] = [0, 0, 0];
  /** By site: its incarnation at its last start; null: none yet, or its disk lied since. */
  private readonly known: (number | null)[] = [null, null, null];

  constructor(target: TraceTarget) {
    this.target = target;
  }

  header(header: TraceHeader): void {
    this.target.header({ ...header, level: 'observable' });
  }

  line({ site, event, effects }: TraceLine): void {
    const seen = event && isObservableEvent(event) ? this.eventOf(site, event) : null;
    const kept = effects.filter(isObservableEffect);
    if (seen === null && kept.length === 0) return;
    this.numbers[site]!++;
    this.target.line({ site, number: this.numbers[site]!, event: seen, effects: kept });
  }

  end(_: TraceEnd): void {
    this.target.end({ ends: this.numbers });
  }

  /** Only of a site that is new to the observer it is told what its disk gave back. */
  private eventOf(site: number, event: NonNullable<TraceLine['event']>) {
    if (event.type === 'disk.lies') this.known[site] = null;
    if (event.type !== 'start' || !event.found) return event;
    const { incarnation } = event.found.header;
    if (this.known[site] === incarnation) return { type: 'start' } as const;
    this.known[site] = incarnation;
    return event;
  }
}
