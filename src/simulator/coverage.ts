import type { AnyTransitionDefinition } from 'xstate';
import { transitionMark } from '../../models/coverage.ts';
import type { Observed } from '../runtime/site-loop.ts';
import type { Happening } from '../runtime/timeline.ts';

/** How often what happened: faults, verdicts, transitions, effects, answers. Named as in `universe`. */
export class Coverage {
  private readonly named = new Map<string, number>();
  private readonly transitions = new Map<AnyTransitionDefinition, number>();

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
    this.add(`report ${event.kind}`);
    if (event.kind === 'planned') {
      this.add(`verdict ${event.verdict}`);
      this.add(`reason ${event.reason}`);
    } else if (event.kind === 'refused') this.add(`refusal ${event.reason}`);
  }

  step({ event, effects, moves }: Observed): void {
    if (event?.type === 'timeout') this.add(`timer ${event.timer}`);
    else if (event?.type === 'operator') this.add(`command ${event.command.name}`);
    for (const effect of effects) {
      if (effect.type === 'send') this.add(`send ${effect.message.type}`);
      else if (effect.type !== 'report') this.add(effect.type);
      if (effect.type === 'answer') this.add(`answer ${effect.code}`);
    }
    for (const { taken } of moves) {
      for (const definition of taken) {
        this.transitions.set(definition, (this.transitions.get(definition) ?? 0) + 1);
      }
    }
  }

  get counts(): ReadonlyMap<string, number> {
    const counts = new Map(this.named);
    for (const [definition, count] of this.transitions) {
      const mark = transitionMark(definition);
      counts.set(mark, (counts.get(mark) ?? 0) + count);
    }
    return counts;
  }

  merge(other: Iterable<readonly [string, number]>): void {
    for (const [name, count] of other) this.add(name, count);
  }

  private add(name: string, times = 1): void {
    this.named.set(name, (this.named.get(name) ?? 0) + times);
  }
}
