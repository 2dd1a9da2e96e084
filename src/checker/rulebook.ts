import type { Facts } from './facts.ts';
import { IntegerList } from './integer-list.ts';
import type { JointRule, ResolvedAction } from './joint-rules.ts';

/** As many as an integer has bits, but for one; further rules are asked in every world. */
const NOTED_MAX = 31;
const NOTED = (1 << NOTED_MAX) - 1;
const KNOWN = 1 << NOTED_MAX;

/** For each value of one slot, the rules that it excuses. */
class Excuses {
  readonly slot: number;
  /** The rules, as bits, that it may excuse. */
  readonly concerned: number;
  private readonly rules: readonly JointRule[];
  private readonly masks = new IntegerList();
  private readonly tell: (fact: readonly number[]) => void;

  constructor(slot: number, rules: readonly JointRule[], facts: Facts) {
    this.slot = slot;
    this.rules = rules;
    this.concerned = rules.reduce(
      (mask, rule, index) => (rule.excusing.includes(slot) ? mask | (1 << index) : mask),
      0,
    );
    this.tell = facts.share((words, at) => this.masks.set(words[at]!, words[at + 1]!));
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
    const value = world[this.slot]!;
    this.masks.set(value, mask | KNOWN);
    this.tell([value, mask | KNOWN]);
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
  /** How many of `offered` count: emptied lists would be made anew for each world. */
  offeredCount = 0;
  /** The rules, as bits, that are quiet in that world. */
  quiet = 0;
  private readonly rules: readonly JointRule[];
  private readonly excuses: readonly Excuses[];
  /** By slot, the rules that read it. */
  private readonly readingAt: Int32Array;

  constructor(rules: readonly JointRule[], slots: number, facts: Facts) {
    this.rules = rules;
    const noted = rules.slice(0, NOTED_MAX);
    const excusing = new Set(noted.flatMap((rule) => rule.excusing));
    this.excuses = [...excusing].map((slot) => new Excuses(slot, noted, facts));
    this.readingAt = new Int32Array(slots);
    for (const [index, rule] of noted.entries()) {
      for (const slot of rule.slots) this.readingAt[slot]! |= 1 << index;
    }
  }

  /** `quiet`: the rules known to be quiet here. */
  ask(world: Int32Array, quiet: number): void {
    const { excuses, offered, rules } = this;
    this.offeredCount = 0;
    for (let index = 0; index < excuses.length; index++) {
      const excuse = excuses[index]!;
      if ((excuse.concerned & ~quiet) !== 0) quiet |= excuse.excusedIn(world);
    }
    for (let index = 0; index < rules.length; index++) {
      const bit = index < NOTED_MAX ? 1 << index : 0;
      if ((quiet & bit) !== 0) continue;
      const rule = rules[index]!;
      const number = rule.numberIn(world);
      if (rule.isOffered(number, world)) offered[this.offeredCount++] = rule.actionsOf(number);
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
