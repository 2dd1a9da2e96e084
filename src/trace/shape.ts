/** Says what was expected where a value of plain data is not as it must be; null: it is. */
export type Shape = (value: unknown, path: string) => string | null;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (value: unknown, path: string, expected: string): string => {
  const shown = value === undefined ? 'nothing' : textOf(value).slice(0, 80);
  return `${path} is ${shown}, expected ${expected}`;
};

function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value); // also one too large for JSON to tell
  try {
    return JSON.stringify(value);
  } catch {
    return 'too deep to be shown';
  }
}

const plain =
  (fits: (value: unknown) => boolean, expected: string): Shape =>
  (value, path) =>
    fits(value) ? null : wrong(value, path, expected);

/** Whole numbers from -1 on: -1 stands for "none yet". */
export const whole = plain(
  (value) => Number.isSafeInteger(value) && (value as number) >= -1,
  'a whole number',
);
const blocksMost = 2 ** 22;
/** How many blocks, or where one is: a disk of the judge has no more of them. */
export const block = plain(
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= blocksMost,
  `a whole number from 0 to ${blocksMost}`,
);
/** As above, and below: whom an operator told to take over has a rank below all others. */
export const rank = plain(Number.isSafeInteger, 'a whole number');
export const counted = plain(
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  'a whole number from 1 on',
);
/** 32 bits, as a whole number with a sign. */
export const bitsOfWord = plain(
  (value) => (value as number) === ((value as number) | 0),
  'a word of 32 bits',
);
/** Milliseconds, or a rate: not below 0, whole or not. */
export const amount = plain(
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  'a number from 0 on',
);
/** What another shape allows, up to `most`. */
export const upTo =
  (most: number, shape: Shape): Shape =>
  (value, path) =>
    shape(value, path) ??
    ((value as number) <= most ? null : wrong(value, path, `a number up to ${most}`));

export const site = plain(
  (value) => value === 0 || value === 1 || value === 2,
  'a site: 0, 1 or 2',
);
export const text = plain((value) => typeof value === 'string', 'a text');
export const flag = plain((value) => typeof value === 'boolean', 'true or false');
export const anything: Shape = () => null;

export const oneOf = (...words: readonly string[]): Shape =>
  plain((value) => words.includes(value as string), `one of ${words.join(', ')}`);

export const orNull =
  (shape: Shape): Shape =>
  (value, path) =>
    value === null ? null : shape(value, path);

export const list =
  (shape: Shape, length?: number): Shape =>
  (value, path) => {
    if (!Array.isArray(value)) return wrong(value, path, 'a list');
    if (length !== undefined && value.length !== length) {
      return wrong(value, path, `a list of ${length}`);
    }
    for (const [index, item] of value.entries()) {
      const found = shape(item, `${path}[${index}]`);
      if (found !== null) return found;
    }
    return null;
  };

/** All of these members; `optional` may be missing. No others. */
export function record(
  members: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const known = { ...members, ...optional };
  return (value, path) => {
    if (!isObject(value)) return wrong(value, path, 'an object');
    for (const [name, shape] of Object.entries(known)) {
      if (value[name] === undefined && name in optional) continue;
      const found = shape(value[name], `${path}.${name}`);
      if (found !== null) return found;
    }
    const stray = Object.keys(value).find((name) => !(name in known));
    return stray === undefined ? null : `${path} has ${stray}, which is not expected`;
  };
}

/** These members at least, and `optional` if they are there: others are left alone, not refused. */
export const open =
  (
    members: Readonly<Record<string, Shape>>,
    optional: Readonly<Record<string, Shape>> = {},
  ): Shape =>
  (value, path) => {
    const present = Object.keys((value ?? {}) as object);
    const others = Object.fromEntries(
      present.filter((name) => !(name in members)).map((name) => [name, anything]),
    );
    return record(members, { ...others, ...optional })(value, path);
  };

/** An object whose `by` names which of these it is. */
export function choice(
  by: string,
  kinds: Readonly<Record<string, Readonly<Record<string, Shape>>>>,
  optional: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {},
): Shape {
  const shapes = new Map(
    Object.entries(kinds).map(([kind, members]) => [
      kind,
      record({ [by]: text, ...members }, optional[kind]),
    ]),
  );
  return (value, path) => {
    if (!isObject(value)) return wrong(value, path, 'an object');
    const shape = shapes.get(value[by] as string);
    if (!shape) return wrong(value[by], `${path}.${by}`, `one of ${[...shapes.keys()].join(', ')}`);
    return shape(value, path);
  };
}
