import type { JointAction, JointMove } from '../../models/model.ts';
import { ownOf } from '../../models/own.ts';
import { spread } from './asked-again.ts';
import { CheckError, guarded } from './check-error.ts';
import { isDoubted } from './doubts.ts';
import type { Facts, TellFact } from './facts.ts';
import { IntegerList } from './integer-list.ts';
import type { Interner } from './interner.ts';
import { handed, lent } from './lent.ts';
import { refuseMisspelt } from './misspelt.ts';
import type { Names } from './names.ts';
import { Part, refuseUnread } from './part.ts';
import type { Structures } from './structures.ts';
import { textOf } from './text-of.ts';
import { TupleTable } from './tuple-table.ts';

/**
 * Of a joint action, with every name resolved, where each of its numbers is: how long it is in all, its move class, its budget (-1:
 * free), where its deliveries begin and where what it sends, counted from its start. From `CLEARED` on: the slots it clears; then its
 * deliveries and what it sends, each as slot and event id.
 */
export const LENGTH = 0;
export const MOVE = 1;
export const BUDGET = 2;
export const DELIVERED = 3;
export const SENT = 4;
export const CLEARED = 5;

export interface JointSurroundings {
  readonly names: Names;
  readonly events: Interner;
  readonly facts: Facts;
  readonly structures: Structures;
  move(rule: string, action: JointAction): number;
  read(slot: number, id: number): unknown;
}

const DOUBTED_FIRST = 256;
const MIXED = 0;
const NEVER = -1;
const FREE = -2;

type Excuse = (value: never) => boolean;

/** One joint rule, generated once per combination of what it reads, or of the parts of that which it takes. */
export class JointRule {
  /** The slots it reads. */
  readonly slots: readonly number[];
  private readonly rule: JointMove<readonly unknown[]>;
  private readonly surroundings: JointSurroundings;
  private readonly tuples: TupleTable;
  private readonly excuses: readonly (readonly [slot: number, Excuse])[];
  /** How many more times an excuse is not believed at once. */
  private doubts = DOUBTED_FIRST;
  /** What it read whenever it was asked, and where the answer is, one list after the other. */
  private readonly asked = new IntegerList();
  /** Lists of actions: where it ends, then one action after the other. */
  readonly actions = new IntegerList();
  /** By the number of what it reads: where the list is, plus one. */
  private readonly actionsAt = new IntegerList();
  /** How many lists there are. */
  private known = 0;
  /** The budget that all these actions draw from, plus one; FREE if one needs none, NEVER if there are none, else MIXED. */
  private readonly needs = new IntegerList();
  private readonly tell: TellFact;

  constructor(rule: JointMove<readonly unknown[]>, surroundings: JointSurroundings) {
    this.rule = rule;
    this.surroundings = surroundings;
    const saidBy = `joint move ${rule.name}`;
    const slots = rule.reads.map((name) => surroundings.names.any(name, saidBy));
    refuseUnread(rule.unless ?? {}, rule.reads, saidBy, 'an "unless"');
    this.tuples = new TupleTable(slots, this.partsOf(slots, saidBy));
    this.excuses = Object.entries(rule.unless ?? {}).map(([name, excuse]) => [
      surroundings.names.any(name, saidBy),
      excuse,
    ]);
    this.slots = this.tuples.slots;
    this.tell = surroundings.facts.share((words, from, end) => this.learn(words, from, end));
  }

  /** The number of what it reads in a world; its actions are known from then on. */
  numberIn(world: Int32Array): number {
    const number = this.tuples.numberIn(world);
    if (this.actionsAt.at(number) === 0) this.generate(world, number);
    return number;
  }

  /** Where the list of its actions is. */
  actionsOf(number: number): number {
    return this.actionsAt.data[number]! - 1;
  }

  /** Whether a budget is left for any of the actions. */
  isOffered(number: number, world: Int32Array): boolean {
    const need = this.needs.data[number]!;
    if (need > 0) return world[need - 1] !== 0;
    if (need !== MIXED) return need === FREE;
    const { data } = this.actions;
    const list = this.actionsOf(number);
    for (let at = list + 1; at < data[list]!; at += data[at + LENGTH]!) {
      if (world[data[at + BUDGET]!] !== 0) return true;
    }
    return false;
  }

  /** The slots with values that are reason enough to offer nothing. */
  get excusing(): readonly number[] {
    return this.excuses.map(([slot]) => slot);
  }

  /** Does its author say that it offers nothing, because of the value in this slot? */
  isExcused(world: Int32Array, slot: number): boolean {
    const { surroundings } = this;
    const value = surroundings.read(slot, world[slot]!) as never;
    const said = `unless of joint move ${this.rule.name}`;
    const isExcused = this.excuses.some(([at, excuse]) => {
      if (at !== slot) return false;
      const answer: unknown = guarded('component-threw', said, () => excuse(value));
      if (typeof answer === 'boolean') return answer;
      throw new CheckError('bad-result', `${said} answered ${textOf(answer)}, not true or false`);
    });
    if (isExcused && this.doubts > 0) this.doubt(world);
    return isExcused;
  }

  /** For the first few values that is looked at. */
  private doubt(world: Int32Array): void {
    this.doubts--;
    const { rule } = this;
    if (this.needs.at(this.numberIn(world)) === NEVER) return;
    throw new CheckError(
      'bad-result',
      `joint move ${rule.name} offers something where its "unless" says that it does not`,
    );
  }

