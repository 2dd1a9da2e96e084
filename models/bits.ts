import { runBlocksMax } from './frame-limits.ts';
import type { Run } from './message.ts';
import type { Block } from './words.ts';

/**
 * A set of blocks as a tree of three levels, of 32-bit words: plain data, shared where unchanged, so that to mark
 * one block of a volume of a terabyte copies a page and a chunk and not the whole set.
 * Canonical: an empty chunk or page is `[]`, trailing empty ones are absent, a chunk has no trailing 0.
 */
export type Bits = readonly Page[];
export type Page = readonly Chunk[];
export type Chunk = readonly number[];

export const noBits: Bits = [];

export const wordsPerChunk = 64;
export const chunksPerPage = 256;
const blocksPerChunk = wordsPerChunk * 32;
const blocksPerPage = chunksPerPage * blocksPerChunk;

export const withBlocks = (bits: Bits, first: Block, count: number): Bits =>
  withRuns(bits, [{ first, count }]);

/** With all of these runs at once: one after the other takes minutes for those of a large volume. */
export function withRuns(bits: Bits, runs: readonly Run[]): Bits {
  if (runs.length === 0) return bits;
  const copy = new Copy(bits);
  for (const { first, count } of runs) {
    inChunks(first, count, (chunk, from, end) => markWords(copy.chunk(chunk), from, end));
  }
  return copy.pages;
}

export const withEach = (bits: Bits, blocks: readonly Block[]): Bits =>
  withRuns(bits, blocks.map(alone));

export const withoutBlocks = (bits: Bits, first: Block, count: number): Bits =>
  withoutRuns(bits, [{ first, count }]);

export function withoutRuns(bits: Bits, runs: readonly Run[]): Bits {
  const copy = new Copy(bits);
  let clears = false;
  for (const { first, count } of runs) {
    const end = Math.min(first + count, bits.length * blocksPerPage);
    inChunks(first, end - first, (chunk, from, to) => {
      if (isClear(chunkOf(bits, chunk), from, to)) return;
      clears = true;
      clearWords(copy.chunk(chunk), from, to);
    });
  }
  return clears ? canonical(copy.pages, bits) : bits;
}

export const withoutEach = (bits: Bits, blocks: readonly Block[]): Bits =>
  withoutRuns(bits, blocks.map(alone));

const alone = (first: Block): Run => ({ first, count: 1 });

/** What is written to: a page and a chunk of another set are copied when they are first asked for. */
class Copy {
  readonly pages: Chunk[][];
  private page = -1;
  private at = -1;

  constructor(bits: Bits) {
    this.pages = bits.slice() as Chunk[][];
  }

  /** Of all chunks, the one with this number. */
  chunk(number: number): number[] {
    const page = Math.floor(number / chunksPerPage);
    const index = number % chunksPerPage;
    if (page !== this.page) {
      while (this.pages.length <= page) this.pages.push([]);
      this.pages[page] = this.pages[page]!.slice();
    }
    const chunks = this.pages[page]!;
    if (page !== this.page || index !== this.at) {
      while (chunks.length <= index) chunks.push([]);
      chunks[index] = chunks[index]!.slice();
    }
    this.page = page;
    this.at = index;
    return chunks[index] as number[];
  }
}

/** These blocks chunk by chunk: its number, and which of its bits. */
function inChunks(
  first: Block,
  count: number,
  visit: (chunk: number, from: number, end: number) => void,
): void {
  for (let block = first; block < first + count; ) {
    const chunk = Math.floor(block / blocksPerChunk);
    const base = chunk * blocksPerChunk;
    const end = Math.min(first + count, base + blocksPerChunk);
    visit(chunk, block - base, end - base);
    block = end;
  }
}

function markWords(words: number[], from: number, end: number): void {
  while (words.length * 32 < end) words.push(0);
  for (let word = from >> 5; word * 32 < end; word++) words[word]! |= maskOf(word, from, end);
}

function clearWords(words: number[], from: number, end: number): void {
  const to = Math.min(end, words.length * 32);
  for (let word = from >> 5; word * 32 < to; word++) words[word]! &= ~maskOf(word, from, to);
}

