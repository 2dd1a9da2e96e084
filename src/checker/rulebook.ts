import { IntegerList } from './integer-list.ts';
import type { JointRule, ResolvedAction } from './joint-rules.ts';

/** As many as an integer has bits, but for one; further rules are asked in every world. */
const NOTED_MAX = 31;
const NOTED = (1 << NOTED_MAX) - 1;
const KNOWN = 1 << NOTED_MAX;

/** For each value of one slot, the rules that it excuses. */
class Excuses {
  readonly slot: number;
  private readonly rules: readonly JointRule[];
  private readonly masks = new IntegerList();

  constructor(slot: number, rules: readonly JointRule[]) {
    this.slot = slot;
    this.rules = rules;
  }

  excusedIn(world: Int32Array): number {
    const known = this.masks.at(world[this.slot]!);
    return known === 0 ? this.ask(world) : known & NOTED;
  }

  private ask(world: Int32Array): number {
    let mask = 0;
    for (const [index, rule] of this.rules.entries()) {
      if (rule.excusing.includes(this.slot) && rule.isExcused(world, this.slot)) mask |= 1 << index;
    }
    this.masks.set(world[this.slot]!, mask | KNOWN);
    return mask;
  }
}

/**
 * All joint rules of a composition. A rule is quiet where it offers no action that a budget is left for. Budgets only
 * shrink, so it stays quiet until something changes that it reads: most worlds need not ask most rules.
 */
export class Rulebook {
  /** Of each rule that is not quiet in the world last asked about, its actions. */
  readonly offered: (readonly ResolvedAction[])[] = [];
  /** The rules, as bits, that are quiet in that world. */
  quiet = 0;
  private readonly rules: readonly JointRule[];
  private readonly excuses: readonly Excuses[];
  /** By slot, the rules that read it. */
  private readonly readingAt: Int32Array;

  constructor(rules: readonly JointRule[], slots: number) {
    this.rules = rules;
    const noted = rules.slice(0, NOTED_MAX);
    const excusing = new Set(noted.flatMap((rule) => rule.excusing));
    this.excuses = [...excusing].map((slot) => new Excuses(slot, noted));
    this.readingAt = new Int32Array(slots);
    for (const [index, rule] of noted.entries()) {
      for (const slot of rule.slots) this.readingAt[slot]! |= 1 << index;
    }
  }

  /** `quiet`: the rules known to be quiet here. */
  ask(world: Int32Array, quiet: number): void {
    this.offered.length = 0;
    const { excuses, rules } = this;
    for (let index = 0; index < excuses.length; index++) quiet |= excuses[index]!.excusedIn(world);
    for (let index = 0; index < rules.length; index++) {
      const bit = index < NOTED_MAX ? 1 << index : 0;
      if ((quiet & bit) !== 0) continue;
      const actions = rules[index]!.actions(world);
      if (isOffered(actions, world)) this.offered.push(actions);
      else quiet |= bit;
    }
    this.quiet = quiet;
  }

  /** The rules that are still quiet when these slots have changed. */
  quietAfter(touched: Int32Array, count: number): number {
    const { readingAt } = this;
    let reading = 0;
    for (let index = 0; index < count; index++) reading |= readingAt[touched[index]!]!;
    return this.quiet & ~reading;
  }
}

/** Whether a budget is left for any of the actions. */
function isOffered(actions: readonly ResolvedAction[], world: Int32Array): boolean {
  for (let at = 0; at < actions.length; at++) {
    const { budget } = actions[at]!;
    if (budget < 0 || world[budget] !== 0) return true;
  }
  return false;
}
