import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { CheckError } from './check-error.ts';
import type { Interner } from './interner.ts';
import type { IdSource } from './vocabulary.ts';

const FORMAT = 'sidefile-checkpoint-8';
const CHUNK_BYTES = 1 << 26;
const NEW_LINE = 10;
const SUM_BYTES = 4;

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
  /** Of each property (`claimText`). */
  readonly claims: readonly string[];
  readonly bounds: Readonly<Record<string, number>>;
  /** One world stands for all that are symmetric to it. */
  readonly reduced: boolean;
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
  /** Of each move; they may be more than 32 bits hold. */
  readonly made: readonly number[];
  readonly foundBy: readonly number[];
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
  | 'questions';

/** Errors: `bad-checkpoint` for a place where none can be written. */
export function refuseUnwritable(path: string): void {
  const beside = `${path}.new`;
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    const file = openSync(beside, 'a');
    const found = fstatSync(file);
    closeSync(file);
    if (found.isFile() && found.size === 0) rmSync(beside);
  } catch (cause) {
    throw bad(path, `cannot be written: ${(cause as Error).message}`);
  }
}

/**
 * Written beside and then renamed: a crash leaves the older checkpoint whole. A checksum of everything ends it.
 * Errors: `bad-checkpoint`.
 */
export function saveCheckpoint(path: string, saved: Saved): void {
  const { arrays, texts, ...rest } = saved;
  const lengths = Object.fromEntries(
    Object.entries(arrays).map(([name, { length }]) => [name, length]),
  );
  const counts = texts.map(({ length }) => length);
  const head = Buffer.from(`${JSON.stringify({ format: FORMAT, lengths, counts, ...rest })}\n`);
  const file = opened(path);
  let sum = 0;
  const write = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return; // of no bytes zlib forgets the sum so far
    sum = crc32(bytes, sum);
    writeAll(file, bytes);
  };
  try {
    write(head);
    for (const text of texts.flat()) write(Buffer.from(`${text}\n`));
    for (const array of Object.values(arrays)) {
      write(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    }
    const end = Buffer.alloc(SUM_BYTES);
    end.writeUInt32LE(sum);
    writeAll(file, end);
    fsyncSync(file);
  } catch (cause) {
    rmSync(`${path}.new`, { force: true }); // a part of it would keep a full disk full
    throw bad(path, `cannot be written: ${(cause as Error).message}`);
  } finally {
    closeSync(file);
  }
  try {
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw bad(path, `cannot be written: ${(cause as Error).message}`);
  }
}

/** Errors: `bad-checkpoint`. */
export function loadCheckpoint(path: string, likeness: Likeness): Saved {
  // To open one would wait for a writer for ever, after Ctrl-C too.
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO())
    throw bad(path, 'is a pipe, and no file');
  const lines = new Lines(path);
  const head = readHead(path, lines);
  const { counts, format, lengths, ...rest } = head;
  if (format !== FORMAT) throw bad(path, `is of format ${JSON.stringify(format)}`);
  if (JSON.stringify(rest.likeness) !== JSON.stringify(likeness)) {
    throw bad(path, `is of another check: ${differenceOf(rest.likeness, likeness)}`);
  }
  if (!isWhole(path)) throw bad(path, 'is damaged: it is not what was written');
  const texts = counts.map((count) => Array.from({ length: count }, () => lines.next()));
  const file = openSync(path, 'r');
  try {
    let at = lines.at;
    const arrays = Object.fromEntries(
      Object.entries(lengths).map(([name, length]) => {
        const array = new Int32Array(length);
        readAll(file, new Uint8Array(array.buffer), at, path);
        at += array.byteLength;
        return [name, array];
      }),
    );
    return { ...rest, texts, arrays: arrays as Saved['arrays'] };
  } finally {
    closeSync(file);
    lines.close();
  }
}

/** The first thing in which they differ: all of both would be pages. */
function differenceOf(saved: Partial<Likeness> | undefined, asked: Likeness): string {
  const parts = ['name', 'bounds', 'reduced', 'rules'] as const;
  const texts = (likeness: typeof saved) => parts.map((part) => JSON.stringify(likeness?.[part]));
  const [was, is] = [texts(saved), texts(asked)];
  const at = parts.findIndex((_, index) => was[index] !== is[index]);
  if (at < 0) return 'one of its properties claims something else';
  if (parts[at] === 'rules') return 'it has other properties';
  return `its ${parts[at]}: ${was[at]}; asked for: ${is[at]}`;
}

/** Is the file what was written, bit by bit? */
function isWhole(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const end = fstatSync(file).size - SUM_BYTES;
    const piece = new Uint8Array(CHUNK_BYTES);
    let sum = 0;
    for (let at = 0; at < end; ) {
      const read = readSync(file, piece, 0, Math.min(CHUNK_BYTES, end - at), at);
      if (read === 0) return false;
      sum = crc32(piece.subarray(0, read), sum);
      at += read;
    }
    const kept = Buffer.alloc(SUM_BYTES);
    return readSync(file, kept, 0, SUM_BYTES, end) === SUM_BYTES && kept.readUInt32LE() === sum;
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(`${path}.new`, 'w');
  } catch (cause) {
    throw bad(path, `cannot be written: ${(cause as Error).message}`);
  }
}

type Head = Omit<Saved, 'arrays' | 'texts'> & {
  readonly format: string;
  readonly lengths: Readonly<Record<string, number>>;
  /** Texts of each interner, line by line after the head. */
  readonly counts: readonly number[];
};

function readHead(path: string, lines: Lines): Head {
  try {
    const head: unknown = JSON.parse(lines.next());
    if (typeof head === 'object' && head !== null) return head as Head;
    throw new Error('it is no checkpoint');
  } catch (cause) {
    throw bad(path, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** The lines a file begins with, a piece of it in memory at a time: all of them may be more than fits one text. */
class Lines {
  /** Where the next line begins. */
  at = 0;
  private readonly path: string;
  private file = -1;
  private piece: Buffer = Buffer.alloc(0);
  private from = 0;

  constructor(path: string) {
    this.path = path;
  }

  next(): string {
    if (this.file < 0) this.file = openSync(this.path, 'r');
    let end = this.piece.indexOf(NEW_LINE, this.at - this.from);
    for (let bytes = CHUNK_BYTES; end < 0; bytes *= 2) {
      const wider = Buffer.alloc(bytes);
      const read = readSync(this.file, wider, 0, bytes, this.at);
      this.from = this.at;
      this.piece = wider.subarray(0, read);
      end = this.piece.indexOf(NEW_LINE);
      if (end < 0 && read < bytes) throw bad(this.path, 'ends too early');
    }
    const line = this.piece.toString('utf8', this.at - this.from, end);
    this.at = this.from + end + 1;
    return line;
  }

  close(): void {
    if (this.file >= 0) closeSync(this.file);
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
