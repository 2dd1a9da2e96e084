import type { Site } from '../../models/step.ts';
import type { Observed } from '../runtime/site-loop.ts';
import type { Happening } from '../runtime/timeline.ts';

/** How often what happened: faults, verdicts, transitions, events, effects, answers. */
export class Coverage {
  readonly counts = new Map<string, number>();

  fault(kind: string): void {
    this.add(`fault ${kind}`);
  }

  /** A site could not be started. */
  start(code: string): void {
    this.add(`start ${code}`);
  }

  operator(act: string): void {
    this.add(`operator ${act}`);
  }

  /** How a run ended that need not come to rest. */
  outcome(how: string): void {
    this.add(`run ${how}`);
  }

  answered(outcome: string): void {
    this.add(`host ${outcome}`);
  }

  happened(event: Happening['event']): void {
    if (event.kind === 'planned') this.add(`verdict ${event.verdict} (${event.reason})`);
    else if (event.kind === 'refused') this.add(`verdict refuse (${event.reason})`);
    else this.add(`report ${event.kind}`);
  }

  step({ event, before, site, effects }: Observed): void {
    const name = event?.type === 'received' ? event.message.type : (event?.type ?? 'start');
    this.add(`event ${site.role} ${name}`);
    for (const effect of effects) this.add(`effect ${effect.type}`);
    if (before === null || before === site) return;
    const [old, now] = [leavesOf(before), leavesOf(site)];
    if (before.role !== site.role) this.add(`state ${before.role} becomes ${site.role}`);
    else {
      for (const [region, state] of Object.entries(now)) {
        if (old[region] === state) continue;
        this.add(
          `state ${site.role} ${region.replace(/first|second/, 'leg')}: ${old[region]} > ${state}`,
        );
      }
    }
    if (before.sidefile !== site.sidefile) {
      this.add(`state sidefile ${before.sidefile} > ${site.sidefile}`);
    }
  }

  merge(other: Coverage): void {
    for (const [name, count] of other.counts) {
      this.counts.set(name, (this.counts.get(name) ?? 0) + count);
    }
  }

  /** Sorted by name. */
  table(): readonly (readonly [name: string, count: number])[] {
    return [...this.counts].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  private add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

const leavesOf = ({ state }: Site): Record<string, string> =>
  (typeof state === 'string' ? { chart: state } : state) as Record<string, string>;
