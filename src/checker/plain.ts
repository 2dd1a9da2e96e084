import { CheckError } from './check-error.ts';

const PLAIN_WORDS = /^[\w .:-]*$/;

/**
 * One text per plain value, whatever the order of keys. Two values are the same state exactly when their texts are equal.
 * Errors: `not-plain-data`, naming the path to what is not plain data.
 */
export function canonicalText(value: unknown, where: string): string {
  const text = textOf(value);
  if (text === null) throw notPlain(value, where);
  return text;
}

/** Null if the value is not plain. */
function textOf(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return stringText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) return null;
      return value === 0 ? '0' : `${value}`;
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayText(value) : objectText(value);
    default:
      return null;
  }
}

/** Most strings in states are words; only the others need escapes. */
function stringText(value: string): string {
  return PLAIN_WORDS.test(value) ? `"${value}"` : JSON.stringify(value);
}

function arrayText(array: readonly unknown[]): string | null {
  let text = '[';
  for (let index = 0; index < array.length; index++) {
    const inner = textOf(array[index]);
    if (inner === null) return null;
    text += index === 0 ? inner : `,${inner}`;
  }
  return `${text}]`;
}

function objectText(object: object): string | null {
  if (!isPlainObject(object)) return null;
  const keys = Object.keys(object);
  sortSmall(keys);
  let text = '{';
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const inner = textOf((object as Record<string, unknown>)[key]);
    if (inner === null) return null;
    text += `${index === 0 ? '' : ','}${stringText(key)}:${inner}`;
  }
  return `${text}}`;
}

function isPlainObject(object: object): boolean {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.getOwnPropertySymbols(object).length === 0;
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

/** Looks for the first part that is not plain, to name it. */
function notPlain(value: unknown, where: string): CheckError {
  if (Array.isArray(value)) {
    const at = value.findIndex((inner) => textOf(inner) === null);
    return notPlain(value[at], `${where}[${at}]`);
  }
  if (typeof value === 'object' && value !== null && isPlainObject(value)) {
    const [key, inner] = Object.entries(value).find(([, part]) => textOf(part) === null)!;
    return notPlain(inner, `${where}.${key}`);
  }
  return new CheckError(
    'not-plain-data',
    `${where} is ${named(value)}; states and events are plain data`,
  );
}

function named(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value;
  if (Object.getOwnPropertySymbols(value).length > 0) return 'an object with a symbol key';
  return `an instance of ${value.constructor?.name ?? 'an unnamed class'}`;
}
