import type { Composition, Renaming } from '../../models/model.ts';
import { CheckError } from './check-error.ts';
import { FULL } from './contents.ts';
import { Interner } from './interner.ts';
import { JointRule, type ResolvedAction } from './joint-rules.ts';
import { LocalMachine, REFUSED } from './local-machine.ts';
import { Names } from './names.ts';
import { Post } from './post.ts';
import { Renamed } from './renamed.ts';
import { type Happening, type MoveClass, maskOf, type Space, type Visit } from './space.ts';
import { type IdSource, Vocabulary } from './vocabulary.ts';

const DELIVERY_DEPTH_MAX = 64;
const TOUCHED_MAX = 256;
const PLANNED_WIDTH = 16;
/** As many as an integer has bits; further rules are asked in every world. */
const QUIET_RULES_MAX = 32;

/**
 * A composition as a space: slot by slot the state id of each component, the content id of each channel, what is left
 * of each budget. All that the composition decides is asked once per combination of ids and remembered.
 */
export class ComposedSpace implements Space {
  readonly name: string;
  private readonly names: Names;
  private readonly events: Interner;
  private readonly classes: Interner;
  private readonly machines: readonly LocalMachine[];
  private readonly posts: readonly Post[];
  private readonly silentPosts: readonly Post[];
  private readonly rules: readonly JointRule[];
  private readonly declared: readonly Renaming[];
  private renamings: readonly Renamed[] | null = null;
  private readonly initialBudgets: readonly number[];
  private readonly reached = new Map<string, number>();
  private readonly next: Int32Array;
  /** Slots of `next` that may differ from `world`, and how many. */
  readonly touched = new Int32Array(TOUCHED_MAX);
  touchedCount = 0;
  touchedMask = 0;
  quiet = 0;
  /** Of each rule that is not quiet in the world being expanded, its actions. */
  private readonly offered: (readonly ResolvedAction[])[] = [];
  /** The world whose actions are being made. */
  private world: Int32Array;
  private happened: Happening[] | null = null;