function isClear(words: Chunk, from: number, end: number): boolean {
  const to = Math.min(end, words.length * 32);
  for (let word = from >> 5; word * 32 < to; word++) {
    if ((words[word]! & maskOf(word, from, to)) !== 0) return false;
  }
  return true;
}

/** Those bits of a word that lie within; it has some of them. */
function maskOf(word: number, from: number, end: number): number {
  const low = Math.max(from - 32 * word, 0);
  const length = Math.min(end - 32 * word, 32) - low;
  return length === 32 ? -1 : ((1 << length) - 1) << low;
}

const chunkOf = (bits: Bits, chunk: number): Chunk =>
  bits[Math.floor(chunk / chunksPerPage)]?.[chunk % chunksPerPage] ?? [];

export const hasBlock = (bits: Bits, block: Block): boolean =>
  !isClear(
    chunkOf(bits, Math.floor(block / blocksPerChunk)),
    block % blocksPerChunk,
    (block % blocksPerChunk) + 1,
  );

export const unionOf = (one: Bits, other: Bits): Bits => united(one, other, unionOfPages);
const unionOfPages = (one: Page, other: Page): Page => united(one, other, unionOfChunks);
const unionOfChunks = (one: Chunk, other: Chunk): Chunk =>
  united(one, other, (word, also) => word | also);

/** Of two lists, one by one; what one of them lacks is as the other has it. */
function united<T>(
  one: readonly T[],
  other: readonly T[],
  unite: (one: T, other: T) => T,
): readonly T[] {
  if (one.length === 0 || one === other) return other;
  if (other.length === 0) return one;
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  return long.map((part, at) => (at < short.length ? unite(part, short[at]!) : part));
}

export function isEmpty(bits: Bits): boolean {
  return bits.length === 0;
}

export function countOf(bits: Bits): number {
  let count = 0;
  for (const { words } of chunksFrom(bits)) for (const word of words) count += ones(word);
  return count;
}

/** Every block of the set, ascending; at most `limit` of them, from `from` on. */
export function blocksOf(bits: Bits, limit = Number.POSITIVE_INFINITY, from: Block = 0): Block[] {
  const blocks: Block[] = [];
  for (const { base, words } of chunksFrom(bits, Math.floor(from / blocksPerChunk))) {
    for (let word = 0; word < words.length; word++) {
      for (let value = words[word]!, bit = 0; value !== 0; value >>>= 1, bit++) {
        const block = base + word * 32 + bit;
        if ((value & 1) === 0 || block < from) continue;
        if (blocks.length >= limit) return blocks;
        blocks.push(block);
      }
    }
  }
  return blocks;
}

/** Those chunks that have blocks, ascending, each with the first block it is for. */
function* chunksFrom(bits: Bits, chunk = 0): Generator<{ base: Block; words: Chunk }> {
  let at = chunk % chunksPerPage;
  for (let page = Math.floor(chunk / chunksPerPage); page < bits.length; page++, at = 0) {
    const chunks = bits[page]!;
    for (; at < chunks.length; at++) {
      const words = chunks[at]!;
      if (words.length > 0) yield { base: page * blocksPerPage + at * blocksPerChunk, words };
    }
  }
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
  for (const { base, words } of chunksFrom(bits)) {
    for (let word = 0; word < words.length; word++) {
      let first = base + word * 32;
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

/** Empty ends are taken off, of what is not as it was before. */
function canonical(pages: Chunk[][], before: Bits): Bits {
  const trimmed = pages.map((chunks, page) => {
    if (chunks === before[page]) return chunks;
    return trim(
      chunks.map((words) => trim(words, isZero)),
      hasNone,
    );
  });
  return trim(trimmed, hasNone);
}

function trim<T>(list: readonly T[], isEnd: (last: T) => boolean): readonly T[] {
  let length = list.length;
  while (length > 0 && isEnd(list[length - 1]!)) length--;
  return length < list.length ? list.slice(0, length) : list;
}

const isZero = (word: number): boolean => word === 0;
const hasNone = (part: readonly unknown[]): boolean => part.length === 0;

function ones(word: number): number {
  let count = 0;
  for (let value = word >>> 0; value !== 0; value &= value - 1) count++;
  return count;
}
