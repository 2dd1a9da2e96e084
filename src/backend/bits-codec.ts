import type { Bits } from '../../models/bits.ts';

/**
 * A bitmap in bytes: runs of empty chunks, runs of full ones, and raw words for the rest, each run
 * led by `kind + 3 * length` as a variable-length number. A whole or an empty volume takes 2 bytes.
 */
export function encodeBits(bits: Bits): Uint8Array {
  const known = encoded.get(bits);
  if (known) return known;
  const bytes: number[] = [];
  for (let chunk = 0; chunk < bits.length; ) {
    const kind = kindOf(bits[chunk]!);
    let end = chunk + 1;
    if (kind !== raw) while (end < bits.length && kindOf(bits[end]!) === kind) end++;
    pushNumber(bytes, kind + 3 * (kind === raw ? bits[chunk]!.length : end - chunk));
    if (kind === raw) pushWords(bytes, bits[chunk]!);
    chunk = end;
  }
  const result = Uint8Array.from(bytes);
  encoded.set(bits, result);
  return result;
}

export function decodeBits(bytes: Uint8Array): Bits {
  const bits: (readonly number[])[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    let lead = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      lead += (byte & 127) * scale;
      if (byte < 128) break;
    }
    const length = Math.floor(lead / 3);
    if (lead % 3 === raw) {
      const words: number[] = [];
      for (let word = 0; word < length; word++, at += 4) words.push(view.getInt32(at, true));
      bits.push(words);
    } else {
      const chunk = lead % 3 === full ? fullChunk : [];
      for (let index = 0; index < length; index++) bits.push(chunk);
    }
  }
  return bits;
}

const empty = 0;
const full = 1;
const raw = 2;
const wordsPerChunk = 64;
const fullChunk: readonly number[] = new Array(wordsPerChunk).fill(-1);

/** Bitmaps are shared where unchanged: one that did not change is not encoded again. */
const encoded = new WeakMap<Bits, Uint8Array>();

function kindOf(words: readonly number[]): number {
  if (words.length === 0) return empty;
  return words.length === wordsPerChunk && words.every((word) => word === -1) ? full : raw;
}

function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  bytes.push(rest);
}

function pushWords(bytes: number[], words: readonly number[]): void {
  for (const word of words)
    bytes.push(word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24);
}