  constructor(composition: Composition, source: IdSource | null = null) {
    this.name = composition.name;
    this.names = new Names(composition);
    const vocabulary = new Vocabulary(source);
    this.events = new Interner('an event', vocabulary);
    this.classes = new Interner('a kind of move', vocabulary);
    this.next = new Int32Array(this.names.all.length);
    this.world = new Int32Array(this.names.all.length);
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
          by,
          fault: move.fault ?? false,
          group: `${by}: ${move.name}`,
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
        states: machine.states,
        vocabulary,
        classId: (moveClass) => this.classId(moveClass),
        budget: (budget) => this.names.budget(budget, `channel ${name}`),
      });
    });
    this.silentPosts = this.posts.filter(({ mayBeSilent }) => mayBeSilent);
    this.declared = composition.symmetry ?? [];
    this.rules = (composition.joint ?? []).map(
      (rule) =>
        new JointRule(rule, {
          names: this.names,
          events: this.events,
          move: (_, { name, fault = false }) => this.classId({ name, by: '', fault, group: name }),
          read: (slot, id) => this.value(slot, id),
        }),
    );
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
    this.next.fill(0);
    this.world.fill(-1);
    for (const [index, budget] of this.initialBudgets.entries())
      this.next[budgetsFrom + index] = budget;
    for (const post of this.posts) this.next[post.slot] = post.initialContent();
    this.eachInitial(0, visit);
  }

  expand(world: Int32Array, visit: Visit, quiet: number): void {
    this.world = world;
    this.next.set(world);
    this.touchedCount = 0;
    this.askRules(world, quiet);
    for (const post of this.posts) if (world[post.slot] !== 0) this.arrivals(post, world, visit);
    for (let slot = 0; slot < this.machines.length; slot++) this.localMoves(slot, world, visit);
    for (let index = 0; index < this.offered.length; index++) {
      const actions = this.offered[index]!;
      for (let at = 0; at < actions.length; at++) this.jointAction(actions[at]!, world, visit);
    }
  }

  /**
   * A rule is quiet where it offers no action that a budget is left for. Budgets only shrink, so it stays quiet until
   * something changes that it reads: most worlds need not ask most rules.
   */
  private askRules(world: Int32Array, quiet: number): void {
    this.offered.length = 0;
    this.quiet = quiet;
    for (let index = 0; index < this.rules.length; index++) {
      const bit = index < QUIET_RULES_MAX ? 1 << index : 0;
      if ((quiet & bit) !== 0) continue;
      const actions = this.rules[index]!.actions(world);
      if (isOffered(actions, world)) this.offered.push(actions);
      else this.quiet |= bit;
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

  rulesReading(mask: number): number {
    let reading = 0;
    const count = Math.min(this.rules.length, QUIET_RULES_MAX);
    for (let index = 0; index < count; index++) {
      if ((this.rules[index]!.mask & mask) !== 0) reading |= 1 << index;
    }
    return reading;
  }

  explain(
    world: Int32Array,
    visit: (next: Int32Array, move: number, event: number, happened: readonly Happening[]) => void,
  ): void {
    this.happened = [];
    try {
      this.expand(world, (next, move, event) => visit(next, move, event, this.happened!), 0);
    } finally {
      this.happened = null;
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

  recall(_: readonly string[], marks: Iterable<readonly [string, number]>): void {
    for (const [mark, count] of marks) this.reached.set(mark, count);
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

  private eachInitial(slot: number, visit: (world: Int32Array) => void): void {
    const machine = this.machines[slot];
    if (machine === undefined) {
      const kept = this.next.slice();
      this.touchedCount = 0;
      this.settle();
      visit(this.next);
      this.next.set(kept);
      return;
    }
    for (const id of machine.initialIds()) {
      this.next[slot] = id;
      this.eachInitial(slot + 1, visit);
    }
  }

  private arrivals(post: Post, world: Int32Array, visit: Visit): void {
    const content = world[post.slot]!;
    const choices = post.contents.next(content);
    for (let index = 0; index < choices.length; index++) {
      const message = choices[index]!;
      const event = post.eventOf(message);
      this.begin(world);
      this.set(post.slot, post.contents.arrive(content, message));
      this.happened?.push({
        kind: 'arrives',
        from: post.from,
        to: post.to,
        event: this.events.value(message),
      });
      if (this.take(post.receiver, event, 0)) this.finish(visit, post.moveOf(message), event);
      if (post.losing >= 0) this.loss(post, message, world, visit);
    }
  }

  private loss(post: Post, message: number, world: Int32Array, visit: Visit): void {
    if (post.lossBudget >= 0 && world[post.lossBudget] === 0) return;
    this.begin(world);
    if (post.lossBudget >= 0) this.set(post.lossBudget, this.next[post.lossBudget]! - 1);
    this.set(post.slot, post.contents.lose(world[post.slot]!, message));
    this.happened?.push({
      kind: 'is lost',
      from: post.from,
      to: post.to,
      event: this.events.value(message),
    });
    this.finish(visit, post.losing, message);
  }

  private localMoves(slot: number, world: Int32Array, visit: Visit): void {
    const moves = this.machines[slot]!.moves(world[slot]!);
    for (let at = 0; at < moves.length; at += 4) {
      const budget = moves[at + 2]!;
      if (budget >= 0 && world[budget] === 0) continue;
      this.begin(world);
      if (budget >= 0) this.set(budget, this.next[budget]! - 1);
      const event = moves[at + 1]!;
      if (this.happened !== null) this.tell('happens', slot, event);
      if (this.apply(slot, moves[at + 3]!, 0)) this.finish(visit, moves[at]!, event);
    }
  }

  private jointAction(action: ResolvedAction, world: Int32Array, visit: Visit): void {
    const { budget, clear, deliver, send } = action;
    if (budget >= 0 && world[budget] === 0) return;
    this.begin(world);
    if (budget >= 0) this.set(budget, this.next[budget]! - 1);
    for (let at = 0; at < clear.length; at++) this.clear(clear[at]!);
    for (let at = 0; at < deliver.length; at += 2) {
      this.tell('happens', deliver[at]!, deliver[at + 1]!);
      if (!this.take(deliver[at]!, deliver[at + 1]!, 0)) return;
    }
    for (let at = 0; at < send.length; at += 2) {
      if (!this.put(send[at]!, send[at + 1]!, -1, 0)) return;
    }
    this.finish(visit, action.move, -1);
  }

  private begin(world: Int32Array): void {
    const { next, touched } = this;
    for (let index = 0; index < this.touchedCount; index++) {
      const slot = touched[index]!;
      next[slot] = world[slot]!;
    }
    this.touchedCount = 0;
    this.touchedMask = 0;
    if (this.happened !== null) this.happened = [];
  }

  private set(slot: number, value: number): void {
    if (this.next[slot] === value) return;
    this.next[slot] = value;
    this.touchedMask |= maskOf(slot);
    if (this.touchedCount === TOUCHED_MAX) this.forgetRepeats();
    this.touched[this.touchedCount++] = slot;
  }

  private forgetRepeats(): void {
    const slots = new Set(this.touched);
    this.touched.set([...slots]);
    this.touchedCount = slots.size;
  }

  private finish(visit: Visit, move: number, event: number): void {
    this.settle();
    visit(this.next, move, event);
  }

  /** One component takes one event, and what follows from it at once. False: the action is impossible. */
  private take(slot: number, event: number, depth: number): boolean {
    return this.apply(slot, this.machines[slot]!.row(this.next[slot]!, event), depth);
  }

  private apply(slot: number, row: number, depth: number): boolean {
    const machine = this.machines[slot]!;
    const result = machine.results.data[row]!;
    if (result === REFUSED) return false;
    this.set(slot, result);
    const outputs = machine.outputs.data;
    const end = machine.outputsAt.data[row + 1]!;
    for (let at = machine.outputsAt.data[row]!; at < end; at += 2) {
      if (!this.put(outputs[at]!, outputs[at + 1]!, slot, depth + 1)) return false;
    }
    return true;
  }

  private put(target: number, event: number, sender: number, depth: number): boolean {
    if (depth > DELIVERY_DEPTH_MAX) {
      throw new CheckError(
        'endless-delivery',
        `one action of ${this.name} led to more than ${DELIVERY_DEPTH_MAX} nested deliveries, the last to ${this.names.all[target]}`,
      );
    }
    if (target < this.machines.length) {
      if (this.happened !== null) this.tell('is told', target, event, sender);
      return this.take(target, event, depth);
    }
    const post = this.posts[target - this.machines.length]!;
    const after = post.contents.send(this.next[target]!, event);
    if (this.happened !== null) {
      const from = sender < 0 ? '' : this.names.all[sender]!;
      const kind = after === FULL ? 'is full' : 'is sent';
      this.happened.push({ kind, from, to: post.to, event: this.events.value(event) });
    }
    if (after === FULL) return false;
    this.set(target, after);
    return true;
  }

  private clear(slot: number): void {
    const post = this.posts[slot - this.machines.length]!;
    if (this.happened !== null) {
      for (const message of post.contents.list(this.next[slot]!)) {
        this.happened.push({
          kind: 'is lost',
          from: post.from,
          to: post.to,
          event: this.events.value(message),
        });
      }
    }
    this.set(slot, 0);
  }

  /** Drops what its receiver would never react to. What the action left alone was settled before. */
  private settle(): void {
    const { next, silentPosts, world } = this;
    for (let index = 0; index < silentPosts.length; index++) {
      const post = silentPosts[index]!;
      const content = next[post.slot]!;
      if (content === 0) continue;
      const receiver = next[post.receiver]!;
      if (content === world[post.slot] && receiver === world[post.receiver]) continue;
      const kept = post.heard(content, receiver);
      if (kept !== content && this.happened !== null) this.tellIgnored(post, content, kept);
      this.set(post.slot, kept);
    }
  }

  private tellIgnored(post: Post, content: number, kept: number): void {
    const left = [...post.contents.list(kept)];
    for (const message of post.contents.list(content)) {
      const at = left.indexOf(message);
      if (at >= 0) left.splice(at, 1);
      else
        this.happened!.push({
          kind: 'is ignored',
          from: post.from,
          to: post.to,
          event: this.events.value(message),
        });
    }
  }

  private tell(kind: Happening['kind'], slot: number, event: number, sender = -1): void {
    if (this.happened === null) return;
    const from = sender < 0 ? '' : this.names.all[sender]!;
    this.happened.push({ kind, from, to: this.names.all[slot]!, event: this.events.value(event) });
  }

  private classId(moveClass: MoveClass): number {
    return this.classes.id(moveClass);
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
