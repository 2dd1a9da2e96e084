import type { Property, StateProperty, TransitionProperty } from '../../models/model.ts';
import { blaming, CheckError, guarded } from './check-error.ts';
import { type Facts, nobodyElse, type TellFact } from './facts.ts';
import { IntegerList } from './integer-list.ts';
import { lent } from './lent.ts';
import { PairTable } from './pair-table.ts';
import type { Part } from './part.ts';
import { PropertyParts } from './property-parts.ts';
import { maskOf, type Space } from './space.ts';
import { textOf } from './text-of.ts';
import { TupleTable } from './tuple-table.ts';

/** Of the world being expanded, by a transition property. */
const NOT_SEEN = -1;
/** What is smaller than this lies in the processor's nearer memory already. */
const BYTES_NEAR = 2 ** 18;

/** So many of the first answers of transition properties are asked for with copies, too. */
const LENT_STEPS = 256;

/** Some worlds, one after the other in one list: each `width` long, with its number and its mask (`maskOf`). */
export interface FoundWorlds {
  readonly worlds: Int32Array;
  readonly width: number;
  readonly numbers: Int32Array;
  readonly masks: Int32Array;
  readonly count: number;
}

/** State properties that read the same names, and the same parts of them: asked once per combination of what they read. */
class Group {
  readonly tuples: TupleTable | null;
  /** The slots that its answer depends on. */
  readonly mask: number;
  readonly members: number[] = [];
  /** Groups that read no more than this one: a combination seen here was seen there. */
  readonly smaller: Group[] = [];
  private readonly tellSeen: TellFact;

  constructor(tuples: TupleTable | null, facts: Facts) {
    this.tuples = tuples;
    this.tellSeen = facts.share((words, from) => tuples!.isFirst(tuples!.worldOf(words, from), 0));
    this.mask = maskFor(tuples);
  }

  /** No other thread needs to ask about this combination. */
  tell(tuples: TupleTable, worlds: Int32Array, base: number): void {
    const seen = tuples.slots.map((slot) => worlds[base + slot]!);
    this.tellSeen(seen, () => false);
  }
}

/** The slots that are read (`maskOf`); all, if it is not said which. */
function maskFor(tuples: TupleTable | null): number {
  return tuples === null ? -1 : tuples.slots.reduce((mask, slot) => mask | maskOf(slot), 0) || -1;
}

/** What one of them has less is zero. */
function isSame(world: Int32Array, next: Int32Array): boolean {
  return next.every((value, slot) => value === (world[slot] ?? 0));
}

function includes({ tuples: larger }: Group, { tuples: smaller }: Group): boolean {
  if (larger === null || smaller === null) return false;
  return smaller.slots.every((slot, index) => {
    const at = larger.slots.indexOf(slot);
    const part = larger.parts[at];
    return at >= 0 && (part === null || part === smaller.parts[index]);
  });
}

/** A property broken in a world, or by the action `move` that leads from `world` to `next`. */
export interface Violation {
  readonly property: number;
  readonly world: number;
  readonly next: Int32Array | null;
  readonly move: number;
}

/** What a transition property sees of worlds, by the number of what it reads of them. */
class Images {
  private readonly sees: (read: unknown) => object;
  private readonly known = new IntegerList();
  private readonly images: object[] = [];
  private readonly numbers = new Map<object, number>();

  constructor(sees: (read: never) => object) {
    this.sees = sees as (read: unknown) => object;
  }

  image(number: number): object {
    return this.images[number]!;
  }

  /** -1: a combination that was not seen before. */
  numberOf(tuple: number): number {
    return this.known.at(tuple) - 1;
  }

  see(tuple: number, read: unknown): number {
    const image = this.sees(read);
    const number = this.numbers.get(image) ?? this.images.push(image) - 1;
    this.numbers.set(image, number);
    this.known.set(tuple, number + 1);
    return number;
  }
}

/** A transition property, and what is remembered of its answers. */
interface Watched {
  readonly property: number;
  readonly group: TupleTable | null;
  readonly images: Images | null;
  /** It is asked about what changes something of what it reads, whatever the action. */
  readonly onlyChanges: boolean;
  /** The slots it reads (`maskOf`). */
  readonly mask: number;
}

/**
 * Watches the properties of a space while its worlds are found. Invariant: a predicate sees each combination once.
 */
