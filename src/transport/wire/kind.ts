import type { Reader } from './reader.ts';
import type { WireError, WireErrorCode } from './wire-error.ts';
import type { Writer } from './writer.ts';

/**
 * What a field may be: how it is written, read and told of in `spec/wire.md`. Both ways refuse the
 * same values, so whatever is decoded encodes to the very same bytes.
 */
export interface Kind<Value> {
  /** As the tables call it. */
  readonly name: string;
  /** Bytes it takes; null: that varies. */
  readonly bytes: number | null;
  /** The fewest bytes it takes. */
  readonly least: number;
  /** Limits, for the tables. */
  readonly allowed: string;
  readonly shape: Shape;
  write(writer: Writer, value: Value): void;
  read(reader: Reader): Value;
}

export type Shape =
  | { readonly form: 'scalar' }
  | { readonly form: 'struct'; readonly fields: readonly NamedField[] }
  | { readonly form: 'list'; readonly item: Kind<never>; readonly means: string }
  | { readonly form: 'three'; readonly item: Kind<never> }
  | { readonly form: 'union'; readonly cases: readonly UnionCase[] };

export interface Field<Value> {
  readonly kind: Kind<Value>;
  /** One line for the tables. */
  readonly means: string;
}

export interface NamedField extends Field<never> {
  readonly name: string;
}

export interface UnionCase {
  readonly tag: string;
  readonly code: number;
  readonly fields: readonly NamedField[];
}

/** Where a fault is told from: the reader or the writer. */
export interface Place {
  fault(code: WireErrorCode, found: string): WireError;
}

export const field = <Value>(kind: Kind<Value>, means: string): Field<Value> => ({ kind, means });
