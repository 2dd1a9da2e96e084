import { CheckError } from './check-error.ts';
import { IntegerList } from './integer-list.ts';
import { canonicalText, oddity, readable } from './plain.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Plain values as small integers, from 0 in the order of their first appearance.
 * Invariant: the value of an id is frozen and never replaced, so an id may be kept instead of the value.
 */
export class Interner {
  readonly name: string;
  private readonly vocabulary: Vocabulary;
  private readonly number: number;
  /** By id; undefined while nobody wanted it. */
  private readonly values: unknown[] = [];
  /** By id; -1 while only the text is known. */
  private readonly structures = new IntegerList();
  /** What other threads or an earlier run added: most of it is never looked at here, so it stays text until it is. */
  private readonly idOfText = new Map<string, number>();
  private readonly textOfId = new Map<number, string>();

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
    return source === null
      ? this.vocabulary.giveId(this.number, structure)
      : this.agreedId(structure);
  }

  has(value: unknown): boolean {
    return this.vocabulary.ids.get(this.number, this.structureOf(value)) >= 0;
  }

  value(id: number): unknown {
    const known = this.values[id];
    return known === undefined ? this.make(id) : known; // null is a value, and is read from its text but once
  }

  /** The next id is for this structure. */
  keep(structure: number): number {
    this.structures.push(structure);
    return this.values.push(undefined) - 1;
  }

  knows(text: string): boolean {
    return this.idOfText.has(text);
  }

  /** The next id is for this text. */
  learn(text: string): void {
    const id = this.keep(-1);
    this.idOfText.set(text, id);
    this.textOfId.set(id, text);
  }

  /** All values as texts, by id. */
  texts(): readonly string[] {
    return this.values.map((_, id) => canonicalText(this.value(id), this.name));
  }

  /** The id that all threads, or an earlier run, give the value. */
  private agreedId(structure: number): number {
    const { ids, source, structures } = this.vocabulary;
    const value = structures.value(structure);
    const text = canonicalText(value, this.name);
    if (!this.idOfText.has(text)) {
      if (!source!.shared) return this.vocabulary.giveId(this.number, structure);
      source!.settle(this, text);
    }
    const id = this.idOfText.get(text)!;
    this.textOfId.delete(id);
    this.values[id] = value;
    ids.add(this.number, structure, id);
    return id;
  }

  private make(id: number): unknown {
    if (id >= this.values.length) this.vocabulary.catchUp();
    if (id >= this.values.length) return undefined;
    const known = this.structures.data[id]!;
    const structure = known >= 0 ? known : this.read(id);
    this.values[id] = this.vocabulary.structures.value(structure);
    return this.values[id];
  }

  private read(id: number): number {
    const structure = this.structureOf(JSON.parse(this.textOfId.get(id)!));
    this.textOfId.delete(id);
    const { ids } = this.vocabulary;
    if (ids.get(this.number, structure) < 0) ids.add(this.number, structure, id);
    return structure;
  }

  private structureOf(value: unknown): number {
    const structure = this.numberOf(value);
    if (structure >= 0) return structure;
    canonicalText(value, this.name);
    throw oddity(value, this.name) ?? new CheckError('not-plain-data', `${this.name} is no data`);
  }

  private numberOf(value: unknown): number {
    return readable(this.name, () => this.vocabulary.structures.number(value), value);
  }
}
