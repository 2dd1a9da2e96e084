import {
  checksumAt,
  chunkEntries,
  entryIn,
  epochAt,
  indexIn,
  lengthOf,
  mergedRows,
  type Rows,
  sequenceAt,
  slicedRows,
} from './sidefile-rows.ts';
import type { Entry, Epoch, Sequence } from './words.ts';

/**
 * The sorted index of a sidefile's entries (claims 15, 26): plain numbers in chunks by sequence,
 * chunks in pages, so that one append copies one chunk, one page and the list of pages, whatever
 * the log's length. 24 bytes an entry. Holes take no room but their place in chunk and page.
 * Invariant: equal contents have one form (no trailing empty chunk or page), equal as text.
 */
export interface SidefileLog {
  /** First sequence that may be kept; everything below was retired. */
  readonly start: Sequence;
  /** Largest sequence kept; `start - 1` when none is. */
  readonly newest: Sequence;
  readonly count: number;
  /** By sequence: page, chunk, then rows (`sidefile-rows.ts`); the first page is start's. */
  readonly pages: readonly Page[];
}

type Page = readonly Rows[];

const pageEntries = chunkEntries * 256;

export function emptyLog(start: Sequence): SidefileLog {
  return { start, newest: start - 1, count: 0, pages: [] };
}

/**
 * Adds entries in any order, beyond or within holes. A sequence already kept, or retired, stays
 * as it is: see `conflictsOf` for entries that disagree with what is kept.
 */
export function appendEntries(log: SidefileLog, entries: readonly Entry[]): SidefileLog {
  const fresh = entries.filter((entry) => entry.sequence >= log.start);
  fresh.sort((one, other) => one.sequence - other.sequence);
  let next = log;
  for (let index = 0; index < fresh.length; ) {
    const chunk = Math.floor(fresh[index]!.sequence / chunkEntries);
    let end = index + 1;
    while (end < fresh.length && Math.floor(fresh[end]!.sequence / chunkEntries) === chunk) end++;
    next = withRows(next, chunk, mergedRows(rowsAt(next, chunk), chunk, fresh.slice(index, end)));
    index = end;
  }
  return next;
}

/** Those of `entries` whose sequence is kept with another epoch or checksum: a fault (claim 26). */
export function conflictsOf(log: SidefileLog, entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => {
    const rows = rowsAround(log, entry.sequence);
    const index = indexOf(rows, entry.sequence);
    if (index < 0) return false;
    return epochAt(rows, index) !== entry.epoch || checksumAt(rows, index) !== entry.checksum;
  });
}

export function entryAt(log: SidefileLog, sequence: Sequence): Entry | null {
  const rows = rowsAround(log, sequence);
  const index = indexOf(rows, sequence);
  return index < 0 ? null : entryIn(rows, Math.floor(sequence / chunkEntries), index);
}

/** Epoch of the entry kept with this sequence; null: none is. */
export function epochOfEntry(log: SidefileLog, sequence: Sequence): Epoch | null {
  const rows = rowsAround(log, sequence);
  const index = indexOf(rows, sequence);
  return index < 0 ? null : epochAt(rows, index);
}

/** The entries kept in first..last, ascending. */
export function entriesOf(log: SidefileLog, first: Sequence, last: Sequence): Entry[] {
  const entries: Entry[] = [];
  const from = Math.max(first, log.start);
  const to = Math.min(last, log.newest);
  if (from > to) return entries;
  for (let chunk = Math.floor(from / chunkEntries); chunk * chunkEntries <= to; chunk++) {
    const rows = rowsAt(log, chunk);
    const end = indexIn(rows, chunk, to + 1);
    for (let index = indexIn(rows, chunk, from); index < end; index++) {
      entries.push(entryIn(rows, chunk, index));
    }
  }
  return entries;
}

/** The log without all below `start`. */
export function retireTo(log: SidefileLog, start: Sequence): SidefileLog {
  if (start <= log.start) return log;
  if (start > log.newest) return emptyLog(start);
  const pages = log.pages.slice(firstPage(start) - firstPage(log.start));
  const moved = { ...log, start, pages, count: log.count - countWithin(log, log.start, start - 1) };
  const chunk = Math.floor(start / chunkEntries);
  const firstChunk = firstPage(start) * (pageEntries / chunkEntries);
  const first = pages[0]!.map((rows, index) => (firstChunk + index < chunk ? [] : rows));
  if (first[chunk - firstChunk]) {
    const rows = first[chunk - firstChunk]!;
    const from = indexIn(rows, chunk, start);
    first[chunk - firstChunk] = slicedRows(rows, chunk, from, lengthOf(rows));
  }
  pages[0] = trimmed(first);
  return { ...moved, pages };
}