  /** Some of what it was asked, when all of it was. Errors: `not-deterministic`. */
  askAgain(): void {
    const { actions, asked, slots } = this;
    const world = new Int32Array(Math.max(0, ...slots) + 1);
    const width = slots.length + 1;
    for (const at of spread(asked.length / width)) {
      const from = at * width;
      for (const [index, slot] of slots.entries()) world[slot] = asked.at(from + index);
      const list = asked.at(from + slots.length);
      const before = [...actions.data.subarray(list + 1, actions.at(list))];
      this.expectSame(this.ask(world, lent), before);
    }
  }

  private ask(world: Int32Array, hand = handed): readonly number[] {
    const { rule, surroundings, tuples } = this;
    const values = tuples.slots.map((slot, at) => {
      const part = tuples.parts[at]!;
      const id = world[slot]!;
      return part === null ? surroundings.read(slot, id) : part.value(part.numberOf(id));
    });
    const saidBy = `joint move ${rule.name}`;
    const generate = (...read: readonly unknown[]) => rule.generate(...read);
    const who = () => saidBy;
    const actions = guarded('component-threw', who, () => hand(who, values, generate));
    if (!Array.isArray(actions) || !actions.every(isJointAction)) {
      const sentence = `${saidBy} offered ${textOf(actions)}; it offers a list of { name, deliver?, clear?, send?, budget?, fault? }`;
      throw new CheckError('bad-result', sentence);
    }
    for (const action of actions as readonly JointAction[]) {
      refuseMisspelt('bad-result', 'jointAction', action, `${action.name} of ${saidBy}`);
    }
    return actions.flatMap((action: JointAction) => this.resolve(action, saidBy));
  }

  private expectSame(found: readonly number[], before: readonly number[]): void {
    if (found.join() === before.join()) return;
    const { name, reads } = this.rule;
    const sentence = `joint move ${name} offered something else for the same ${reads.join(', ')}`;
    throw new CheckError('not-deterministic', sentence);
  }

  private generate(world: Int32Array, number: number): void {
    const resolved = this.ask(world);
    if (isDoubted(this.known)) this.expectSame(this.ask(world, lent), resolved);
    const read = this.slots.map((slot) => world[slot]!);
    this.tell([...read, ...resolved], () => this.actionsAt.at(number) !== 0);
  }

  private partsOf(slots: readonly number[], saidBy: string): readonly (Part | null)[] {
    const { parts = {}, reads } = this.rule;
    const { facts, read, structures } = this.surroundings;
    refuseUnread(parts, reads, saidBy, 'a part');
    const asked = { saidBy, code: 'component-threw', structures, facts, read } as const;
    return reads.map((name, at) => {
      const take = ownOf(parts, name);
      return take === undefined ? null : new Part(slots[at]!, take, at, asked);
    });
  }

  private keep(number: number, words: ArrayLike<number>, from: number, end: number): void {
    const list = this.actions.length;
    this.known++;
    this.actions.push(list + 1 + end - from);
    for (let at = from; at < end; at++) this.actions.push(words[at]!);
    this.actionsAt.set(number, list + 1);
    this.needs.set(number, needOf(words, from, end));
  }

  private learn(words: ArrayLike<number>, from: number, end: number): void {
    const number = this.tuples.numberIn(this.tuples.worldOf(words, from));
    const actionsFrom = from + this.slots.length;
    for (let at = from; at < actionsFrom; at++) this.asked.push(words[at]!);
    this.asked.push(this.actions.length);
    this.keep(number, words, actionsFrom, end);
  }

  private resolve(action: JointAction, saidBy: string): readonly number[] {
    const { names, events, move } = this.surroundings;
    const { clear = [], deliver = [], send = [], budget } = action;
    const cleared = clear.map((name) => names.channel(name, saidBy));
    const delivered = deliver.flatMap(([name, event]) => [
      names.component(name, saidBy),
      events.id(event),
    ]);
    const sent = send.flatMap(([name, event]) => [names.channel(name, saidBy), events.id(event)]);
    const deliveredAt = CLEARED + cleared.length;
    const sentAt = deliveredAt + delivered.length;
    const draws = budget === undefined ? -1 : names.budget(budget, saidBy);
    const head = [sentAt + sent.length, move(this.rule.name, action), draws, deliveredAt, sentAt];
    return [...head, ...cleared, ...delivered, ...sent];
  }
}

/** Of actions that lie one after the other. */
function needOf(words: ArrayLike<number>, from: number, end: number): number {
  const budgets = new Set<number>();
  for (let at = from; at < end; at += words[at + LENGTH]!) budgets.add(words[at + BUDGET]!);
  const [budget] = budgets;
  if (budget === undefined) return NEVER;
  if (budgets.has(-1)) return FREE;
  return budgets.size === 1 ? budget + 1 : MIXED;
}

function isJointAction(action: unknown): boolean {
  if (typeof action !== 'object' || action === null) return false;
  const { clear = [], deliver = [], fault = false, name, send = [] } = action as JointAction;
  const isPairs = (list: unknown): boolean =>
    Array.isArray(list) && list.every((pair) => Array.isArray(pair) && pair.length === 2);
  const isNamed = typeof name === 'string' && typeof fault === 'boolean';
  return isNamed && Array.isArray(clear) && isPairs(deliver) && isPairs(send);
}