export class Monitor {
  readonly properties: readonly Property[];
  readonly violations: Violation[] = [];
  /** Per property, the first world where a `sometimes` held, or -1. */
  readonly witnesses: Int32Array;
  private readonly space: Space;
  private readonly facts: Facts;
  private readonly groups: Group[] = [];
  /** Per property, the slots it reads; null: all. */
  private readonly slotsRead: readonly (readonly number[] | null)[];
  /** Per property, beside the slots it reads, the part of each that it takes; null: the whole values. */
  private readonly partsRead: readonly (readonly (Part | null)[] | null)[];
  /** All slots that state properties read. */
  private readonly mask: number;
  private readonly ending: readonly number[];
  private readonly transitions: readonly Watched[];
  private readonly pairs: PairTable[] = [];
  private readonly answers: PairTable[] = [];
  private readonly goals: { tuples: TupleTable | null; answers: IntegerList }[] = [];
  private readonly occasions = new PairTable();
  /** Of all transition properties together. */
  private lentSteps = 0;
  /** Keeps reads that only fetch memory from being optimised away. */
  private warmth = 0;
  /** Per transition property, the tuple of the world being expanded. */
  private readonly before: Int32Array;

  constructor(space: Space, properties: readonly Property[], facts: Facts = nobodyElse) {
    this.space = space;
    this.facts = facts;
    this.properties = properties;
    this.witnesses = new Int32Array(properties.length).fill(-1);
    this.slotsRead = properties.map(
      (property) => property.reads?.map((name) => this.slot(name, property)) ?? null,
    );
    const parts = new PropertyParts(space, facts);
    this.partsRead = properties.map((property) => parts.of(property));
    for (const index of properties.keys()) {
      this.goals.push({ tuples: this.tuplesOf(index), answers: new IntegerList() });
    }
    this.groups = this.grouped();
    this.mask = this.groups.reduce((mask, group) => mask | group.mask, 0);
    const indexes = [...properties.keys()];
    this.ending = indexes.filter((index) => properties[index]!.kind === 'ends');
    this.transitions = indexes
      .filter((index) => properties[index]!.kind === 'transition')
      .map((property) => {
        const { onlyChanges, sees } = properties[property] as TransitionProperty;
        const images = sees === null ? null : new Images(sees);
        const group = this.tuplesOf(property);
        return { property, group, images, onlyChanges, mask: maskFor(group) };
      });
    for (const _ of this.transitions) {
      this.pairs.push(new PairTable());
      this.answers.push(new PairTable());
    }
    this.before = new Int32Array(this.transitions.length);
  }

  get watchesTransitions(): boolean {
    return this.transitions.length > 0;
  }

  byteLength(): number {
    let sum = 0;
    for (const { tuples } of this.groups) sum += tuples?.byteLength ?? 0;
    return sum;
  }

  /** Whether a world that differs so from its parent can be anything new. */
  concerns(mask: number): boolean {
    return (mask & this.mask) !== 0;
  }

  /** The slots that state properties read; null: all. */
  get watched(): readonly number[] | null {
    if (this.groups.some(({ tuples }) => tuples === null)) return null;
    return [...new Set(this.groups.flatMap(({ tuples }) => tuples!.slots))];
  }

  /**
   * Worlds found for the first time, one after the other. A mask says what may differ from the world it was found from;
   * where a property reads nothing of that, its answer is the parent's. Of each group of properties with much to remember,
   * the first loop only fetches memory, as in `Store.addAll`.
   */
  found({ count, masks, numbers, width, worlds }: FoundWorlds): void {
    const { groups } = this;
    for (let index = 0; index < groups.length; index++) {
      const group = groups[index]!;
      const { tuples } = group;
      if (tuples !== null && tuples.byteLength > BYTES_NEAR) {
        let warmth = 0;
        for (let at = 0; at < count; at++) {
          if ((group.mask & masks[at]!) !== 0) warmth ^= tuples.touch(worlds, at * width);
        }
        this.warmth ^= warmth;
      }
      for (let at = 0; at < count; at++) {
        if ((group.mask & masks[at]!) !== 0)
          this.look(group, worlds, at * width, numbers[at]!, width);
      }
    }
  }

  private look(
    group: Group,
    worlds: Int32Array,
    base: number,
    number: number,
    width: number,
  ): void {
    if (group.tuples !== null) {
      if (!group.tuples.isFirst(worlds, base)) return;
      for (const one of group.smaller) this.look(one, worlds, base, number, width);
    }
    this.ask(group, worlds, base, width, number);
    if (group.tuples !== null && this.facts.areShared) group.tell(group.tuples, worlds, base);
  }

  /** One group for each set of names that is read, or parts of them; those within a larger one hang from it. */
  private grouped(): Group[] {
    const groups = new Map<string, Group>();
    for (const [index, property] of this.properties.entries()) {
      if (property.kind !== 'always' && property.kind !== 'sometimes') continue;
      const tuples = this.tuplesOf(index, true);
      const key = keyOf(tuples);
      if (!groups.has(key)) groups.set(key, new Group(tuples, this.facts));
      groups.get(key)!.members.push(index);
    }
    const all = [...groups.values()];
    return all.filter((group) => {
      const larger = all.find((other) => other !== group && includes(other, group));
      larger?.smaller.push(group);
      return larger === undefined;
    });
  }

