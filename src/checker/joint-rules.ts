import type { JointAction, JointMove } from '../../models/model.ts';
import { guarded } from './check-error.ts';
import type { Interner } from './interner.ts';
import type { Names } from './names.ts';
import { maskOf } from './space.ts';
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
  move(rule: string, action: JointAction): number;
  read(slot: number, id: number): unknown;
}

/** One joint rule, generated once per combination of what it reads. */
export class JointRule {
  /** The slots it reads. */
  readonly mask: number;
  private readonly rule: JointMove<readonly unknown[]>;
  private readonly surroundings: JointSurroundings;
  private readonly tuples: TupleTable;
  private readonly actionsOf: (readonly ResolvedAction[])[] = [];

  constructor(rule: JointMove<readonly unknown[]>, surroundings: JointSurroundings) {
    this.rule = rule;
    this.surroundings = surroundings;
    const saidBy = `joint move ${rule.name}`;
    this.tuples = new TupleTable(rule.reads.map((name) => surroundings.names.any(name, saidBy)));
    this.mask = this.tuples.slots.reduce((mask, slot) => mask | maskOf(slot), 0);
  }

  actions(world: Int32Array): readonly ResolvedAction[] {
    const number = this.tuples.numberIn(world);
    return this.actionsOf[number] ?? this.generate(world, number);
  }

  private generate(world: Int32Array, number: number): readonly ResolvedAction[] {
    const { rule, surroundings, tuples } = this;
    const values = tuples.slots.map((slot) => surroundings.read(slot, world[slot]!));
    const saidBy = `joint move ${rule.name}`;
    const actions = guarded('component-threw', saidBy, () => rule.generate(...values));
    const resolved = actions.map((action) => this.resolve(action, saidBy));
    this.actionsOf[number] = resolved;
    return resolved;
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
