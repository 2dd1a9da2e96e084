import { runBlocksMax } from './frame-limits.ts';
import type { Run } from './message.ts';
import type { Block } from './words.ts';

/**
 * A set of blocks as a two-level array of 32-bit words: plain data, shared where unchanged,
 * so that marking one block copies one chunk and not the whole set.
 * Canonical: an empty chunk is `[]`, trailing empty chunks are absent, a chunk has no trailing 0.
 */
export type Bits = readonly (readonly number[])[];

export const noBits: Bits = [];

const wordsPerChunk = 64;
const blocksPerChunk = wordsPerChunk * 32;

export function withBlocks(bits: Bits, first: Block, count: number): Bits {
  const chunks = bits.slice() as number[][];
  mark(chunks, first, first + count);
  return chunks;
}

/** With all of these runs at once: one after the other takes minutes for those of a large volume. */
export function withRuns(bits: Bits, runs: readonly Run[]): Bits {
  const chunks = bits.slice() as number[][];
  for (const { first, count } of runs) mark(chunks, first, first + count);
  return chunks;
}

export const withEach = (bits: Bits, blocks: readonly Block[]): Bits =>
  withRuns(
    bits,
    blocks.map((first) => ({ first, count: 1 })),
  );

/** Chunks may be those of another set: each that changes is replaced. */
function mark(chunks: number[][], first: Block, end: Block): void {
  for (let block = first; block < end; ) {
    const chunk = Math.floor(block / blocksPerChunk);
    const base = chunk * blocksPerChunk;
    const to = Math.min(end, base + blocksPerChunk);
    while (chunks.length <= chunk) chunks.push([]);
    const words = chunks[chunk]!.slice();
    markWords(words, block - base, to - base);
    chunks[chunk] = words;
    block = to;
  }
}

function markWords(words: number[], from: number, end: number): void {
  while (words.length * 32 < end) words.push(0);
  for (let bit = from; bit < end; ) {
    const word = Math.floor(bit / 32);
    const to = Math.min(end, 32 * word + 32);
    const length = to - bit;
    words[word]! |= length === 32 ? -1 : ((1 << length) - 1) << (bit % 32);
    bit = to;
  }
}

export function withoutBlocks(bits: Bits, first: Block, count: number): Bits {
  const chunks = bits.slice() as number[][];
  let touched = -1;
  for (let block = first; block < first + count; block++) {
    const chunk = Math.floor(block / blocksPerChunk);
    if (chunk >= chunks.length) break;
    if (chunk !== touched) {
      chunks[chunk] = chunks[chunk]!.slice();
      touched = chunk;
    }
    const words = chunks[chunk]!;
    const word = Math.floor((block % blocksPerChunk) / 32);
    if (word < words.length) words[word]! &= ~(1 << (block % 32));
  }
  return canonical(chunks);
}

export function hasBlock(bits: Bits, block: Block): boolean {
  const words = bits[Math.floor(block / blocksPerChunk)];
  const word = words?.[Math.floor((block % blocksPerChunk) / 32)] ?? 0;
  return (word & (1 << (block % 32))) !== 0;
}

export function unionOf(one: Bits, other: Bits): Bits {
  if (one.length === 0 || one === other) return other;
  if (other.length === 0) return one;
  const long = one.length >= other.length ? one : other;
  const short = long === one ? other : one;
  return long.map((words, chunk) => unionOfWords(words, short[chunk] ?? []));
}

export function isEmpty(bits: Bits): boolean {
  return bits.length === 0;
}

export function countOf(bits: Bits): number {
  let count = 0;
  for (const words of bits) for (const word of words) count += ones(word);
  return count;
}

/** Every block of the set, ascending; at most `limit` of them, from `from` on. */
export function blocksOf(bits: Bits, limit = Number.POSITIVE_INFINITY, from: Block = 0): Block[] {
  const blocks: Block[] = [];
  for (let chunk = Math.floor(from / blocksPerChunk); chunk < bits.length; chunk++) {
    const words = bits[chunk]!;
    for (let word = 0; word < words.length; word++) {
      for (let value = words[word]!, bit = 0; value !== 0; value >>>= 1, bit++) {
        const block = chunk * blocksPerChunk + word * 32 + bit;
        if ((value & 1) === 0 || block < from) continue;
        if (blocks.length >= limit) return blocks;
        blocks.push(block);
      }
    }
  }
  return blocks;
}

/**
 * The set as at most `most` runs, ascending. Where it has more, those with the smallest gaps between them are
 * joined: then they contain blocks that the set does not.
 */
export function coveringRuns(bits: Bits, most: number): readonly Run[] {
  for (let gap = 0; ; gap = 2 * gap + 1) {
    const runs = runsAcross(bits, gap, most);
    if (runs !== null) return runs;
  }
}

/** Runs with more than `gap` blocks between two; null: there are more than `most`. */
function runsAcross(bits: Bits, gap: number, most: number): readonly Run[] | null {
  const runs: { first: Block; count: number }[] = [];
  for (let chunk = 0; chunk < bits.length; chunk++) {
    const words = bits[chunk]!;
    for (let word = 0; word < words.length; word++) {
      let first = chunk * blocksPerChunk + word * 32;
      for (let value = words[word]! >>> 0; value !== 0; ) {
        const zeroes = zeroesBelow(value);
        value >>>= zeroes;
        const length = zeroesBelow(~value);
        value = length === 32 ? 0 : value >>> length;
        first += zeroes;
        const last = runs[runs.length - 1];
        const joined = last ? first + length - last.first : 0;
        if (last && first - last.first - last.count <= gap && joined <= runBlocksMax) {
          last.count = joined;
        } else if (runs.push({ first, count: length }) > most) return null;
        first += length;
      }
    }
  }
  return runs;
}

/** Below the lowest one; 32: there is none. */
const zeroesBelow = (word: number): number => (word === 0 ? 32 : 31 - Math.clz32(word & -word));

function unionOfWords(one: readonly number[], other: readonly number[]): readonly number[] {
  if (other.length === 0) return one;
  const long = one.length >= other.length ? one : other;
  const short = long === one ? other : one;
  return long.map((word, index) => word | (short[index] ?? 0));
}

function canonical(chunks: number[][]): Bits {
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    const words = chunks[chunk]!;
    let length = words.length;
    while (length > 0 && words[length - 1] === 0) length--;
    if (length < words.length) chunks[chunk] = words.slice(0, length);
  }
  while (chunks.length > 0 && chunks[chunks.length - 1]!.length === 0) chunks.pop();
  return chunks;
}

function ones(word: number): number {
  let count = 0;
  for (let value = word >>> 0; value !== 0; value &= value - 1) count++;
  return count;
}
