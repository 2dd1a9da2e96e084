import { type Facts, nobodyElse, type TellFact } from './facts.ts';
import { PartTable } from './part-table.ts';
import { getterOf, isAllToBeSeen, isPlainList } from './plain.ts';

const NOT_PLAIN = -1;
/** Instead of the number of a shape. */
const LIST = -1;
/** A `Map` takes no more than 2 ** 24 entries, however much memory there is. */
const ENTRIES_MAX = 2 ** 23;

/** Keys as a record lists them. */
interface Shape {
  readonly keys: readonly string[];
  readonly longer: Map<string, Shape>;
  /** That of `longer` which was met last: mostly it is the next one too. */
  likely: Shape | null;
  readonly lastKey: string;
  /** The same keys in order, once a record was met that has these and no more. */
  sorted: readonly string[] | null;
  /** The same for all orders of these keys. */
  number: number;
}

/**
 * Plain values, each kept once and numbered: equal numbers mean equal values, whatever the order of keys. A list is known by the
 * numbers of its parts, a record by those and its sorted keys. What is kept is frozen and made of what was kept before, so a
 * part that comes back within another value is recognised without a look inside. Which number stands for what is a fact: all
 * threads that share facts give the same, and each makes a value of it when it is wanted there.
 */
export class Structures {
  private atoms = new Map<unknown, number>();
  /** The older ones, where they are more than fit one map. */
  private readonly atomsAside: Map<unknown, number>[] = [];
  private readonly atomValues: unknown[] = [];
  private readonly composites = new PartTable();
  /** By the number of a composite; undefined until somebody wants it. */
  private readonly kept: unknown[] = [];
  /** Of what was made lately; anything else is known by its parts. */
  private numbers = new Map<object, number>();
  private readonly shapes = shapeOfKeys([]);
  private readonly shapeNumbers = new Map<string, number>();
  /** By the number of a shape. */
  private readonly shapeKeys: (readonly string[])[] = [];
  /** The parts of the values being numbered, innermost last. */
  private readonly parts: number[] = [];
  /** Nobody else is told anything: a plain model may have as many atoms as states. */
  private readonly isAlone: boolean;
  private readonly entriesMax: number;
  private readonly tellAtom: TellFact;
  private readonly tellShape: TellFact;
  private readonly tellComposite: TellFact;

  constructor(facts: Facts = nobodyElse, entriesMax = ENTRIES_MAX) {
    this.entriesMax = entriesMax;
    this.isAlone = facts === nobodyElse;
    this.tellAtom = facts.share((words, from, end) =>
      this.keepAtom(JSON.parse(textIn(words, from, end))),
    );
    this.tellShape = facts.share((words, from, end) => {
      const text = textIn(words, from, end);
      this.shapeNumbers.set(text, this.shapeNumbers.size);
      this.shapeKeys.push(JSON.parse(text));
    });
    this.tellComposite = facts.share((words, from, end) => {
      this.composites.add(words, from, end);
      this.kept.push(undefined);
    });
  }

