import { canonicalText, frozenValue } from './plain.ts';

/**
 * Plain values as small integers, from 0 in the order of their first appearance.
 * Invariant: the value of an id is frozen and never replaced, so an id may be kept instead of the value.
 */
export class Interner {
  readonly name: string;
  private readonly ids = new Map<string, number>();
  private readonly known = new WeakMap<object, number>();
  private readonly values: unknown[] = [];
  private readonly source: IdSource | null;

  constructor(name: string, source: IdSource | null = null) {
    this.name = name;
    this.source = source;
  }

  get size(): number {
    return this.values.length;
  }

  id(value: unknown): number {
    if (typeof value === 'object' && value !== null) {
      const seen = this.known.get(value);
      if (seen !== undefined) return seen;
    }
    return this.idOfText(canonicalText(value, this.name));
  }

  idOfText(text: string): number {
    const found = this.ids.get(text);
    if (found !== undefined) return found;
    if (this.source !== null) return this.source.idFor(this, text);
    return this.learn(text);
  }

  /** Gives the text the next id. */
  learn(text: string): number {
    const id = this.values.length;
    const value = frozenValue(text);
    this.values.push(value);
    this.ids.set(text, id);
    if (typeof value === 'object' && value !== null) this.known.set(value, id);
    return id;
  }

  has(text: string): boolean {
    return this.ids.has(text);
  }

  value(id: number): unknown {
    return this.values[id];
  }
}

/** Who decides the id of a text not known yet, when several workers must agree. */
export interface IdSource {
  /** Returns the id after all texts up to it have been given to `learn`. */
  idFor(interner: Interner, text: string): number;
}
