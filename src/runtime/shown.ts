/** A value as it stands in the sentence that refuses it: whatever it is, and never long. */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}

const lengthMax = 60;

/** JSON says -0 and NaN as other values, and refuses some: circles, and integers of any size. */
function textOf(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}
