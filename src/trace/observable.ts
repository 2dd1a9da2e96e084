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
  constructor(target: TraceTarget) {
    this.target = target;
  }

  header(header: TraceHeader): void {
    this.target.header({ ...header, level: 'observable' });
  }

  line({ site, event, effects }: TraceLine): void {
    const seen = event && isObservableEvent(event) ? event : null;
    const kept = effects.filter(isObservableEffect);
    if (seen === null && kept.length === 0) return;
    this.numbers[site]!++;
    this.target.line({ site, number: this.numbers[site]!, event: seen, effects: kept });
  }

  end(_: TraceEnd): void {
    this.target.end({ ends: this.numbers });
  }
}
