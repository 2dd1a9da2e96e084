import type { Model } from '../../models/model.ts';
import { CheckError, guarded } from './check-error.ts';
import { Interner } from './interner.ts';
import { lent } from './lent.ts';
import { refuseMisspelt } from './misspelt.ts';
import { canonicalText, oddity, unreadable } from './plain.ts';
import type { Happening, MoveClass, Space, Visit } from './space.ts';
import type { Structures } from './structures.ts';
import { textOf } from './text-of.ts';
import { type IdSource, Vocabulary } from './vocabulary.ts';

const RECHECK_EVERY = 1024;
const RECHECK_FIRST = 64;
/** Models are small more often than not: up to here more states are asked again. */
const RECHECK_OFTEN_BELOW = 4096;
const RECHECK_OFTEN_EVERY = 64;
/** Of a state that is asked again, so many of those that it leads to are asked as the model made them. */
const NEXT_ASKED = 8;
/** Of so many states it is remembered what the model answered. */
const REMEMBERED = 256;
/** No state has more actions, and no model more starts: what has no end would end the process. */
const LISTED_MOST = 1_000_000;
/** The slot of a state that is no object: no key that anybody uses. */
const BARE = '\0';

/**
 * A plain model as a space: a slot for each top-level key of its states, holding the value's id plus one; 0 is absence.
 * Values are interned key by key, so a state that changes one key costs one lookup.
 */
export class PlainSpace implements Space {
  readonly name: string;
  readonly structures: Structures;
  private readonly model: Model<unknown>;
  private readonly keys: string[] = [];
  private readonly columns: Interner[] = [];
  private readonly slotByKey = new Map<string, number>();
  private readonly classes: Interner;
  private readonly vocabulary: Vocabulary;
  private built = false;
  private readonly actionByName = new Map<string, number>();
  private readonly faultByName = new Map<string, number>();
  private readonly isList: boolean;
  private readonly starts: readonly unknown[];
  readonly touched: Int32Array = new Int32Array(0);
  readonly touchedCount = -1;
  readonly touchedMask = -1;
  readonly quietAfter = 0;
  private next: Int32Array = new Int32Array(0);
  private expanded = 0;
  private asked = 0;
  /** States, and what may happen in them, to be asked again in the end. */
  private readonly remembered: (readonly [state: unknown, text: string])[] = [];

  constructor(model: Model<unknown>, source: IdSource | null = null) {
    this.model = model;
    this.name = model.name;
    this.vocabulary = new Vocabulary(source);
    this.structures = this.vocabulary.structures;
    this.classes = new Interner('a kind of move', this.vocabulary);
    const who = `the initial states of model ${this.name}`;
    this.starts = guarded('model-threw', who, () => startsOf(this.model.initial, () => who));
    this.isList = this.starts.length > 0 && this.starts.every((state) => Array.isArray(state));
    for (const state of this.starts) this.encode(state);
    this.built = true;
  }

  slots(): number {
    return this.keys.length;
  }

  slotNames(): readonly string[] {
    return this.keys;
  }

  slotOf(name: string): number {
    return this.slotByKey.get(name) ?? -1;
  }

  plannedWidth(): number {
    return 20;
  }

  sizeOf(slot: number): number {
    return this.columns[slot]!.size + 1;
  }

  value(slot: number, id: number): unknown {
    return id === 0 ? undefined : this.columns[slot]!.value(id - 1);
  }

  whole(world: Int32Array): unknown {
    const bare = this.slotByKey.get(BARE);
    if (bare !== undefined && (world[bare] ?? 0) !== 0) return this.value(bare, world[bare]!);
    const state: Record<string, unknown> | unknown[] = this.isList ? [] : {};
    for (let slot = 0; slot < this.keys.length; slot++) {
      const id = world[slot] ?? 0;
      if (id !== 0)
        (state as Record<string, unknown>)[this.keys[slot]!] = this.columns[slot]!.value(id - 1);
    }
    return state;
  }

  initial(visit: (world: Int32Array) => void): void {
    for (const state of this.starts) visit(this.encode(state));
  }

  expand(world: Int32Array, visit: Visit): void {
    const state = Object.freeze(this.whole(world));
    const due = isDue(this.expanded++);
    const actions = this.actions(state, due);
    if (due) this.compare(state, actions);
    for (const action of actions) {
      const { name, next, fault } = this.parts(action);
      visit(this.encode(next), this.moveOf(name, fault), -1);
    }
  }

