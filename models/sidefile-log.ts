import type { Entry, Sequence, WriteKind } from './words.ts';

/**
 * The sorted index of a sidefile's entries (claims 15, 26): plain numbers in chunks by sequence,
 * chunks in pages, so that one append copies one chunk, one page and the list of pages, whatever
 * the log's length. 48 bytes an entry. Holes take no room but their place in chunk and page.
 * Invariant: equal contents have one form (no trailing empty chunk or page), equal as text.
 */
export interface SidefileLog {
  /** First sequence that may be kept; everything below was retired. */
  readonly start: Sequence;
  /** Largest sequence kept; `start - 1` when none is. */
  readonly newest: Sequence;
  readonly count: number;
  /** By sequence: page, chunk, then rows of `rowLength` numbers; the first page is start's. */
  readonly pages: readonly Page[];
}

type Rows = readonly number[];
type Page = readonly Rows[];

const chunkEntries = 32;
const pageEntries = chunkEntries * 256;
const rowLength = 6;
const kinds: readonly WriteKind[] = ['data', 'zeroes', 'trim'];

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
    next = withRows(next, chunk, merged(rowsAt(next, chunk), fresh.slice(index, end)));
    index = end;
  }
  return next;
}

/** Those of `entries` whose sequence is kept with another epoch or checksum: a fault (claim 26). */
export function conflictsOf(log: SidefileLog, entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => {
    const kept = entryAt(log, entry.sequence);
    return kept !== null && (kept.epoch !== entry.epoch || kept.checksum !== entry.checksum);
  });
}

export function entryAt(log: SidefileLog, sequence: Sequence): Entry | null {
  if (sequence < log.start || sequence > log.newest) return null;
  const rows = rowsAt(log, Math.floor(sequence / chunkEntries));
  const at = rowOf(rows, sequence);
  return rows[at] === sequence ? entryOfRow(rows, at) : null;
}

/** The entries kept in first..last, ascending. */
export function entriesOf(log: SidefileLog, first: Sequence, last: Sequence): Entry[] {
  const entries: Entry[] = [];
  const from = Math.max(first, log.start);
  const to = Math.min(last, log.newest);
  if (from > to) return entries;
  for (let chunk = Math.floor(from / chunkEntries); chunk * chunkEntries <= to; chunk++) {
    const rows = rowsAt(log, chunk);
    for (let at = rowOf(rows, from); at < rows.length && rows[at]! <= to; at += rowLength) {
      entries.push(entryOfRow(rows, at));
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
    first[chunk - firstChunk] = rows.slice(rowOf(rows, start));
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
  if (kept[inPage]) kept[inPage] = kept[inPage].slice(0, rowOf(kept[inPage], last + 1));
  if (page < pages.length) pages[page] = trimmed(kept);
  const whole = trimmed(pages);
  const count = log.count - countWithin(log, last + 1, log.newest);
  return { start: log.start, newest: newestIn(whole) ?? log.start - 1, count, pages: whole };
}

export const countOfLog = (log: SidefileLog): number => log.count;

const firstPage = (start: Sequence): number => Math.floor(start / pageEntries);

function rowsAt(log: SidefileLog, chunk: number): Rows {
  const page = Math.floor((chunk * chunkEntries) / pageEntries) - firstPage(log.start);
  return log.pages[page]?.[chunk % (pageEntries / chunkEntries)] ?? [];
}

/** Where in `rows` the first entry at or beyond `sequence` begins. */
function rowOf(rows: Rows, sequence: Sequence): number {
  let low = 0;
  let high = rows.length / rowLength;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle * rowLength]! < sequence) low = middle + 1;
    else high = middle;
  }
  return low * rowLength;
}

function merged(rows: Rows, entries: readonly Entry[]): Rows {
  let all = rows as number[];
  for (const entry of entries) {
    const at = rowOf(all, entry.sequence);
    if (all[at] === entry.sequence) continue;
    all = all.slice(0, at).concat(rowOfEntry(entry), all.slice(at));
  }
  return all;
}

function withRows(log: SidefileLog, chunk: number, rows: Rows): SidefileLog {
  const before = rowsAt(log, chunk);
  if (rows.length === before.length) return log;
  const pages = log.pages.slice() as Rows[][];
  const page = Math.floor((chunk * chunkEntries) / pageEntries) - firstPage(log.start);
  while (pages.length <= page) pages.push([]);
  const chunks = pages[page]!.slice();
  const inPage = chunk % (pageEntries / chunkEntries);
  while (chunks.length <= inPage) chunks.push([]);
  chunks[inPage] = rows;
  pages[page] = chunks;
  const newest = Math.max(log.newest, rows[rows.length - rowLength]!);
  const count = log.count + (rows.length - before.length) / rowLength;
  return { start: log.start, newest, count, pages };
}

function rowOfEntry(entry: Entry): number[] {
  const { volume, first, count } = entry.extent;
  const place = volume * kinds.length + kinds.indexOf(entry.kind);
  return [entry.sequence, entry.epoch, place, first, count, entry.checksum];
}

function entryOfRow(rows: Rows, at: number): Entry {
  const place = rows[at + 2]!;
  const volume = Math.floor(place / kinds.length);
  return {
    epoch: rows[at + 1]!,
    sequence: rows[at]!,
    extent: { volume, first: rows[at + 3]!, count: rows[at + 4]! },
    kind: kinds[place % kinds.length]!,
    checksum: rows[at + 5]!,
  };
}

function countWithin(log: SidefileLog, first: Sequence, last: Sequence): number {
  let count = 0;
  for (let chunk = Math.floor(first / chunkEntries); chunk * chunkEntries <= last; chunk++) {
    const rows = rowsAt(log, chunk);
    count += (rowOf(rows, last + 1) - rowOf(rows, first)) / rowLength;
  }
  return count;
}

function newestIn(pages: readonly Page[]): Sequence | null {
  const rows = pages[pages.length - 1]?.at(-1);
  return rows ? rows[rows.length - rowLength]! : null;
}

/** The list without empty members at its end. */
function trimmed<Member extends { readonly length: number }>(list: readonly Member[]): Member[] {
  let length = list.length;
  while (length > 0 && list[length - 1]!.length === 0) length--;
  return list.slice(0, length);
}
