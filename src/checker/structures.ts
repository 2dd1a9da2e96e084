import { PairTable } from './pair-table.ts';

const LIST = Symbol('list');
const RECORD = Symbol('record');
const NOT_PLAIN = -1;

/**
 * Numbers plain values by their structure, much faster than by a text: a list is its marker, paired with its first part, paired
 * with its second … Equal numbers mean equal values; the same record with its keys in another order may have another number.
 */
export class Structures {
  private readonly atoms = new Map<unknown, number>();
  private readonly pairs = new PairTable(4096);

  /** The value's number, or -1 if it is not plain. */
  number(value: unknown): number {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return this.atom(value);
      case 'number':
        return Number.isFinite(value) ? this.atom(value) : NOT_PLAIN;
      case 'object':
        if (value === null) return this.atom(value);
        return Array.isArray(value) ? this.list(value) : this.record(value);
      default:
        return NOT_PLAIN;
    }
  }

  private list(list: readonly unknown[]): number {
    let number = this.atom(LIST);
    for (let index = 0; index < list.length; index++) {
      const part = this.number(list[index]);
      if (part < 0) return NOT_PLAIN;
      number = this.pair(number, part);
    }
    return number;
  }

  private record(record: object): number {
    const prototype = Object.getPrototypeOf(record);
    if (prototype !== Object.prototype && prototype !== null) return NOT_PLAIN;
    let number = this.atom(RECORD);
    for (const key in record) {
      const part = this.number((record as Record<string, unknown>)[key]);
      if (part < 0) return NOT_PLAIN;
      number = this.pair(this.pair(number, this.atom(key)), part);
    }
    return number;
  }

  /** Even numbers are atoms, odd ones pairs. */
  private atom(value: unknown): number {
    const known = this.atoms.get(value);
    if (known !== undefined) return known;
    const number = this.atoms.size * 2;
    this.atoms.set(value, number);
    return number;
  }

  private pair(first: number, second: number): number {
    return this.pairs.numberOf(first, second) * 2 + 1;
  }
}
