import { PartTable } from './part-table.ts';
import { getterOf, isAllToBeSeen, isPlainList } from './plain.ts';

const NOT_PLAIN = -1;
/** Instead of the number of a shape. */
const LIST = -1;

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
 * part that comes back within another value is recognised without a look inside.
 */
export class Structures {
  private readonly atoms = new Map<unknown, number>();
  private readonly atomValues: unknown[] = [];
  private readonly composites = new PartTable();
  /** By the number of a composite. */
  private readonly kept: unknown[] = [];
  private readonly numbers = new Map<object, number>();
  private readonly shapes = shapeOfKeys([]);
  private readonly shapeNumbers = new Map<string, number>();
  /** The parts of the values being numbered, innermost last. */
  private readonly parts: number[] = [];

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
    return number & 1 ? this.kept[number >> 1] : this.atomValues[number >> 1];
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
    const composite = this.composites.numberOf(LIST, this.parts, from);
    if (composite === this.kept.length) {
      if (!isPlainList(list)) return NOT_PLAIN;
      this.keepList(from);
    }
    return composite * 2 + 1;
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
    const composite = this.composites.numberOf(shape.number, this.parts, from);
    if (composite === this.kept.length) this.keepRecord(keys, from);
    return composite * 2 + 1;
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
    shape.number = this.shapeNumbers.get(text) ?? this.shapeNumbers.size;
    this.shapeNumbers.set(text, shape.number);
  }

  private keepList(from: number): void {
    this.keep(this.parts.slice(from).map((part) => this.value(part)));
  }

  private keepRecord(keys: readonly string[], from: number): void {
    const copy: Record<string, unknown> = {};
    for (const [index, key] of keys.entries()) copy[key] = this.value(this.parts[from + index]!);
    this.keep(copy);
  }

  /** As the composite that was numbered last. */
  private keep(value: object): void {
    this.numbers.set(value, this.kept.length * 2 + 1);
    this.kept.push(Object.freeze(value));
  }

  /** Even numbers are atoms, odd ones composites. */
  private atom(value: unknown): number {
    const known = this.atoms.get(value);
    if (known !== undefined) return known;
    const number = this.atoms.size * 2;
    this.atoms.set(value, number);
    this.atomValues.push(value === 0 ? 0 : value);
    return number;
  }
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
