/** What a record says of a name. A name may be one that every object knows, `constructor` or `toString`: that is not said here. */
export function ownOf<Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
