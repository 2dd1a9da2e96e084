import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { CheckError } from './check-error.ts';
import type { Interner } from './interner.ts';
import type { IdSource } from './vocabulary.ts';

const FORMAT = 'sidefile-checkpoint-1';
const CHUNK_BYTES = 1 << 26;

/** Knows every text that was given an id, so that another run can give it the same id. */
export class Ledger implements IdSource {
  readonly shared = false;
  private readonly interners: Interner[] = [];
  private readonly remembered: readonly (readonly string[])[];

  constructor(remembered: readonly (readonly string[])[] = []) {
    this.remembered = remembered;
  }

  register(interner: Interner): void {
    const number = this.interners.push(interner) - 1;
    for (const text of this.remembered[number] ?? []) interner.learn(text);
  }

  settle(): void {}

  sync(): void {}

  texts(): readonly (readonly string[])[] {
    return this.interners.map((interner) => interner.texts());
  }
}

/** What a run must agree on with the run it continues. */
export interface Likeness {
  readonly name: string;
  readonly rules: readonly string[];
  readonly bounds: Readonly<Record<string, number>>;
}

/** A search at rest between two expansions. */
export interface Saved {
  readonly likeness: Likeness;
  readonly texts: readonly (readonly string[])[];
  readonly slotNames: readonly string[];
  readonly marks: readonly (readonly [string, number])[];
  readonly groups: readonly string[];
  readonly widths: readonly number[];
  readonly numbers: Readonly<Record<SavedNumber, number>>;
  readonly arrays: Readonly<Record<SavedArray, Int32Array>>;
}

export type SavedNumber =
  | 'count'
  | 'depth'
  | 'initials'
  | 'cursor'
  | 'levelEnd'
  | 'generated'
  | 'calls';
export type SavedArray =
  | 'arena'
  | 'parents'
  | 'witnesses'
  | 'starts'
  | 'targets'
  | 'groups'
  | 'made'
  | 'foundBy';

/** Written beside and then renamed: a crash leaves the older checkpoint whole. */
export function saveCheckpoint(path: string, saved: Saved): void {
  const { arrays, ...rest } = saved;
  const lengths = Object.fromEntries(
    Object.entries(arrays).map(([name, { length }]) => [name, length]),
  );
  const head = Buffer.from(`${JSON.stringify({ format: FORMAT, lengths, ...rest })}\n`);
  const file = openSync(`${path}.new`, 'w');
  try {
    writeAll(file, head);
    for (const array of Object.values(arrays)) {
      writeAll(file, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    }
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

/** Errors: `bad-checkpoint`. */
export function loadCheckpoint(path: string, likeness: Likeness): Saved {
  const { from, head } = readHead(path);
  const { format, lengths, ...rest } = head;
  if (format !== FORMAT) throw bad(path, `is of format ${JSON.stringify(format)}`);
  if (JSON.stringify(rest.likeness) !== JSON.stringify(likeness)) {
    throw bad(path, `is of another check: ${JSON.stringify(rest.likeness)}`);
  }
  const file = openSync(path, 'r');
  try {
    let at = from;
    const arrays = Object.fromEntries(
      Object.entries(lengths).map(([name, length]) => {
        const array = new Int32Array(length);
        readAll(file, new Uint8Array(array.buffer), at, path);
        at += array.byteLength;
        return [name, array];
      }),
    );
    return { ...rest, arrays: arrays as Saved['arrays'] };
  } finally {
    closeSync(file);
  }
}

type Head = Omit<Saved, 'arrays'> & { format: string; lengths: Record<string, number> };

function readHead(path: string): { head: Head; from: number } {
  try {
    const bytes = statSync(path).size < CHUNK_BYTES ? readFileSync(path) : readStart(path);
    const from = bytes.indexOf(10) + 1;
    return { head: JSON.parse(bytes.toString('utf8', 0, from)) as Head, from };
  } catch (cause) {
    throw bad(path, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function readStart(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(CHUNK_BYTES * 4);
    return start.subarray(0, readSync(file, start, 0, start.length, 0));
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(file, bytes, at, Math.min(CHUNK_BYTES, bytes.length - at));
  }
}

function readAll(file: number, bytes: Uint8Array, from: number, path: string): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, Math.min(CHUNK_BYTES, bytes.length - at), from + at);
    if (read === 0) throw bad(path, 'ends too early');
    at += read;
  }
}

function bad(path: string, what: string): CheckError {
  return new CheckError('bad-checkpoint', `checkpoint ${path} ${what}`);
}