  /** A world in which nothing but faults can happen. */
  ended(world: Int32Array, number: number): void {
    for (const index of this.ending) {
      if (!this.holds(index, world))
        this.report({ property: index, world: number, next: null, move: -1 });
    }
  }

  /** The actions that come next are of another world. */
  expanding(): void {
    this.before.fill(NOT_SEEN);
  }

  /** Invariant: `world` is the same until `expanding`. */
  acted(world: Int32Array, number: number, next: Int32Array, move: number, event: number): void {
    const { touchedMask } = this.space;
    for (let index = 0; index < this.transitions.length; index++) {
      const watched = this.transitions[index]!;
      if (watched.onlyChanges && (watched.mask & touchedMask) === 0) continue;
      if (this.isRight(watched, index, world, next, move, event)) continue;
      this.report({ property: watched.property, world: number, next: next.slice(), move });
    }
  }

  private isRight(
    watched: Watched,
    index: number,
    world: Int32Array,
    next: Int32Array,
    move: number,
    event: number,
  ): boolean {
    const { group, onlyChanges } = watched;
    if (group === null) {
      if (onlyChanges && isSame(world, next)) return true;
      return this.allows(watched, world, next, move, event);
    }
    const seen = this.before[index]!;
    const before = seen === NOT_SEEN ? this.seenOf(watched, group, world) : seen;
    this.before[index] = before;
    const after = this.seenOf(watched, group, next);
    if (onlyChanges && before === after) return true;
    const first = onlyChanges ? before : this.pairs[index]!.numberOf(before, after);
    const second = onlyChanges ? after : this.occasions.numberOf(move, event + 1);
    const answers = this.answers[index]!;
    const known = answers.get(first, second);
    if (known >= 0) return known === 1;
    const isRight = this.allows(watched, world, next, move, event);
    answers.add(first, second, isRight ? 1 : 0);
    return isRight;
  }

  /** Whether a state property's predicate, or an eventual one's goal, is true in a world. Remembered by what it reads. */
  holds(index: number, world: Int32Array): boolean {
    const { tuples, answers } = this.goals[index]!;
    if (tuples === null) return this.evaluate(index, world);
    const tuple = tuples.numberIn(world);
    let answer = answers.at(tuple);
    if (answer === 0) {
      answer = this.evaluate(index, world) ? 1 : 2;
      answers.set(tuple, answer);
    }
    return answer === 1;
  }

  private ask(group: Group, worlds: Int32Array, base: number, width: number, number: number): void {
    for (const index of group.members) {
      const property = this.properties[index] as StateProperty;
      if (property.kind === 'sometimes' && this.witnesses[index]! >= 0) continue;
      const holds = this.evaluate(index, worlds, base, width);
      if (property.kind === 'sometimes') {
        if (holds) this.witnesses[index] = number;
      } else if (!holds) {
        this.report({ property: index, world: number, next: null, move: -1 });
      }
    }
  }

  /** Forgets all violations but the first so many: they come back when what showed them is made again. */
  forgetAfter(count: number): void {
    this.violations.length = count;
  }

  private report(violation: Violation): void {
    const { property } = violation;
    if (this.violations.every((known) => known.property !== property))
      this.violations.push(violation);
  }

  /** Of the world that begins at `base`. Asked so often that nothing is prepared for what may be thrown. */
  evaluate(index: number, worlds: Int32Array, base = 0, width = worlds.length): boolean {
    const property = this.properties[index]!;
    let answer: unknown;
    try {
      answer = this.answer(index, worlds, base, width);
    } catch (cause) {
      throw blaming('property-threw', `property ${property.rule}`, cause);
    }
    return this.yesOrNo(property, answer);
  }

  /**
   * Gives a predicate copies of what it reads, to see whether it writes to them. Its answer is not looked at: what is copied is no
   * longer the same object where it was.
   * Errors: `state-changed-in-place`.
   */
  lend(index: number, world: Int32Array): void {
    const property = this.properties[index]!;
    const { kind, predicate } = property;
    if (kind === 'transition') return;
    const slots = this.slotsRead[index];
    const parts = this.partsRead[index];
    const read =
      slots === null || slots === undefined
        ? [this.space.whole(world)]
        : slots.map((slot, at) => this.valueIn(slot, parts?.[at] ?? null, world, 0, world.length));
    this.lendTo(property, read, predicate as (...copies: readonly unknown[]) => unknown);
  }

