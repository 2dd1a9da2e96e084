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
  let touched = -1;
  for (let block = first; block < first + count; block++) {
    const chunk = Math.floor(block / blocksPerChunk);
    const word = Math.floor((block % blocksPerChunk) / 32);
    while (chunks.length <= chunk) chunks.push([]);
    if (chunk !== touched) {
      chunks[chunk] = chunks[chunk]!.slice();
      touched = chunk;
    }
    const words = chunks[chunk]!;
    while (words.length <= word) words.push(0);
    words[word]! |= 1 << (block % 32);
  }
  return chunks;
}

/** With each of these blocks, all at once: one after the other takes minutes for those of a large volume. */
export const withEach = (bits: Bits, blocks: readonly Block[]): Bits =>
  unionOf(bits, bitsOf(blocks));

function bitsOf(blocks: readonly Block[]): Bits {
  const chunks: number[][] = [];
  for (const block of blocks) {
    const chunk = Math.floor(block / blocksPerChunk);
    while (chunks.length <= chunk) chunks.push([]);
    const words = chunks[chunk]!;
    const word = Math.floor((block % blocksPerChunk) / 32);
    while (words.length <= word) words.push(0);
    words[word]! |= 1 << (block % 32);
  }
  return chunks;
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
