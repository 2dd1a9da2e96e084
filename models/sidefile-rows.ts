import type { Entry, Sequence, WriteKind } from './words.ts';

/**
 * Entries of up to `chunkEntries` neighbouring sequences as one array of plain numbers, sorted: how
 * many epochs follow (one, if all entries have the same; else one each), the epochs, then three
 * numbers an entry: what `packed` says, first block, checksum. Nothing kept: the empty array.
 * Invariant: equal contents have one form.
 */
export type Rows = readonly number[];

export const chunkEntries = 32;
const rowLength = 3;
const kinds: readonly WriteKind[] = ['data', 'zeroes', 'trim'];
const counts = 2 ** 32;

export const lengthOf = (rows: Rows): number =>
  rows.length === 0 ? 0 : (rows.length - bodyOf(rows)) / rowLength;

/** Index of the first row at or beyond `sequence`, which is of this chunk or beyond or below it. */
export function indexIn(rows: Rows, chunk: number, sequence: Sequence): number {
  const offset = sequence - chunk * chunkEntries;
  let low = 0;
  let high = lengthOf(rows);
  const body = bodyOf(rows);
  // Mostly none is missing, and it lies as far behind the first one as its sequence says.
  const guess = high === 0 ? 0 : offset - (rows[body]! % chunkEntries);
  if (guess >= 0 && guess < high && rows[body + guess * rowLength]! % chunkEntries === offset)
    return guess;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[body + middle * rowLength]! % chunkEntries < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const sequenceAt = (rows: Rows, chunk: number, index: number): Sequence =>
  chunk * chunkEntries + (rows[bodyOf(rows) + index * rowLength]! % chunkEntries);

export const epochAt = (rows: Rows, index: number): number =>
  rows[0] === 1 ? rows[1]! : rows[1 + index]!;

export const checksumAt = (rows: Rows, index: number): number =>
  rows[bodyOf(rows) + index * rowLength + 2]!;

export function entryIn(rows: Rows, chunk: number, index: number): Entry {
  const at = bodyOf(rows) + index * rowLength;
  const offset = rows[at]! % chunkEntries;
  const rest = (rows[at]! - offset) / chunkEntries;
  const count = rest % counts;
  const place = (rest - count) / counts;
  return {
    epoch: epochAt(rows, index),
    sequence: chunk * chunkEntries + offset,
    extent: { volume: Math.floor(place / kinds.length), first: rows[at + 1]!, count },
    kind: kinds[place % kinds.length]!,
    checksum: rows[at + 2]!,
  };
}

/** With these entries of the same chunk, sorted; one that is kept already stays as it is. */
export function mergedRows(rows: Rows, chunk: number, entries: readonly Entry[]): Rows {
  const length = lengthOf(rows);
  const last = length === 0 ? -1 : sequenceAt(rows, chunk, length - 1);
  const epoch = length === 0 ? entries[0]!.epoch : rows[1]!;
  const isOne = rows[0] === 1 || length === 0;
  if (isOne && entries[0]!.sequence > last && isRun(entries, epoch)) {
    return (length === 0 ? [1, epoch] : rows).concat(numbersOf(entries));
  }
  const all = entriesIn(rows, chunk);
  for (const entry of entries) {
    const at = all.findIndex(({ sequence }) => sequence >= entry.sequence);
    if (at < 0) all.push(entry);
    else if (all[at]!.sequence !== entry.sequence) all.splice(at, 0, entry);
  }
  return rowsOf(all);
}

/** The rows from index `from` to before `to`. */
export function slicedRows(rows: Rows, chunk: number, from: number, to: number): Rows {
  return rowsOf(entriesIn(rows, chunk).slice(from, to));
}

/** One epoch, each sequence once. */
function isRun(entries: readonly Entry[], epoch: number): boolean {
  return entries.every(
    (entry, index) =>
      entry.epoch === epoch && (index === 0 || entry.sequence > entries[index - 1]!.sequence),
  );
}

function entriesIn(rows: Rows, chunk: number): Entry[] {
  return Array.from({ length: lengthOf(rows) }, (_, index) => entryIn(rows, chunk, index));
}

function rowsOf(entries: readonly Entry[]): Rows {
  if (entries.length === 0) return [];
  const epochs = entries.map(({ epoch }) => epoch);
  const isOne = epochs.every((epoch) => epoch === epochs[0]);
  const head = isOne ? [1, epochs[0]!] : [epochs.length, ...epochs];
  return head.concat(numbersOf(entries));
}

function numbersOf(entries: readonly Entry[]): number[] {
  const numbers: number[] = [];
  for (const entry of entries) numbers.push(packed(entry), entry.extent.first, entry.checksum);
  return numbers;
}

/** Offset in the chunk, length, and where and what, in one number: 5, 32 and 16 bits. */
function packed({ sequence, extent, kind }: Entry): number {
  const place = extent.volume * kinds.length + kinds.indexOf(kind);
  if (place >= 2 ** 16 || extent.count >= counts) {
    throw new RangeError(`volume ${extent.volume}, ${extent.count} blocks: too many for a row`);
  }
  return (place * counts + extent.count) * chunkEntries + (sequence % chunkEntries);
}

const bodyOf = (rows: Rows): number => (rows.length === 0 ? 0 : 1 + rows[0]!);
