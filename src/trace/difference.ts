/** The first place where two values of plain data differ. */
export interface Difference {
  /** As in `effects[2].message.held`; empty: the whole. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Null: they are equal. A member that is undefined is one that is missing. */
export function differenceOf(expected: unknown, actual: unknown, path = ''): Difference | null {
  if (expected === actual) return null;
  if (
    typeof expected !== 'object' ||
    typeof actual !== 'object' ||
    expected === null ||
    actual === null ||
    Array.isArray(expected) !== Array.isArray(actual)
  ) {
    return { path, expected, actual };
  }
  return Array.isArray(expected)
    ? differenceOfLists(expected, actual as readonly unknown[], path)
    : differenceOfRecords(expected, actual, path);
}

function differenceOfLists(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: string,
): Difference | null {
  const most = Math.max(expected.length, actual.length);
  for (let index = 0; index < most; index++) {
    const found = differenceOf(expected[index], actual[index], `${path}[${index}]`);
    if (found) return found;
  }
  return null;
}

function differenceOfRecords(expected: object, actual: object, path: string): Difference | null {
  const one = expected as Record<string, unknown>;
  const other = actual as Record<string, unknown>;
  for (const name in one) {
    const found = differenceOf(one[name], other[name], path === '' ? name : `${path}.${name}`);
    if (found) return found;
  }
  for (const name in other) {
    if (other[name] === undefined || name in one) continue;
    return {
      path: path === '' ? name : `${path}.${name}`,
      expected: undefined,
      actual: other[name],
    };
  }
  return null;
}

export function differenceText({ path, expected, actual }: Difference): string {
  return `${path}: expected ${shortly(expected)}, found ${shortly(actual)}`;
}

const shortly = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200);