  representative(world: Int32Array): Int32Array {
    return world;
  }

  /** The worlds that the model calls images of this one. */
  *images(world: Int32Array): Iterable<Int32Array> {
    const who = `images of model ${this.name}`;
    const state = Object.freeze(this.whole(world));
    const images = guarded('model-threw', who, () => listed(this.model.images!(state), () => who));
    for (const image of images) yield this.encode(image).slice();
  }

  explain(
    world: Int32Array,
    visit: (next: Int32Array, move: number, event: number, happened: readonly Happening[]) => void,
  ): void {
    this.expand(world, (next, move, event) => visit(next, move, event, []));
  }

  moveClass(move: number): MoveClass {
    return this.classes.value(move) as MoveClass;
  }

  moveClasses(): readonly MoveClass[] {
    return Array.from({ length: this.classes.size }, (_, id) => this.moveClass(id));
  }

  event(): unknown {
    return null;
  }

  recall(slotNames: readonly string[]): void {
    for (const name of slotNames) if (!this.slotByKey.has(name)) this.newSlot(name);
  }

  questions(): Int32Array {
    return new Int32Array(0);
  }

  askAgain(): void {
    const { asked } = this;
    for (const [state, text] of this.remembered) this.expectSame(state, text);
    this.asked = asked;
  }

  calls(): number {
    return this.asked;
  }

  marks(): ReadonlyMap<string, number> {
    return new Map();
  }

  byteLength(): number {
    return 0;
  }

  /** `due`: who makes one after the other of one object is told so. */
  private actions(state: unknown, due = false): readonly unknown[] {
    this.asked++;
    const who = () => `model ${this.name}, given ${JSON.stringify(state)},`;
    const keep = (action: unknown) => freezePlain(this.parts(action).next);
    return guarded('model-threw', who, () =>
      listed(this.model.actions(state), who, due ? keep : undefined),
    );
  }

  private parts(action: unknown): { name: string; next: unknown; fault: boolean } {
    if (Array.isArray(action) && action.length === 2 && typeof action[0] === 'string') {
      return { name: action[0], next: action[1], fault: false };
    }
    const {
      name,
      next,
      fault = false,
    } = (action ?? {}) as { name?: unknown; next?: unknown; fault?: boolean };
    if (typeof name === 'string' && typeof fault === 'boolean') return { name, next, fault };
    throw new CheckError(
      'bad-result',
      `model ${this.name} gave ${textOf(action)} as an action; it is [name, next] or { name, next, fault? }`,
    );
  }

  /** Is the answer the same once more? What was given is frozen before: who hands out one object again and again changes it. */
  private compare(state: unknown, actions: readonly unknown[]): void {
    const text = this.textOf(actions);
    for (const action of actions) {
      freezePlain(this.parts(action).next);
      refuseMisspelt('bad-result', 'action', action as object, `an action of ${this.name}`);
    }
    this.expectSame(state, text);
    const { asked } = this;
    for (const action of actions.slice(0, NEXT_ASKED)) this.askAsMade(this.parts(action).next);
    this.asked = asked;
    if (this.remembered.length < REMEMBERED) this.remembered.push([state, text]);
  }

  /**
   * A state comes back with its keys in order. Who finds something in it by its text answers otherwise for what it made itself, and
   * may never find what is there.
   */
  private askAsMade(made: unknown): void {
    const kept = this.whole(this.encode(made));
    if (JSON.stringify(kept) === JSON.stringify(made)) return;
    const ofMade = this.actionsOrNone(made);
    const ofKept = this.actionsOrNone(kept);
    if (ofMade === null || ofKept === null || ofMade === ofKept) return;
    const sentence = `model ${this.name} gave different actions for the same state ${JSON.stringify(made)} when its keys come in another order: compare parts, not their texts`;
    throw new CheckError('not-deterministic', sentence);
  }

  /** In any order, as text; null where the model throws: that is told when the state is visited. */
  private actionsOrNone(state: unknown): string | null {
    try {
      return this.textOf(this.actions(state)).split('\n').sort().join('\n');
    } catch {
      return null;
    }
  }

  private expectSame(state: unknown, text: string): void {
    const told = JSON.stringify(state);
    const who = () => `model ${this.name}, given ${told},`;
    const again = lent(who, [state], (copy) => this.textOf(this.actions(copy)));
    if (again === text) return;
    const sentence = `model ${this.name} gave different actions for the same state ${told}`;
    throw new CheckError('not-deterministic', sentence);
  }

