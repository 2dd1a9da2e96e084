import type { Composition, Renaming } from '../../models/model.ts';
import { Action } from './action.ts';
import { CheckError } from './check-error.ts';
import { type Facts, nobodyElse } from './facts.ts';
import { Interner } from './interner.ts';
import {
  BUDGET,
  CLEARED,
  DELIVERED,
  JointRule,
  LENGTH,
  MOVE as MADE,
  SENT,
} from './joint-rules.ts';
import { LocalMachine } from './local-machine.ts';
import { Names } from './names.ts';
import { ARRIVAL_LENGTH, CONTENT, EVENT, IDLE, MESSAGE, MOVE, Post, ROW } from './post.ts';
import { Renamed } from './renamed.ts';
import { Rulebook } from './rulebook.ts';
import type { Happening, MoveClass, Space, Visit } from './space.ts';
import type { Structures } from './structures.ts';
import { type IdSource, Vocabulary } from './vocabulary.ts';

const PLANNED_WIDTH = 16;
/** As many as a plain model may have. */
const STARTS_MOST = 1_000_000;

/**
 * A composition as a space: slot by slot the state id of each component, the content id of each channel, what is left
 * of each budget. All that the composition decides is asked once per combination of ids and remembered.
 */
export class ComposedSpace implements Space {
  readonly name: string;
  readonly structures: Structures;
  private readonly names: Names;
  private readonly events: Interner;
  private readonly classes: Interner;
  private readonly machines: readonly LocalMachine[];
  private readonly posts: readonly Post[];
  /** The slots of components that move by themselves. */
  private readonly moving: readonly number[];
  private readonly rulebook: Rulebook;
  private readonly action: Action;
  private readonly declared: readonly Renaming[];
  private readonly facts: Facts;
  private renamings: readonly Renamed[] | null = null;
  private readonly initialBudgets: readonly number[];
  private readonly reached = new Map<string, number>();

  constructor(composition: Composition, source: IdSource | null = null, facts: Facts = nobodyElse) {
    this.name = composition.name;
    this.facts = facts;
    this.names = new Names(composition);
    const vocabulary = new Vocabulary(source, facts);
    this.structures = vocabulary.structures;
    this.events = new Interner('an event', vocabulary);
    this.classes = new Interner('a kind of move', vocabulary);
    this.initialBudgets = Object.values(composition.budgets ?? {});
    const surroundings = {
      names: this.names,
      events: this.events,
      target: (name: string, saidBy: string) => this.names.target(name, saidBy),
      move: (
        by: string,
        move: { name: string; fault?: boolean; budget?: string },
      ): [number, number] => [
        this.classId({
          name: `${by}: ${move.name}`,
          by: `component ${by}`,
          fault: move.fault ?? false,
          group: groupOf('component', by, move.name),
        }),
        move.budget === undefined
          ? -1
          : this.names.budget(move.budget, `move ${move.name} of ${by}`),
      ],
      mark: (label: string) => this.reached.set(label, (this.reached.get(label) ?? 0) + 1),
    };
    this.machines = Object.entries(composition.components).map(
      ([name, component]) => new LocalMachine(name, component, surroundings, vocabulary),
    );
    this.posts = Object.entries(composition.channels ?? {}).map(([name, channel]) => {
      const slot = this.names.find(name);
      const receiver = this.names.component(channel.to, `channel ${name}`);
      const machine = this.machines[receiver]!;
      return new Post({
        name,
        slot,
        channel,
        receiver,
        events: this.events,
        machine,
        vocabulary,
        classId: (moveClass) => this.classId(moveClass),
        budget: (budget) => this.names.budget(budget, `channel ${name}`),
      });
    });
    this.moving = [...this.machines.keys()].filter((slot) => this.machines[slot]!.isMoving);
    this.declared = composition.symmetry ?? [];
    const rules = (composition.joint ?? []).map(
      (rule) =>
        new JointRule(rule, {
          names: this.names,
          events: this.events,
          facts,
          structures: this.structures,
          // It owes for itself, though a component, or another rule, may call a move the same.
          move: (by, { name, fault = false }) =>
            this.classId({
              name,
              by: `joint move ${by}`,
              fault,
              group: groupOf('joint move', by, name),
            }),
          read: (slot, id) => this.value(slot, id),
        }),
    );
    this.rulebook = new Rulebook(rules, this.names.all.length, facts);
    this.action = new Action({
      name: this.name,
      slotNames: this.names.all,
      machines: this.machines,
      posts: this.posts,
      event: (id) => this.events.value(id),
      readingAt: this.rulebook.readingAt,
    });
  }

