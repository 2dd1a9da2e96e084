import { CheckError } from './check-error.ts';
import { isOurOwn } from './facts.ts';
import { textOf as toldOf } from './text-of.ts';

const PLAIN_WORDS = /^[\w .:-]*$/;

/**
 * One text per plain value, whatever the order of keys. Two values are the same state exactly when their texts are equal.
 * Errors: `not-plain-data`, naming the path to what is not plain data.
 */
export function canonicalText(value: unknown, where: string): string {
  const text = readable(where, () => textOf(value), value);
  if (text === null) throw readable(where, () => notPlain(value, where), value);
  return text;
}

/** Reads what may be anything: it may contain itself, or throw when it is looked at. */
export function readable<Result>(where: string, read: () => Result, value?: unknown): Result {
  try {
    return read();
  } catch (cause) {
    throw unreadable(where, cause, value);
  }
}

/** What to throw where something was thrown when `value` was only looked at. */
export function unreadable(where: string, cause: unknown, value: unknown): unknown {
  if (cause instanceof CheckError || isOurOwn(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : toldOf(cause);
  const isEndless = cause instanceof RangeError && /call stack/.test(reason);
  if (cause instanceof RangeError && !isEndless) return whoseRange(where, cause, value);
  const what = isEndless ? 'contains itself, or is nested too deep' : `cannot be read: ${reason}`;
  return new CheckError('not-plain-data', `${where} ${what}`);
}

/** There is no memory for it; or it throws that itself, and does so again when nothing is made of what is seen. */
function whoseRange(where: string, cause: RangeError, value: unknown): unknown {
  try {
    return oddity(value, where) ?? cause;
  } catch {
    return new CheckError('not-plain-data', `${where} cannot be read: ${cause.message}`);
  }
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
  if (Object.getPrototypeOf(array) !== Array.prototype) return null;
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
  return isPlainPrototype(object) && isAllToBeSeen(object, Object.keys(object).length);
}

/** Are these so many keys all there is? Others are symbols, or hidden: states that differ in them would be taken for one. */
export function isAllToBeSeen(object: object, keys: number): boolean {
  return Reflect.ownKeys(object).length === keys;
}

/** No list of a class of its own, without holes, and with nothing but its parts. */
export function isPlainList(list: readonly unknown[]): boolean {
  return (
    Object.getPrototypeOf(list) === Array.prototype && isAllToBeSeen(list, list.length + 1) // its length
  );
}

/** The first key that is no value but a function that answers when it is looked at; undefined: there is none. */
export function getterOf(object: object): string | undefined {
  const keys = Object.entries(Object.getOwnPropertyDescriptors(object));
  return keys.find(([, { get, set }]) => get !== undefined || set !== undefined)?.[0];
}

/** What is no plain data though a text can be made of it. Null: there is nothing. */
export function oddity(value: unknown, where: string): CheckError | null {
  if (typeof value !== 'object' || value === null) return null;
  const getter = getterOf(value);
  if (getter !== undefined) {
    return new CheckError('not-plain-data', `${where}.${getter} is a getter, not a value`);
  }
  for (const [key, part] of Object.entries(value)) {
    if (key === '__proto__') {
      return new CheckError('not-plain-data', `${where} has a key named __proto__`);
    }
    const inner = oddity(part, `${where}.${key}`);
    if (inner !== null) return inner;
  }
  const isAsSeen = Array.isArray(value)
    ? isPlainList(value)
    : isAllToBeSeen(value, Object.keys(value).length);
  return isAsSeen ? null : notPlain(value, where);
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
  if (Array.isArray(value) && value.some((inner) => textOf(inner) === null)) {
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

function isPlainPrototype(object: object): boolean {
  const prototype = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

function named(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value;
  if (value instanceof Promise) return toldOf(value);
  const isList = Array.isArray(value);
  if (Object.getOwnPropertySymbols(value).length > 0)
    return `${isList ? 'a list' : 'an object'} with a symbol key`;
  if (isList && Object.getPrototypeOf(value) === Array.prototype)
    return 'a list with holes or with named properties';
  if (isPlainPrototype(value)) return 'an object with a hidden key';
  return `an instance of ${value.constructor?.name ?? 'an unnamed class'}`;
}
