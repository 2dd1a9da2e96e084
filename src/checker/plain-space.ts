import type { Model } from '../../models/model.ts';
import { CheckError, guarded } from './check-error.ts';
import { Interner } from './interner.ts';
import { canonicalText } from './plain.ts';
import type { Happening, MoveClass, Space, Visit } from './space.ts';
import type { Structures } from './structures.ts';
import { type IdSource, Vocabulary } from './vocabulary.ts';

const RECHECK_EVERY = 1024;
const RECHECK_FIRST = 64;
/** The slot of a state that is no object. */
const BARE = '';

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
  private readonly classByName = new Map<string, number>();
  private readonly isList: boolean;
  readonly touched = new Int32Array(0);
  readonly touchedCount = -1;
  readonly touchedMask = -1;
  readonly quietAfter = 0;
  private next: Int32Array = new Int32Array(0);
  private expanded = 0;
  private asked = 0;

  constructor(model: Model<unknown>, source: IdSource | null = null) {
    this.model = model;
    this.name = model.name;
    this.vocabulary = new Vocabulary(source);
    this.structures = this.vocabulary.structures;
    this.classes = new Interner('a kind of move', this.vocabulary);
    const initial = this.model.initial;
    this.isList = initial.length > 0 && initial.every((state) => Array.isArray(state));
    for (const state of initial) this.encode(state);
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
    for (const state of this.model.initial) visit(this.encode(state));
  }

  expand(world: Int32Array, visit: Visit): void {
    const state = Object.freeze(this.whole(world));
    const actions = this.actions(state);
    const due = this.expanded < RECHECK_FIRST || this.expanded % RECHECK_EVERY === 0;
    this.expanded++;
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
    for (const image of this.model.images!(Object.freeze(this.whole(world)))) {
      yield this.encode(image).slice();
    }
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

  calls(): number {
    return this.asked;
  }

  marks(): ReadonlyMap<string, number> {
    return new Map();
  }

  byteLength(): number {
    return 0;
  }

  private actions(state: unknown): readonly unknown[] {
    this.asked++;
    const who = () => `model ${this.name}, given ${JSON.stringify(state)},`;
    return guarded('model-threw', who, () => [...this.model.actions(state)]);
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
    if (typeof name === 'string') return { name, next, fault };
    throw new CheckError(
      'bad-result',
      `model ${this.name} gave ${String(JSON.stringify(action))} as an action; it is [name, next] or { name, next }`,
    );
  }

  private compare(state: unknown, actions: readonly unknown[]): void {
    const text = (all: readonly unknown[]) =>
      all
        .map((action) => this.parts(action))
        .map(({ name, next }) => `${name} ${canonicalText(next, 'a state')}`)
        .join('\n');
    if (text(actions) !== text(this.actions(state))) {
      throw new CheckError(
        'not-deterministic',
        `model ${this.name} gave different actions for the same state ${JSON.stringify(state)}`,
      );
    }
  }

  private encode(state: unknown): Int32Array {
    this.next.fill(0);
    if (typeof state !== 'object' || state === null || Array.isArray(state) !== this.isList) {
      this.put(BARE, state);
      return this.next;
    }
    checkShape(state);
    for (const key in state) this.put(key, (state as Record<string, unknown>)[key]);
    if (this.isList && Object.keys(state).length !== (state as unknown[]).length) {
      throw new CheckError(
        'not-plain-data',
        'a state is an array with holes or with named properties',
      );
    }
    return this.next;
  }

  private put(key: string, value: unknown): void {
    const slot = this.slotByKey.get(key) ?? this.newSlot(key);
    this.next[slot] = this.columns[slot]!.id(value) + 1;
  }

  private newSlot(key: string): number {
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
    const key = fault ? `! ${name}` : name;
    const known = this.classByName.get(key);
    if (known !== undefined) return known;
    const move = this.classes.id({ name, by: '', fault, group: name });
    this.classByName.set(key, move);
    return move;
  }
}

function checkShape(state: object): void {
  const prototype = Object.getPrototypeOf(state);
  if (Array.isArray(state) || prototype === Object.prototype || prototype === null) return;
  throw new CheckError(
    'not-plain-data',
    `a state is an instance of ${state.constructor?.name ?? 'an unnamed class'}; states and events are plain data`,
  );
}
