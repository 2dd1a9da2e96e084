import type { SiteId } from '../../models/words.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Budget } from './budget.ts';
import type { Coverage } from './coverage.ts';
import { type Fault, faultName } from './fault.ts';
import { begin, end, type Victim } from './faults.ts';

const retryEvery = 3;

/** Lets the faults of a scenario begin and end at their times. */
export class FaultSchedule {
  private readonly victim: Victim;
  private readonly clock: Clock;
  private readonly coverage: Coverage;
  /** Null: anything may happen at any time. */
  private readonly budget: Budget | null;
  private readonly tell: (line: string) => void;
  private until = 0;
  private readonly liars = new Set<SiteId>();
  private readonly running = new Set<Fault>();

  constructor(
    victim: Victim,
    clock: Clock,
    coverage: Coverage,
    budget: Budget | null,
    tell: (line: string) => void,
  ) {
    this.victim = victim;
    this.clock = clock;
    this.coverage = coverage;
    this.budget = budget;
    this.tell = tell;
  }

  /** No fault begins after `until`. */
  start(faults: readonly Fault[], until: number): void {
    this.until = until;
    for (const fault of faults) {
      this.clock.after(fault.at - this.clock.now(), () => this.begin(fault));
    }
  }

  /** Must the site stay down for now? */
  keepsDown(site: SiteId): boolean {
    return [...this.running].some(
      (fault) => (fault.kind === 'crash' || fault.kind === 'blank') && fault.site === site,
    );
  }

  /** Did its disk turn bits, or put a write elsewhere? */
  hasLied(site: SiteId): boolean {
    return this.liars.has(site);
  }

  endAll(): void {
    for (const fault of this.running) this.end(fault);
  }

  private begin(fault: Fault): void {
    if (this.budget?.admits(fault) === false) {
      // As soon as it is within the budget: it would hardly ever happen otherwise.
      if (this.clock.now() < this.until) this.clock.after(retryEvery, () => this.begin(fault));
      return;
    }
    if (!begin(this.victim, fault)) return;
    if (fault.kind === 'rot' || fault.kind === 'misdirect') this.liars.add(fault.site);
    this.tell(`fault ${JSON.stringify(fault)}`);
    this.coverage.fault(faultName(fault));
    this.running.add(fault);
    this.clock.after(fault.lasts, () => this.end(fault));
  }

  /** Once only: a blank site is not made blank again. */
  private end(fault: Fault): void {
    if (!this.running.delete(fault)) return;
    end(this.victim, fault);
    this.budget?.ended(fault);
    if (fault.kind === 'crash' || fault.kind === 'blank' || fault.kind === 'restore') {
      this.budget?.started(fault.site);
    }
  }
}
