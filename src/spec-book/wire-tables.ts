import type { Kind, NamedField } from '../transport/wire/kind.ts';
import { table } from './markdown-table.ts';

/** Tables of `spec/wire.md`, from the kinds the codec runs. */

type AnyKind = Kind<never>;

export const anchorOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

/** One row per field: where it begins, how long it is, what it is. */
export function fieldTable(fields: readonly NamedField[]): readonly string[] {
  if (fields.length === 0) return ['Nothing: 0 bytes.'];
  let base = '';
  let offset = 0;
  const rows = fields.map(({ name, kind, means }) => {
    const row = [
      base === '' ? `${offset}` : offset === 0 ? base : `${base} + ${offset}`,
      kind.bytes === null ? `${kind.least} or more` : `${kind.bytes}`,
      `\`${name}\``,
      typeOf(kind),
      allowedOf(kind),
      means,
    ];
    if (kind.bytes === null) {
      base = `end of \`${name}\``;
      offset = 0;
    } else offset += kind.bytes;
    return row;
  });
  return table(['offset', 'bytes', 'field', 'type', 'allowed', 'meaning'], rows);
}

export function fieldsOf(kind: AnyKind): readonly NamedField[] {
  return kind.shape.form === 'struct' ? kind.shape.fields : [];
}

/** Every structure that `kinds` are made of, each once, in the order in which they appear. */
export function structuresIn(kinds: readonly AnyKind[]): readonly AnyKind[] {
  const found = new Map<string, AnyKind>();
  const visit = (kind: AnyKind, isMessage: boolean): void => {
    const { shape } = kind;
    if (shape.form === 'struct' || shape.form === 'union') {
      if (!isMessage) {
        if (found.has(kind.name)) return;
        found.set(kind.name, kind);
      }
      const parts =
        shape.form === 'struct' ? shape.fields : shape.cases.flatMap((one) => one.fields);
      for (const part of parts) visit(part.kind, false);
    } else if (shape.form !== 'scalar') visit(shape.item, false);
  };
  for (const kind of kinds) visit(kind, true);
  return [...found.values()];
}

export function structureLines(kind: AnyKind): readonly string[] {
  const { shape, name, bytes, least, allowed } = kind;
  const size = bytes === null ? `${least} bytes or more` : `${bytes} bytes`;
  const head = [
    '',
    `### ${name}`,
    '',
    `${size}.${allowed === '' ? '' : ` Allowed: ${allowed}.`}`,
    '',
  ];
  if (shape.form === 'struct') return [...head, ...fieldTable(shape.fields)];
  if (shape.form !== 'union') return head;
  const cases = shape.cases.flatMap(({ tag, code, fields }) => [
    '',
    `\`kind\` ${code}, **${tag}**, is followed by`,
    '',
    ...(fields.length === 0 ? ['nothing.'] : fieldTable(fields)),
  ]);
  const codes = `1..${shape.cases.length}`;
  return [...head, `One byte \`kind\` (${codes}), then what goes with it.`, ...cases];
}

/** The name of a kind, with a link to what it is made of. */
function typeOf({ name, shape }: AnyKind): string {
  switch (shape.form) {
    case 'scalar':
      return name;
    case 'list':
      return `u32 number of items, then each: ${typeOf(shape.item)}`;
    case 'three':
      return `3 × ${typeOf(shape.item)}, by site`;
    default:
      return `[${name}](#${anchorOf(name)})`;
  }
}

function allowedOf({ shape, allowed }: AnyKind): string {
  if (shape.form === 'three') return allowed;
  if (shape.form !== 'list') return shape.form === 'scalar' ? allowed : '';
  const item = shape.item.shape.form === 'scalar' ? `each ${shape.item.allowed}` : '';
  return [allowed, item, shape.means].filter((part) => part !== '').join('; ');
}