/** The log without all beyond `last`; `start` falls to `last + 1` if it was beyond. */
export function cutLog(log: SidefileLog, last: Sequence): SidefileLog {
  if (last >= log.newest) return log;
  if (last < log.start) return emptyLog(last + 1);
  const chunk = Math.floor(last / chunkEntries);
  const page = Math.floor(last / pageEntries) - firstPage(log.start);
  const pages = log.pages.slice(0, page + 1);
  const inPage = chunk - Math.floor(last / pageEntries) * (pageEntries / chunkEntries);
  const kept = (pages[page] ?? []).slice(0, inPage + 1) as Rows[];
  if (kept[inPage]) {
    const rows = kept[inPage]!;
    kept[inPage] = slicedRows(rows, chunk, 0, indexIn(rows, chunk, last + 1));
  }
  if (page < pages.length) pages[page] = trimmed(kept);
  const whole = trimmed(pages);
  const count = log.count - countWithin(log, last + 1, log.newest);
  return {
    start: log.start,
    newest: newestIn(log.start, whole) ?? log.start - 1,
    count,
    pages: whole,
  };
}

const firstPage = (start: Sequence): number => Math.floor(start / pageEntries);

function rowsAt(log: SidefileLog, chunk: number): Rows {
  const page = Math.floor((chunk * chunkEntries) / pageEntries) - firstPage(log.start);
  return log.pages[page]?.[chunk % (pageEntries / chunkEntries)] ?? noRows;
}

const noRows: Rows = [];

/** The rows an entry is among if it is kept. */
const rowsAround = (log: SidefileLog, sequence: Sequence): Rows =>
  sequence >= log.start && sequence <= log.newest
    ? rowsAt(log, Math.floor(sequence / chunkEntries))
    : noRows;

/** Where among them; -1: it is not kept. */
function indexOf(rows: Rows, sequence: Sequence): number {
  if (rows.length === 0) return -1;
  const chunk = Math.floor(sequence / chunkEntries);
  const index = indexIn(rows, chunk, sequence);
  return index < lengthOf(rows) && sequenceAt(rows, chunk, index) === sequence ? index : -1;
}

function withRows(log: SidefileLog, chunk: number, rows: Rows): SidefileLog {
  const before = rowsAt(log, chunk);
  if (lengthOf(rows) === lengthOf(before)) return log;
  const pages = log.pages.slice() as Rows[][];
  const page = Math.floor((chunk * chunkEntries) / pageEntries) - firstPage(log.start);
  while (pages.length <= page) pages.push([]);
  const chunks = pages[page]!.slice();
  const inPage = chunk % (pageEntries / chunkEntries);
  while (chunks.length <= inPage) chunks.push([]);
  chunks[inPage] = rows;
  pages[page] = chunks;
  const newest = Math.max(log.newest, sequenceAt(rows, chunk, lengthOf(rows) - 1));
  const count = log.count + lengthOf(rows) - lengthOf(before);
  return { start: log.start, newest, count, pages };
}

function countWithin(log: SidefileLog, first: Sequence, last: Sequence): number {
  let count = 0;
  for (let chunk = Math.floor(first / chunkEntries); chunk * chunkEntries <= last; chunk++) {
    const rows = rowsAt(log, chunk);
    count += indexIn(rows, chunk, last + 1) - indexIn(rows, chunk, first);
  }
  return count;
}

function newestIn(start: Sequence, pages: readonly Page[]): Sequence | null {
  const last = pages.length - 1;
  const rows = pages[last]?.at(-1);
  if (!rows) return null;
  const firstChunk = (firstPage(start) + last) * (pageEntries / chunkEntries);
  return sequenceAt(rows, firstChunk + pages[last]!.length - 1, lengthOf(rows) - 1);
}

/** The list without empty members at its end. */
function trimmed<Member extends { readonly length: number }>(list: readonly Member[]): Member[] {
  let length = list.length;
  while (length > 0 && list[length - 1]!.length === 0) length--;
  return list.slice(0, length);
}
