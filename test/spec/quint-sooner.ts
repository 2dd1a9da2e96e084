import { createRequire } from 'node:module';
import { type From, hastenSteps } from './quint-steps-sooner.ts';

// What the package of Quint does over and over, done as often as it must be. What it says stays the same (quint-thread.test.ts).

const require = createRequire(import.meta.url);
const from: From = (module) => require(`@informalsystems/quint/dist/src/${module}.js`);

export function hasten(): void {
  sortFieldsOnce();
  readSignaturesOnce();
  hastenSteps(from);
}

type Fields = ReadonlyMap<string, unknown>;
interface Value {
  readonly constructor: new (fields: Fields) => Value;
  toOrderedMap(): Fields;
}

/** To set a field of a record it sorts all of them again, which takes a quarter of a run. They are in order. */
function sortFieldsOnce(): void {
  const values: { mkRecord: (fields: Fields) => Value } = from('runtime/impl/runtimeValue').rv;
  const sorting = values.mkRecord;
  const empty = sorting(new Map());
  const OrderedMap = empty.toOrderedMap().constructor; // what a record consists of, and nothing else
  values.mkRecord = (fields) =>
    fields instanceof OrderedMap ? new empty.constructor(fields) : sorting(fields);
}

/** At each use of an operator of its own it parses that one's type, which takes a quarter of the check of a text. */
function readSignaturesOnce(): void {
  const types: { parseTypeOrThrow: (type: string) => unknown } = from('types/parser');
  const parsing = types.parseTypeOrThrow;
  const known = new Map<string, unknown>();
  types.parseTypeOrThrow = (type) => {
    if (!known.has(type)) known.set(type, parsing(type));
    return known.get(type);
  };
}
