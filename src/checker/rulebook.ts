import type { Facts, TellFact } from './facts.ts';
import { IntegerList } from './integer-list.ts';
import type { JointRule } from './joint-rules.ts';

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
  private readonly tell: TellFact;

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
    this.tell([value, mask | KNOWN], () => this.masks.at(value) !== 0);
    return mask;
  }
}

/**
 * All joint rules of a composition. A rule is quiet where it offers no action that a budget is left for. Budgets only
 * shrink, so it stays quiet until something changes that it reads: most worlds need not ask most rules.
 */
export class Rulebook {
  /** The rules that are not quiet in the world last asked about, by their places, and where the lists of their actions are. */
  readonly offering: Int32Array;
  readonly offered: Int32Array;
  /** How many these are. */
  offeredCount = 0;
  /** The rules, as bits, that are quiet in that world. */
  quiet = 0;
  readonly rules: readonly JointRule[];
  private readonly excuses: readonly Excuses[];
  /** As bits, all rules that are noted. */
  private readonly noted: number;
  /** By slot, as bits, the rules that read it: those that are quiet stay so until one of their slots changes. */
  readonly readingAt: Int32Array;

  constructor(rules: readonly JointRule[], slots: number, facts: Facts) {
    this.rules = rules;
    this.offering = new Int32Array(rules.length);
    this.offered = new Int32Array(rules.length);
    const noted = rules.slice(0, NOTED_MAX);
    this.noted = noted.reduce((mask, _, index) => mask | (1 << index), 0);
    const excusing = new Set(noted.flatMap((rule) => rule.excusing));
    this.excuses = [...excusing].map((slot) => new Excuses(slot, noted, facts));
    this.readingAt = new Int32Array(slots);
    for (const [index, rule] of noted.entries()) {
      for (const slot of rule.slots) this.readingAt[slot]! |= 1 << index;
    }
  }

  /** `quiet`: the rules known to be quiet here. */
  ask(world: Int32Array, quiet: number): void {
    const { excuses, rules } = this;
    this.offeredCount = 0;
    let open = this.noted & ~quiet;
    for (let index = 0; index < excuses.length; index++) {
      const excuse = excuses[index]!;
      if ((excuse.concerned & open) !== 0) open &= ~excuse.excusedIn(world);
    }
    this.quiet = ~open;
    while (open !== 0) {
      const bit = open & -open;
      if (!this.offers(31 - Math.clz32(bit), world)) this.quiet |= bit;
      open ^= bit;
    }
    for (let index = NOTED_MAX; index < rules.length; index++) this.offers(index, world);
  }

  private offers(index: number, world: Int32Array): boolean {
    const rule = this.rules[index]!;
    const number = rule.numberIn(world);
    if (!rule.isOffered(number, world)) return false;
    this.offering[this.offeredCount] = index;
    this.offered[this.offeredCount++] = rule.actionsOf(number);
    return true;
  }
}
