import type { JointAction, JointMove } from '../../models/model.ts';
import { CheckError, guarded } from './check-error.ts';
import type { Facts } from './facts.ts';
import { IntegerList } from './integer-list.ts';
import type { Interner } from './interner.ts';
import type { Names } from './names.ts';
import { Part, refuseUnread } from './part.ts';
import type { Structures } from './structures.ts';
import { TupleTable } from './tuple-table.ts';

/** A joint action with every name resolved. Pairs are flat: slot, event id, slot, event id … */
export interface ResolvedAction {
  readonly move: number;
  readonly budget: number;
  readonly clear: Int32Array;
  readonly deliver: Int32Array;
  readonly send: Int32Array;
}

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
  /** By the number of what it reads. */
  private readonly actions: (readonly ResolvedAction[])[] = [];
  /** The budget that all these actions draw from, plus one; NEVER if there are none, MIXED if it is not one. */
  private readonly needs = new IntegerList();
  private readonly tell: (fact: readonly number[]) => void;

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
    if (this.actions[number] === undefined) this.generate(world, number);
    return number;
  }

  actionsOf(number: number): readonly ResolvedAction[] {
    return this.actions[number]!;
  }

  /** Whether a budget is left for any of the actions. */
  isOffered(number: number, world: Int32Array): boolean {
    const need = this.needs.data[number]!;
    if (need > 0) return world[need - 1] !== 0;
    return need === NEVER ? false : this.isAnyOffered(number, world);
  }

  /** Apart, as its closure would cost each call of `isOffered` memory. */
  private isAnyOffered(number: number, world: Int32Array): boolean {
    return this.actions[number]!.some(({ budget }) => budget < 0 || world[budget] !== 0);
  }

  /** The slots with values that are reason enough to offer nothing. */
  get excusing(): readonly number[] {
    return this.excuses.map(([slot]) => slot);
  }

  /** Does its author say that it offers nothing, because of the value in this slot? */
  isExcused(world: Int32Array, slot: number): boolean {
    const { surroundings } = this;
    const value = surroundings.read(slot, world[slot]!) as never;
    const isExcused = this.excuses.some(
      ([at, excuse]) =>
        at === slot && guarded('component-threw', 'unless of a joint move', () => excuse(value)),
    );
    if (isExcused && this.doubts > 0) this.doubt(world);
    return isExcused;
  }

  /** For the first few values that is looked at. */
  private doubt(world: Int32Array): void {
    this.doubts--;
    const { rule } = this;
    if (this.actionsOf(this.numberIn(world)).length === 0) return;
    throw new CheckError(
      'bad-result',
      `joint move ${rule.name} offers something where its "unless" says that it does not`,
    );
  }

  private generate(world: Int32Array, number: number): void {
    const { rule, surroundings, tuples } = this;
    const values = tuples.slots.map((slot, at) => {
      const part = tuples.parts[at]!;
      const id = world[slot]!;
      return part === null ? surroundings.read(slot, id) : part.value(part.numberOf(id));
    });
    const saidBy = `joint move ${rule.name}`;
    const actions = guarded('component-threw', saidBy, () => rule.generate(...values));
    const resolved = actions.map((action) => this.resolve(action, saidBy));
    this.keep(number, resolved);
    this.tell([...tuples.slots.map((slot) => world[slot]!), ...resolved.flatMap(flatAction)]);
  }

  private partsOf(slots: readonly number[], saidBy: string): readonly (Part | null)[] {
    const { parts = {}, reads } = this.rule;
    const { facts, read, structures } = this.surroundings;
    refuseUnread(parts, reads, saidBy, 'a part');
    const asked = { saidBy, code: 'component-threw', structures, facts, read } as const;
    return reads.map((name, at) => {
      const take = parts[name];
      return take === undefined ? null : new Part(slots[at]!, take, at, asked);
    });
  }

  private keep(number: number, actions: readonly ResolvedAction[]): void {
    this.actions[number] = actions;
    this.needs.set(number, needOf(actions));
  }

  private learn(words: Int32Array, from: number, end: number): void {
    const number = this.tuples.numberTold(words, from);
    this.keep(number, actionsOf(words, from + this.slots.length, end));
  }

  private resolve(action: JointAction, saidBy: string): ResolvedAction {
    const { names, events } = this.surroundings;
    const { clear = [], deliver = [], send = [], budget } = action;
    return {
      move: this.surroundings.move(this.rule.name, action),
      budget: budget === undefined ? -1 : names.budget(budget, saidBy),
      clear: Int32Array.from(clear, (name) => names.channel(name, saidBy)),
      deliver: Int32Array.from(
        deliver.flatMap(([name, event]) => [names.component(name, saidBy), events.id(event)]),
      ),
      send: Int32Array.from(
        send.flatMap(([name, event]) => [names.channel(name, saidBy), events.id(event)]),
      ),
    };
  }
}

/** Move, budget, and three lists, each with its length before it. */
function flatAction({ budget, clear, deliver, move, send }: ResolvedAction): readonly number[] {
  return [move, budget, ...[clear, deliver, send].flatMap((list) => [list.length, ...list])];
}

function actionsOf(words: Int32Array, from: number, end: number): readonly ResolvedAction[] {
  const actions: ResolvedAction[] = [];
  let at = from;
  const list = (): Int32Array => {
    const begin = at + 1;
    at = begin + words[at]!;
    return words.slice(begin, at);
  };
  while (at < end) {
    const move = words[at++]!;
    const budget = words[at++]!;
    actions.push({ move, budget, clear: list(), deliver: list(), send: list() });
  }
  return actions;
}

function needOf(actions: readonly ResolvedAction[]): number {
  const budget = actions[0]?.budget;
  if (budget === undefined) return NEVER;
  return actions.every((action) => action.budget === budget) && budget >= 0 ? budget + 1 : MIXED;
}
