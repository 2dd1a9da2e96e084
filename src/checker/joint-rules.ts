import type { JointAction, JointMove } from '../../models/model.ts';
import { CheckError, guarded } from './check-error.ts';
import type { Interner } from './interner.ts';
import type { Names } from './names.ts';
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

const DOUBTED_FIRST = 256;

type Excuse = (value: never) => boolean;

/** One joint rule, generated once per combination of what it reads. */
export class JointRule {
  /** The slots it reads. */
  readonly slots: readonly number[];
  private readonly rule: JointMove<readonly unknown[]>;
  private readonly surroundings: JointSurroundings;
  private readonly tuples: TupleTable;
  private readonly excuses: readonly (readonly [slot: number, Excuse])[];
  /** How many more times an excuse is not believed at once. */
  private doubts = DOUBTED_FIRST;
  private readonly actionsOf: (readonly ResolvedAction[])[] = [];

  constructor(rule: JointMove<readonly unknown[]>, surroundings: JointSurroundings) {
    this.rule = rule;
    this.surroundings = surroundings;
    const saidBy = `joint move ${rule.name}`;
    this.tuples = new TupleTable(rule.reads.map((name) => surroundings.names.any(name, saidBy)));
    const unread = Object.keys(rule.unless ?? {}).find((name) => !rule.reads.includes(name));
    if (unread !== undefined) {
      throw new CheckError(
        'unknown-name',
        `${saidBy} has an "unless" for ${unread}, which it does not read`,
      );
    }
    this.excuses = Object.entries(rule.unless ?? {}).map(([name, excuse]) => [
      surroundings.names.any(name, saidBy),
      excuse,
    ]);
    this.slots = this.tuples.slots;
  }

  actions(world: Int32Array): readonly ResolvedAction[] {
    const number = this.tuples.numberIn(world);
    return this.actionsOf[number] ?? this.generate(world, number);
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
    if (this.actions(world).length === 0) return;
    throw new CheckError(
      'bad-result',
      `joint move ${rule.name} offers something where its "unless" says that it does not`,
    );
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