  private textOf(actions: readonly unknown[]): string {
    return actions
      .map((action) => this.parts(action))
      .map(({ fault, name, next }) => `${name} ${fault} ${canonicalText(next, 'a state')}`)
      .join('\n');
  }

  private encode(state: unknown): Int32Array {
    this.next.fill(0);
    if (typeof state !== 'object' || state === null || Array.isArray(state) !== this.isList) {
      this.put(BARE, state);
      return this.next;
    }
    try {
      return this.encodeParts(state);
    } catch (cause) {
      throw unreadable('a state', cause, state);
    }
  }

  private encodeParts(state: object): Int32Array {
    checkShape(state);
    let keys = 0;
    for (const key in state) {
      if (key === BARE) throw new CheckError('not-plain-data', 'a state has a key named "\\0"');
      this.put(key, (state as Record<string, unknown>)[key]);
      keys++;
    }
    if (this.isList && keys !== (state as unknown[]).length) {
      const sentence = 'a state is a list with holes or with named properties';
      throw new CheckError('not-plain-data', sentence);
    }
    return this.next;
  }

  private put(key: string, value: unknown): void {
    const slot = this.slotByKey.get(key) ?? this.newSlot(key);
    this.next[slot] = this.columns[slot]!.id(value) + 1;
  }

  private newSlot(key: string): number {
    if (key === '__proto__')
      throw new CheckError('not-plain-data', 'a state has a key named __proto__');
    if (this.built && this.vocabulary.source?.shared) {
      throw new CheckError(
        'cannot-share',
        `a state of ${this.name} has the key ${key}, which no initial state has; check it with one worker`,
      );
    }
    const slot = this.keys.push(key) - 1;
    this.slotByKey.set(key, slot);
    this.columns.push(new Interner(key === BARE ? 'a state' : `state.${key}`, this.vocabulary));
    const wider = new Int32Array(this.keys.length);
    wider.set(this.next);
    this.next = wider;
    return slot;
  }

  private moveOf(name: string, fault: boolean): number {
    const known = fault ? this.faultByName : this.actionByName;
    const before = known.get(name);
    if (before !== undefined) return before;
    const move = this.classes.id({ name, by: '', fault, group: name });
    known.set(name, move);
    return move;
  }
}

/** What can be gone through once only is asked for once, though several spaces may be made of a model. */
const gone = new WeakMap<object, readonly unknown[]>();

function startsOf(initial: Iterable<unknown>, who: () => string): readonly unknown[] {
  const starts = gone.get(initial) ?? listed(initial, who);
  if (!Array.isArray(initial)) gone.set(initial, starts);
  return starts;
}

function isDue(at: number): boolean {
  if (at < RECHECK_OFTEN_BELOW) return at < RECHECK_FIRST || at % RECHECK_OFTEN_EVERY === 0;
  return at % RECHECK_EVERY === 0;
}

function listed(
  given: Iterable<unknown>,
  who: () => string,
  each = (_: unknown): void => {},
): readonly unknown[] {
  if (Array.isArray(given)) return given;
  if (typeof given?.[Symbol.iterator] !== 'function') {
    throw new CheckError('bad-result', `${who()} gave ${textOf(given)}; it must be a list`);
  }
  const list: unknown[] = [];
  for (const one of given) {
    each(one);
    if (list.push(one) <= LISTED_MOST) continue;
    throw new CheckError('bad-result', `${who()} gave more than ${LISTED_MOST}, without an end`);
  }
  return list;
}

function freezePlain(state: unknown): void {
  canonicalText(state, 'a state');
  const odd = oddity(state, 'a state');
  if (odd !== null) throw odd;
  freeze(state);
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

function checkShape(state: object): void {
  if (Object.getOwnPropertySymbols(state).length > 0)
    throw new CheckError('not-plain-data', 'a state is an object with a symbol key');
  const prototype = Object.getPrototypeOf(state);
  if (prototype === Array.prototype || prototype === Object.prototype || prototype === null) return;
  if (state instanceof Promise)
    throw new CheckError('not-plain-data', `a state is ${textOf(state)}`);
  throw new CheckError(
    'not-plain-data',
    `a state is an instance of ${state.constructor?.name ?? 'an unnamed class'}; states and events are plain data`,
  );
}