  get touched(): Int32Array {
    return this.action.touched;
  }

  get touchedCount(): number {
    return this.action.touchedCount;
  }

  get touchedMask(): number {
    return this.action.touchedMask;
  }

  get quietAfter(): number {
    return this.rulebook.quiet & ~this.action.readingMask;
  }

  slots(): number {
    return this.names.all.length;
  }

  slotNames(): readonly string[] {
    return this.names.all;
  }

  slotOf(name: string): number {
    return this.names.find(name);
  }

  plannedWidth(slot: number): number {
    const budget = this.initialBudgets[slot - this.machines.length - this.posts.length];
    return budget === undefined ? PLANNED_WIDTH : 32 - Math.clz32(budget);
  }

  sizeOf(slot: number): number {
    const post = this.posts[slot - this.machines.length];
    const interner = this.machines[slot]?.states ?? post?.contents.interner;
    return interner === undefined ? 0 : Math.max(1, interner.size);
  }

  value(slot: number, id: number): unknown {
    if (slot < this.machines.length) return this.machines[slot]!.states.value(id);
    const post = this.posts[slot - this.machines.length];
    return post === undefined
      ? id
      : post.contents.list(id).map((message) => this.events.value(message));
  }

  whole(world: Int32Array): unknown {
    return Object.fromEntries(
      this.names.all.map((name, slot) => [name, this.value(slot, world[slot]!)]),
    );
  }

  initial(visit: (world: Int32Array) => void): void {
    const budgetsFrom = this.machines.length + this.posts.length;
    const world = new Int32Array(this.names.all.length);
    for (const [index, budget] of this.initialBudgets.entries())
      world[budgetsFrom + index] = budget;
    for (const post of this.posts) world[post.slot] = post.initialContent();
    this.refuseTooManyStarts();
    this.eachInitial(0, world, visit);
  }

  expand(world: Int32Array, visit: Visit, quiet: number): void {
    const { moving, posts } = this;
    this.action.startFrom(world);
    this.rulebook.ask(world, quiet);
    for (let index = 0; index < posts.length; index++) {
      const post = posts[index]!;
      if (world[post.slot] !== 0) this.arrivals(post, world, visit);
    }
    for (let index = 0; index < moving.length; index++) {
      this.localMoves(moving[index]!, world, visit);
    }
    const { offered, offeredCount, offering, rules } = this.rulebook;
    for (let index = 0; index < offeredCount; index++) {
      const { data } = rules[offering[index]!]!.actions;
      const list = offered[index]!;
      for (let at = list + 1; at < data[list]!; at += data[at + LENGTH]!) {
        this.jointAction(data, at, world, visit);
      }
    }
  }

  representative(world: Int32Array): Int32Array {
    return world;
  }

  /** The worlds that the declared renamings make of this one. */
  *images(world: Int32Array): Iterable<Int32Array> {
    const { events, machines, names, posts } = this;
    this.renamings ??= this.declared.map(
      (renaming) => new Renamed(renaming, names, machines, posts, events),
    );
    for (const renaming of this.renamings) yield renaming.image(world);
  }

  explain(
    world: Int32Array,
    visit: (next: Int32Array, move: number, event: number, happened: readonly Happening[]) => void,
  ): void {
    const { action } = this;
    action.happened = [];
    try {
      this.expand(world, (next, move, event) => visit(next, move, event, action.happened!), 0);
    } finally {
      action.happened = null;
    }
  }

  moveClass(move: number): MoveClass {
    return this.classes.value(move) as MoveClass;
  }

  moveClasses(): readonly MoveClass[] {
    return Array.from({ length: this.classes.size }, (_, id) => this.moveClass(id));
  }

  event(id: number): unknown {
    return id < 0 ? null : this.events.value(id);
  }

  recall(
    _: readonly string[],
    marks: Iterable<readonly [string, number]>,
    questions: Int32Array,
  ): void {
    for (const [mark, count] of marks) this.reached.set(mark, count);
    let at = 0;
    for (const machine of this.machines) {
      const from = at + 1;
      at = from + questions[at]!;
      machine.recall(questions.slice(from, at));
    }
  }

  questions(): Int32Array {
    const lists = this.machines.map((machine) => [...machine.questions()]);
    return Int32Array.from(lists.flatMap((list) => [list.length, ...list]));
  }

  askAgain(): void {
    for (const machine of this.machines) machine.askAgain();
    for (const post of this.posts) post.askAgain();
    for (const rule of this.rulebook.rules) rule.askAgain();
  }

  calls(): number {
    return this.machines.reduce((sum, machine) => sum + machine.calls, 0);
  }

