import type { Field, Kind, NamedField, Place } from './kind.ts';
import { whole } from './scalars.ts';

export type Fields<Value> = { readonly [Name in keyof Value]-?: Field<Value[Name]> };

/** Fields one after the other, without padding. `check` refuses what no field refuses by itself. */
export function struct<Value extends object>(
  name: string,
  fields: Fields<Value>,
  check?: (place: Place, value: Value) => void,
  allowed = '',
): Kind<Value> {
  const named = namedFields(fields);
  return {
    name,
    bytes: sumOf(named.map(({ kind }) => kind.bytes)),
    least: named.reduce((sum, { kind }) => sum + kind.least, 0),
    allowed,
    shape: { form: 'struct', fields: named },
    write(writer, value) {
      for (const { name: key, kind } of named) {
        writer.field = key;
        kind.write(writer, (value as Record<string, never>)[key]!);
      }
      check?.(writer, value);
    },
    read(reader) {
      const value: Record<string, unknown> = {};
      for (const { name: key, kind } of named) {
        reader.field = key;
        value[key] = kind.read(reader);
      }
      check?.(reader, value as Value);
      return value as Value;
    },
  };
}

export interface ListRules<Item> {
  readonly most: number;
  /** One line for the tables. */
  readonly means?: string;
  /** Refuses an item that may not follow the one before. */
  readonly follows?: (place: Place, item: Item, before: Item) => void;
  /** Refuses items that are too much together. */
  readonly together?: (place: Place, items: readonly Item[]) => void;
}

/** A number of items (u32), then the items. */
export function list<Item>(item: Kind<Item>, rules: ListRules<Item>): Kind<readonly Item[]> {
  const { most, follows, together, means = '' } = rules;
  const checkLength = (place: Place, length: number): void => {
    if (length > most) throw place.fault('too-many', `found ${length} items, allowed 0..${most}`);
  };
  return {
    name: `list of ${item.name}`,
    bytes: null,
    least: 4,
    allowed: `0..${most} items`,
    shape: { form: 'list', item: item as Kind<never>, means },
    write(writer, items) {
      checkLength(writer, items.length);
      writer.whole(items.length, 4);
      for (let index = 0; index < items.length; index++) {
        item.write(writer, items[index]!);
        if (index > 0) follows?.(writer, items[index]!, items[index - 1]!);
      }
      together?.(writer, items);
    },
    read(reader) {
      const length = reader.whole(4);
      checkLength(reader, length);
      reader.need(length * item.least);
      const items: Item[] = [];
      for (let index = 0; index < length; index++) {
        items.push(item.read(reader));
        if (index > 0) follows?.(reader, items[index]!, items[index - 1]!);
      }
      together?.(reader, items);
      return items;
    },
  };
}

/** One for each site, in the order of their ids. */
export function perSite<Item>(item: Kind<Item>): Kind<readonly [Item, Item, Item]> {
  return {
    name: `3 × ${item.name}`,
    bytes: item.bytes === null ? null : 3 * item.bytes,
    least: 3 * item.least,
    allowed: `each ${item.allowed}`,
    shape: { form: 'three', item: item as Kind<never> },
    write(writer, items) {
      for (const one of items) item.write(writer, one);
    },
    read: (reader) => [item.read(reader), item.read(reader), item.read(reader)],
  };
}

/** A word (u8, the first is 1), then the fields that go with it. */
export function union<Value extends { readonly kind: string }>(
  name: string,
  cases: {
    readonly [Tag in Value['kind']]: Fields<Omit<Extract<Value, { kind: Tag }>, 'kind'>>;
  },
): Kind<Value> {
  const tags = Object.keys(cases) as Value['kind'][];
  const fields = tags.map((tag) => namedFields(cases[tag]));
  const code = whole(1, 1, tags.length);
  const leasts = fields.map((named) => named.reduce((sum, { kind }) => sum + kind.least, 0));
  return {
    name,
    bytes: null,
    least: 1 + Math.min(...leasts),
    allowed: '',
    shape: {
      form: 'union',
      cases: tags.map((tag, index) => ({ tag, code: index + 1, fields: fields[index]! })),
    },
    write(writer, value) {
      const index = tags.indexOf(value.kind);
      code.write(writer, index + 1);
      for (const { name: key, kind } of fields[index]!) {
        writer.field = key;
        kind.write(writer, (value as Record<string, unknown>)[key] as never);
      }
    },
    read(reader) {
      const index = code.read(reader) - 1;
      const value: Record<string, unknown> = { kind: tags[index] };
      for (const { name: key, kind } of fields[index]!) {
        reader.field = key;
        value[key] = kind.read(reader);
      }
      return value as Value;
    },
  };
}

function namedFields<Value>(fields: Fields<Value>): readonly NamedField[] {
  return Object.entries(fields).map(([name, one]) => ({ name, ...(one as Field<never>) }));
}

function sumOf(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
}
