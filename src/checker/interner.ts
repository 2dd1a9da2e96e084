import { CheckError } from './check-error.ts';
import { canonicalText } from './plain.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Plain values as small integers, from 0 in the order of their first appearance.
 * Invariant: the value of an id is frozen and never replaced, so an id may be kept instead of the value.
 */
export class Interner {
  readonly name: string;
  private readonly vocabulary: Vocabulary;
  private readonly number: number;
  private readonly values: unknown[] = [];

  constructor(name: string, vocabulary: Vocabulary) {
    this.name = name;
    this.vocabulary = vocabulary;
    this.number = vocabulary.enter(this);
    vocabulary.source?.register(this);
  }

  get size(): number {
    return this.values.length;
  }

  /** Errors: `not-plain-data`. */
  id(value: unknown): number {
    const { ids, source } = this.vocabulary;
    const structure = this.structureOf(value);
    const known = ids.get(this.number, structure);
    if (known >= 0) return known;
    if (source === null) return this.add(structure);
    source.settle(this, structure);
    return ids.get(this.number, structure);
  }

  value(id: number): unknown {
    if (id >= this.values.length) this.vocabulary.source?.sync();
    return this.values[id];
  }

  has(structure: number): boolean {
    return this.vocabulary.ids.get(this.number, structure) >= 0;
  }

  /** Gives a value not known yet the next id. */
  add(structure: number): number {
    const id = this.values.length;
    this.values.push(this.vocabulary.structures.value(structure));
    this.vocabulary.ids.add(this.number, structure, id);
    return id;
  }

  textOf(structure: number): string {
    return canonicalText(this.vocabulary.structures.value(structure), this.name);
  }

  learn(text: string): void {
    this.add(this.structureOf(JSON.parse(text)));
  }

  /** All values as texts, by id. */
  texts(): readonly string[] {
    return this.values.map((value) => canonicalText(value, this.name));
  }

  private structureOf(value: unknown): number {
    const structure = this.numberOf(value);
    if (structure >= 0) return structure;
    canonicalText(value, this.name);
    throw new CheckError('not-plain-data', `${this.name} has a key named __proto__`);
  }

  private numberOf(value: unknown): number {
    try {
      return this.vocabulary.structures.number(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CheckError('not-plain-data', `${this.name} contains itself, or is nested too deep`);
    }
  }
}