  marks(): ReadonlyMap<string, number> {
    return this.reached;
  }

  byteLength(): number {
    return 0;
  }

  /** All of them are found at one go, before anybody looks at a limit. */
  private refuseTooManyStarts(): void {
    const starts = this.machines.reduce((all, machine) => all * machine.initialIds().length, 1);
    if (starts <= STARTS_MOST) return;
    throw new CheckError(
      'impossible-bound',
      `${this.name} begins in ${starts} ways, as every combination of initial states is one; more than ${STARTS_MOST} are too many: let a joint action choose first`,
    );
  }

  private eachInitial(slot: number, world: Int32Array, visit: (world: Int32Array) => void): void {
    const machine = this.machines[slot];
    if (machine === undefined) {
      const { action } = this;
      action.startFrom(world);
      action.settleAll();
      visit(action.next);
      return;
    }
    for (const id of machine.initialIds()) {
      world[slot] = id;
      this.eachInitial(slot + 1, world, visit);
    }
  }

  private arrivals(post: Post, world: Int32Array, visit: Visit): void {
    const { action } = this;
    const list = post.arrivalsOf(world[post.slot]!, world[post.receiver]!);
    const { arrivals } = post;
    const end = list + 1 + arrivals.data[list]! * ARRIVAL_LENGTH;
    for (let at = list + 1; at < end; at += ARRIVAL_LENGTH) {
      const { data } = arrivals;
      const row = data[at + ROW]!;
      const move = data[at + MOVE]!;
      const event = data[at + EVENT]!;
      const message = data[at + MESSAGE]!;
      action.begin();
      if (action.happened !== null) action.tellOf('arrives', post, message);
      if (row === IDLE) visit(action.next, move, event);
      else {
        action.set(post.slot, data[at + CONTENT]!);
        if (action.apply(post.receiver, row)) this.finish(visit, move, event);
      }
      if (post.losing >= 0) this.loss(post, message, world, visit);
    }
  }

  private loss(post: Post, message: number, world: Int32Array, visit: Visit): void {
    if (post.lossBudget >= 0 && world[post.lossBudget] === 0) return;
    const { action } = this;
    action.begin();
    action.spend(post.lossBudget);
    action.set(post.slot, post.contents.lose(world[post.slot]!, message));
    action.tellOf('is lost', post, message);
    this.finish(visit, post.losing, message);
  }

  private localMoves(slot: number, world: Int32Array, visit: Visit): void {
    const { action } = this;
    const machine = this.machines[slot]!;
    const list = machine.movesOf(world[slot]!);
    const { moves } = machine;
    const end = list + 1 + moves.data[list]! * 4;
    for (let at = list + 1; at < end; at += 4) {
      const { data } = moves;
      const move = data[at]!;
      const event = data[at + 1]!;
      const budget = data[at + 2]!;
      if (budget >= 0 && world[budget] === 0) continue;
      action.begin();
      action.spend(budget);
      if (action.happened !== null) action.tell('happens', slot, event);
      if (action.apply(slot, data[at + 3]!)) this.finish(visit, move, event);
    }
  }

  private jointAction(data: Int32Array, from: number, world: Int32Array, visit: Visit): void {
    const budget = data[from + BUDGET]!;
    if (budget >= 0 && world[budget] === 0) return;
    const { action } = this;
    action.begin();
    action.spend(budget);
    const deliveries = from + data[from + DELIVERED]!;
    const sent = from + data[from + SENT]!;
    const end = from + data[from + LENGTH]!;
    for (let at = from + CLEARED; at < deliveries; at++) action.clear(data[at]!);
    for (let at = deliveries; at < sent; at += 2) {
      if (action.happened !== null) action.tell('happens', data[at]!, data[at + 1]!);
      if (!action.take(data[at]!, data[at + 1]!)) return;
    }
    for (let at = sent; at < end; at += 2) {
      if (!action.put(data[at]!, data[at + 1]!, -1, 0)) return;
    }
    this.finish(visit, data[from + MADE]!, -1);
  }

  private finish(visit: Visit, move: number, event: number): void {
    this.action.settle();
    visit(this.action.next, move, event);
  }

  /** Moves are told with how often they were made, which is never for one that only a world before its turn would offer. */
  private classId(moveClass: MoveClass): number {
    if (!this.classes.has(moveClass)) this.facts.awaitTurn();
    return this.classes.id(moveClass);
  }
}

/** Whatever the names are made of: two that owe for themselves are never taken for one. */
function groupOf(...named: readonly [kind: string, by: string, name: string]): string {
  return JSON.stringify(named);
}