  /** The value's number, or -1 if it is not plain. */
  number(value: unknown): number {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return this.atom(value);
      case 'number':
        return Number.isFinite(value) ? this.atom(value) : NOT_PLAIN;
      case 'object':
        if (value === null) return this.atom(null);
        return this.numbers.get(value) ?? this.numberOfParts(value);
      default:
        return NOT_PLAIN;
    }
  }

  /** The value of a number given by `number`. */
  value(number: number): unknown {
    if ((number & 1) === 0) return this.atomValues[number >> 1];
    return this.kept[number >> 1] ?? this.make(number >> 1);
  }

  private numberOfParts(value: object): number {
    const depth = this.parts.length;
    const number = Array.isArray(value) ? this.listNumber(value) : this.recordNumber(value);
    this.parts.length = depth;
    return number;
  }

  private listNumber(list: readonly unknown[]): number {
    const from = this.parts.length;
    for (let index = 0; index < list.length; index++) {
      const part = this.number(list[index]);
      if (part < 0) return NOT_PLAIN;
      this.parts.push(part);
    }
    const known = this.composites.numberOf(LIST, this.parts, from);
    if (known < 0 && !isPlainList(list)) return NOT_PLAIN;
    return (known >= 0 ? known : this.firstNumber(LIST, from)) * 2 + 1;
  }

  private recordNumber(record: object): number {
    const shape = this.shapeOf(record);
    if (shape === null) return NOT_PLAIN;
    const from = this.parts.length;
    const keys = shape.sorted!;
    for (let index = 0; index < keys.length; index++) {
      const part = this.number((record as Record<string, unknown>)[keys[index]!]);
      if (part < 0) return NOT_PLAIN;
      this.parts.push(part);
    }
    return this.compositeNumber(shape.number, from);
  }

  private compositeNumber(head: number, from: number): number {
    const { composites, parts } = this;
    const known = composites.numberOf(head, parts, from);
    return (known >= 0 ? known : this.firstNumber(head, from)) * 2 + 1;
  }

  /** Apart, as its closure would cost each call memory where the number is known. */
  private firstNumber(head: number, from: number): number {
    const { composites, parts } = this;
    const number = () => composites.numberOf(head, parts, from);
    this.tellComposite([head, ...parts.slice(from)], () => number() >= 0);
    return number();
  }

  private shapeOf(record: object): Shape | null {
    const prototype = Object.getPrototypeOf(record);
    if (prototype !== Object.prototype && prototype !== null) return null;
    if (Object.getOwnPropertySymbols(record).length > 0) return null;
    let shape = this.shapes;
    for (const key in record) {
      if (key === '__proto__') return null;
      const { likely } = shape;
      shape = likely?.lastKey === key ? likely : longer(shape, key);
    }
    if (shape.sorted === null) {
      // Records of one shape are made in one place, mostly: one of them is looked at closely.
      const isPlain = isAllToBeSeen(record, shape.keys.length) && getterOf(record) === undefined;
      if (!isPlain) return null;
      this.complete(shape);
    }
    return shape;
  }

  private complete(shape: Shape): void {
    shape.sorted = [...shape.keys].sort();
    const text = JSON.stringify(shape.sorted);
    if (!this.shapeNumbers.has(text)) {
      this.tellShape(wordsOf(text), () => this.shapeNumbers.has(text));
    }
    shape.number = this.shapeNumbers.get(text)!;
  }

  private make(composite: number): unknown {
    const head = this.composites.headOf(composite);
    const parts = this.composites.partsOf(composite);
    const value = head === LIST ? this.listOf(parts) : this.recordOf(this.shapeKeys[head]!, parts);
    if (this.numbers.size >= this.entriesMax) this.numbers = new Map();
    this.numbers.set(value, composite * 2 + 1);
    this.kept[composite] = Object.freeze(value);
    return value;
  }

  private listOf(parts: Int32Array): unknown[] {
    return Array.from(parts, (part) => this.value(part));
  }

  private recordOf(keys: readonly string[], parts: Int32Array): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (let at = 0; at < keys.length; at++) copy[keys[at]!] = this.value(parts[at]!);
    return copy;
  }

  /** Even numbers are atoms, odd ones composites. */
  private atom(value: unknown): number {
    const known = this.atoms.get(value);
    return known ?? this.knownAtom(value) ?? this.firstAtom(value);
  }

  private knownAtom(value: unknown): number | undefined {
    const atoms = this.atoms.has(value)
      ? this.atoms
      : this.atomsAside.find((older) => older.has(value));
    return atoms?.get(value);
  }

  private firstAtom(value: unknown): number {
    if (this.isAlone) this.keepAtom(value === 0 ? 0 : value);
    else this.tellAtom(wordsOf(JSON.stringify(value)), () => this.knownAtom(value) !== undefined);
    return this.knownAtom(value)!;
  }

  private keepAtom(value: unknown): void {
    if (this.atoms.size >= this.entriesMax) {
      this.atomsAside.push(this.atoms);
      this.atoms = new Map();
    }
    this.atoms.set(value, this.atomValues.length * 2);
    this.atomValues.push(value);
  }
}

function wordsOf(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

function textIn(words: ArrayLike<number>, from: number, end: number): string {
  let text = '';
  for (let at = from; at < end; at++) text += String.fromCharCode(words[at]!);
  return text;
}

function longer(shape: Shape, key: string): Shape {
  const next = shape.longer.get(key) ?? shapeOfKeys([...shape.keys, key]);
  shape.longer.set(key, next);
  shape.likely = next;
  return next;
}

function shapeOfKeys(keys: readonly string[]): Shape {
  return {
    keys,
    longer: new Map(),
    likely: null,
    lastKey: keys.at(-1) ?? '',
    sorted: null,
    number: 0,
  };
}
