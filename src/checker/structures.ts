import { PairTable } from './pair-table.ts';

const NOT_PLAIN = -1;

/** Keys as a record lists them. */
interface Shape {
  readonly keys: readonly string[];
  readonly longer: Map<string, Shape>;
  /** The same keys in order, once a record was met that has these and no more. */
  sorted: readonly string[] | null;
  /** Where the number of a record with these keys begins, whatever their order. */
  start: number;
}

/**
 * Plain values, each kept once and numbered: equal numbers mean equal values, whatever the order of keys. A list is a start,
 * paired with its first part, paired with its second …; a record starts with its sorted keys. What is kept is frozen and made
 * of what was kept before, so a part that comes back within another value is recognised without a look inside.
 */
export class Structures {
  private readonly atoms = new Map<unknown, number>();
  private readonly atomValues: unknown[] = [];
  private readonly pairs = new PairTable(4096);
  /** By pair: the value that ends with it; a pair in the middle of values has none. */
  private readonly kept: unknown[] = [];
  private readonly numbers = new Map<object, number>();
  private readonly shapes: Shape = { keys: [], longer: new Map(), sorted: null, start: 0 };
  private readonly starts = new Map<string, number>();
  private readonly list: number;
  /** The parts of the values being numbered, innermost last. */
  private readonly parts: number[] = [];

  constructor() {
    this.list = this.pair(this.atom('list'), this.atom('list'));
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
    let number = this.list;
    for (let index = 0; index < list.length; index++) {
      const part = this.number(list[index]);
      if (part < 0) return NOT_PLAIN;
      this.parts.push(part);
      number = this.pair(number, part);
    }
    if (this.kept[number >> 1] === undefined) {
      this.keep(
        number,
        this.parts.slice(from).map((part) => this.value(part)),
      );
    }
    return number;
  }

  private recordNumber(record: object): number {
    const shape = this.shapeOf(record);
    if (shape === null) return NOT_PLAIN;
    const from = this.parts.length;
    const keys = shape.sorted!;
    let number = shape.start;
    for (let index = 0; index < keys.length; index++) {
      const part = this.number((record as Record<string, unknown>)[keys[index]!]);
      if (part < 0) return NOT_PLAIN;
      this.parts.push(part);
      number = this.pair(number, part);
    }
    if (this.kept[number >> 1] === undefined) {
      const copy: Record<string, unknown> = {};
      for (const [index, key] of keys.entries()) copy[key] = this.value(this.parts[from + index]!);
      this.keep(number, copy);
    }
    return number;
  }

  private shapeOf(record: object): Shape | null {
    const prototype = Object.getPrototypeOf(record);
    if (prototype !== Object.prototype && prototype !== null) return null;
    if (Object.getOwnPropertySymbols(record).length > 0) return null;
    let shape = this.shapes;
    for (const key in record) {
      if (key === '__proto__') return null;
      shape = shape.longer.get(key) ?? longer(shape, key);
    }
    if (shape.sorted === null) this.complete(shape);
    return shape;
  }

  private complete(shape: Shape): void {
    shape.sorted = [...shape.keys].sort();
    const text = JSON.stringify(shape.sorted);
    const start = this.starts.get(text) ?? this.pair(this.atom('record'), this.starts.size);
    this.starts.set(text, start);
    shape.start = start;
  }

  private keep(number: number, value: object): void {
    const { kept } = this;
    while (kept.length <= number >> 1) kept.push(undefined);
    kept[number >> 1] = Object.freeze(value);
    this.numbers.set(value, number);
  }

  /** Even numbers are atoms, odd ones pairs. */
  private atom(value: unknown): number {
    const known = this.atoms.get(value);
    if (known !== undefined) return known;
    const number = this.atoms.size * 2;
    this.atoms.set(value, number);
    this.atomValues.push(value === 0 ? 0 : value);
    return number;
  }

  private pair(first: number, second: number): number {
    return this.pairs.numberOf(first, second) * 2 + 1;
  }
}

function longer(shape: Shape, key: string): Shape {
  const next = { keys: [...shape.keys, key], longer: new Map(), sorted: null, start: 0 };
  shape.longer.set(key, next);
  return next;
}
