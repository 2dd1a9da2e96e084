import {
  type Bits,
  type Chunk,
  chunksPerPage,
  type Page,
  wordsPerChunk,
} from '../../models/bits.ts';

/**
 * A bitmap in bytes: runs of empty pages, runs of full ones, and the rest one by one; a page likewise, of its
 * chunks; a chunk as raw words. Each is led by `kind + 3 * length` as a variable-length number, where the length is
 * that of the run, or of the one part: a page's in bytes, a chunk's in words. A whole or an empty volume takes a few bytes.
 */
export const encodeBits = (bits: Bits): Uint8Array => remembered(bits, encodePages).bytes;

export function decodeBits(bytes: Uint8Array): Bits {
  const pages: Page[] = [];
  for (const { kind, length, at } of leadsOf(bytes, (page) => page)) {
    if (kind === raw) pages.push(decodePage(bytes.subarray(at, at + length)));
    else pushRun(pages, length, kind === full ? fullPage : []);
  }
  return pages;
}

function decodePage(bytes: Uint8Array): Page {
  const chunks: Chunk[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { kind, length, at } of leadsOf(bytes, (words) => 4 * words)) {
    if (kind === raw) {
      chunks.push(Array.from({ length }, (_, word) => view.getInt32(at + 4 * word, true)));
    } else pushRun(chunks, length, kind === full ? fullChunk : []);
  }
  return chunks;
}

/** One by one: a run may have more pages than a call has arguments. */
function pushRun<T>(parts: T[], length: number, part: T): void {
  for (let at = 0; at < length; at++) parts.push(part);
}

const empty = 0;
const full = 1;
const raw = 2;
const fullChunk: Chunk = new Array(wordsPerChunk).fill(-1);
const fullPage: Page = new Array(chunksPerPage).fill(fullChunk);

interface Encoded {
  readonly kind: number;
  /** What follows the lead of a raw one, and the length told there. */
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Parts are shared where unchanged: one that did not change is not encoded again. */
const known = new WeakMap<object, Encoded>();

function remembered<T extends object>(part: T, encode: (part: T) => Encoded): Encoded {
  const before = known.get(part);
  if (before) return before;
  const result = encode(part);
  known.set(part, result);
  return result;
}

const encodePages = (bits: Bits): Encoded => {
  const bytes = joined(bits.map((page) => remembered(page, encodePage)));
  return { kind: raw, bytes, length: bytes.length };
};

function encodePage(page: Page): Encoded {
  const chunks = page.map((chunk) => remembered(chunk, encodeChunk));
  const isFull = chunks.length === chunksPerPage && chunks.every(({ kind }) => kind === full);
  const bytes = joined(chunks);
  return { kind: page.length === 0 ? empty : isFull ? full : raw, bytes, length: bytes.length };
}

function encodeChunk(words: Chunk): Encoded {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [at, word] of words.entries()) bytes.writeInt32LE(word, 4 * at);
  const isFull = words.length === wordsPerChunk && words.every((word) => word === -1);
  return { kind: words.length === 0 ? empty : isFull ? full : raw, bytes, length: words.length };
}

function joined(parts: readonly Encoded[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < parts.length; ) {
    const { kind, length, bytes } = parts[at]!;
    let end = at + 1;
    if (kind !== raw) while (end < parts.length && parts[end]!.kind === kind) end++;
    pieces.push(lead(kind, kind === raw ? length : end - at));
    if (kind === raw) pieces.push(bytes);
    at = end;
  }
  return Buffer.concat(pieces);
}

function lead(kind: number, length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = kind + 3 * length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  return Uint8Array.from([...bytes, rest]);
}

/** Each lead, and where what is behind it begins. */
function* leadsOf(bytes: Uint8Array, sizeOf: (length: number) => number) {
  for (let at = 0; at < bytes.length; ) {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    const kind = value % 3;
    const length = Math.floor(value / 3);
    yield { kind, length, at };
    if (kind === raw) at += sizeOf(length);
  }
}
