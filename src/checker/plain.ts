import { CheckError } from './check-error.ts';

/**
 * One text per plain value, whatever the order of keys. Two values are the same state exactly when their texts are equal.
 * Errors: `not-plain-data`, naming the path to what is not plain data.
 */
export function canonicalText(value: unknown, where: string): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw notPlain(where, String(value));
      return value === 0 ? '0' : String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayText(value, where) : objectText(value, where);
    default:
      throw notPlain(where, typeof value);
  }
}

/** The value a canonical text stands for, frozen in depth. */
export function frozenValue(text: string): unknown {
  return freeze(JSON.parse(text));
}

function arrayText(array: readonly unknown[], where: string): string {
  if (array.length === 0) return '[]';
  let text = '[';
  for (let index = 0; index < array.length; index++) {
    if (index > 0) text += ',';
    text += canonicalText(array[index], where === '' ? '' : `${where}[${index}]`);
  }
  return `${text}]`;
}

function objectText(object: object, where: string): string {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notPlain(where, `an instance of ${object.constructor?.name ?? 'an unnamed class'}`);
  }
  const keys = Object.keys(object);
  if (Object.getOwnPropertySymbols(object).length > 0) throw notPlain(where, 'a symbol key');
  sortSmall(keys);
  let text = '{';
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (index > 0) text += ',';
    const value = (object as Record<string, unknown>)[key];
    text += `${JSON.stringify(key)}:${canonicalText(value, where === '' ? '' : `${where}.${key}`)}`;
  }
  return `${text}}`;
}

/** Keys are few and mostly in order already; insertion beats a general sort here. */
function sortSmall(keys: string[]): void {
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index]!;
    let hole = index;
    while (hole > 0 && keys[hole - 1]! > key) {
      keys[hole] = keys[hole - 1]!;
      hole--;
    }
    keys[hole] = key;
  }
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

function notPlain(where: string, what: string): CheckError {
  return new CheckError('not-plain-data', `${where} is ${what}; states and events are plain data`);
}