  private lendTo(
    { rule }: Property,
    read: readonly unknown[],
    call: (...copies: readonly unknown[]) => unknown,
  ): void {
    try {
      lent(() => `property ${rule}`, read, call);
    } catch (thrown) {
      if (thrown instanceof CheckError && thrown.code === 'state-changed-in-place') throw thrown;
    }
  }

  /** The number of all that a transition property sees of a world. */
  private seenOf({ images, property }: Watched, group: TupleTable, world: Int32Array): number {
    const tuple = group.numberIn(world);
    if (images === null) return tuple;
    const known = images.numberOf(tuple);
    if (known >= 0) return known;
    const it = this.properties[property]!;
    return guarded('property-threw', `property ${it.rule}`, () =>
      images.see(tuple, this.record(it, world)),
    );
  }

  private allows(
    watched: Watched,
    world: Int32Array,
    next: Int32Array,
    move: number,
    event: number,
  ): boolean {
    const { group, images } = watched;
    const property = this.properties[watched.property] as TransitionProperty;
    const shown = (one: Int32Array): unknown =>
      images === null || group === null
        ? this.record(property, one)
        : images.image(this.seenOf(watched, group, one));
    const { name, fault } = this.space.moveClass(move);
    const predicate = property.predicate as (
      before: unknown,
      action: unknown,
      after: unknown,
    ) => boolean;
    const action = { name, fault, event: this.space.event(event) };
    if (images === null && this.lentSteps < LENT_STEPS) {
      this.lentSteps++;
      const seen = [shown(world), shown(next)];
      this.lendTo(property, seen, (before, after) => predicate(before, action, after));
    }
    return guarded('property-threw', `property ${property.rule}`, () =>
      this.yesOrNo(property, predicate(shown(world), action, shown(next))),
    );
  }

  private yesOrNo(property: Property, answer: unknown): boolean {
    if (typeof answer === 'boolean') return answer;
    throw new CheckError(
      'bad-result',
      `property ${property.rule} answered ${textOf(answer)}, not true or false`,
    );
  }

  /** Most predicates read few names: no list is made for what they are given. */
  private answer(index: number, worlds: Int32Array, base: number, width: number): unknown {
    const slots = this.slotsRead[index]!;
    const predicate = this.properties[index]!.predicate as (...read: unknown[]) => boolean;
    if (slots === null) return predicate(this.space.whole(worlds.subarray(base, base + width)));
    const parts = this.partsRead[index]!;
    const value = (at: number): unknown =>
      this.valueIn(slots[at]!, parts === null ? null : parts[at]!, worlds, base, width);
    switch (slots.length) {
      case 1:
        return predicate(value(0));
      case 2:
        return predicate(value(0), value(1));
      case 3:
        return predicate(value(0), value(1), value(2));
      default:
        return predicate(...slots.map((_, at) => value(at)));
    }
  }

  private valueIn(
    slot: number,
    part: Part | null,
    worlds: Int32Array,
    base: number,
    width: number,
  ): unknown {
    const id = slot < width ? worlds[base + slot]! : 0;
    return part === null ? this.space.value(slot, id) : part.value(part.numberOf(id));
  }

  private record(property: Property, world: Int32Array): unknown {
    if (property.reads === null) return this.space.whole(world);
    return Object.fromEntries(
      property.reads.map((name) => [name, this.read(name, property, world)]),
    );
  }

  private read(name: string, property: Property, world: Int32Array): unknown {
    const slot = this.slot(name, property);
    return this.space.value(slot, world[slot] ?? 0);
  }

  /** Of what a property reads, in its order, or by ascending slots and none of them twice. */
  private tuplesOf(index: number, isSorted = false): TupleTable | null {
    const slots = this.slotsRead[index]!;
    if (slots === null) return null;
    const parts = this.partsRead[index]!;
    const places = slots.map((_, at) => at).filter((at) => slots.indexOf(slots[at]!) === at);
    if (isSorted) places.sort((a, b) => slots[a]! - slots[b]!);
    return new TupleTable(
      places.map((at) => slots[at]!),
      places.map((at) => parts?.[at] ?? null),
    );
  }

  private slot(name: string, property: Property): number {
    const slot = this.space.slotOf(name);
    if (slot >= 0) return slot;
    throw new CheckError(
      'unknown-name',
      `property ${property.rule} reads ${JSON.stringify(name)}, which ${this.space.name} does not have`,
    );
  }
}

/** The same for groups that read the same. */
function keyOf(tuples: TupleTable | null): string {
  if (tuples === null) return 'all';
  return tuples.slots.map((slot, at) => `${slot} ${tuples.parts[at]?.number ?? ''}`).join();
}
