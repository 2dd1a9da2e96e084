import { IntegerList } from './integer-list.ts';
import { canonicalText, frozenValue } from './plain.ts';
import { Structures } from './structures.ts';

/** Who decides the id of a text not known yet, when several threads must agree. */
export interface IdSource {
  /** Other threads give ids at the same time. */
  readonly shared: boolean;
  register(interner: Interner): void;
  /** The text's id; all ids up to it have been given to `learn`. */
  idFor(interner: Interner, text: string): number;
  /** Learns what other threads added. */
  sync(): void;
}

/**
 * Plain values as small integers, from 0 in the order of their first appearance.
 * Invariant: the value of an id is frozen and never replaced, so an id may be kept instead of the value.
 */
export class Interner {
  readonly name: string;
  private readonly ids = new Map<string, number>();
  private readonly frozen = new WeakMap<object, number>();
  private readonly structures = new Structures();
  /** Per structure, the id plus one. */
  private readonly byStructure = new IntegerList();
  private readonly values: unknown[] = [];
  private readonly source: IdSource | null;

  constructor(name: string, source: IdSource | null = null) {
    this.name = name;
    this.source = source;
    source?.register(this);
  }

  get size(): number {
    return this.values.length;
  }

  id(value: unknown): number {
    if (typeof value === 'object' && value !== null) {
      const seen = this.frozen.get(value);
      if (seen !== undefined) return seen;
    }
    const structure = this.structures.number(value);
    if (structure < 0) return this.idOfText(canonicalText(value, this.name));
    const seen = this.byStructure.at(structure);
    if (seen !== 0) return seen - 1;
    const id = this.idOfText(canonicalText(value, this.name));
    this.byStructure.set(structure, id + 1);
    return id;
  }

  private idOfText(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    return this.source === null ? this.learn(text) : this.source.idFor(this, text);
  }

  value(id: number): unknown {
    if (id >= this.values.length) this.source?.sync();
    return this.values[id];
  }

  /** Gives the text the next id. */
  learn(text: string): number {
    const id = this.values.length;
    const value = frozenValue(text);
    this.values.push(value);
    this.ids.set(text, id);
    if (typeof value === 'object' && value !== null) this.frozen.set(value, id);
    return id;
  }

  /** All texts, by id. */
  texts(): readonly string[] {
    return [...this.ids.keys()];
  }

  has(text: string): boolean {
    return this.ids.has(text);
  }

  /** The id of a text that has one. */
  known(text: string): number {
    return this.ids.get(text)!;
  }
}
