import type { Epoch, Sequence, SiteId } from '../words.ts';
import {
  type AbstractRecord,
  type AbstractSite,
  type AbstractState,
  epochOfWrite,
  nothingSaid,
  type Said,
  sequenceOf,
  type Words,
  type Write,
  writeOf,
} from './state.ts';

/** Pure questions about an abstract state; section 3 of spec/sidefile.qnt. */

/** Beyond every write. */
export const MANY: Sequence = 999_999;

/** The largest n such that 1..n are all there. */
export function withoutGap(writes: readonly Write[]): Sequence {
  const known = ends.get(writes);
  if (known !== undefined) return known;
  const end = endOf(writes);
  ends.set(writes, end);
  return end;
}

/** Lists never change, and those of long runs are long. */
const ends = new WeakMap<readonly Write[], Sequence>();

function endOf(writes: readonly Write[]): Sequence {
  const there = new Set(writes.map(sequenceOf));
  let end = 0;
  while (there.has(end + 1)) end++;
  return end;
}

export function recordIn(words: Pick<Words, 'records'>, epoch: Epoch): AbstractRecord | undefined {
  return words.records.find((record) => record.epoch === epoch);
}

export function onHistory(write: Write, record: AbstractRecord): boolean {
  const epoch = epochOfWrite(write);
  if (epoch === record.epoch) return true;
  const end = record.ends.find(([ancestor]) => ancestor === epoch);
  return end !== undefined && sequenceOf(write) <= end[1];
}

/** The write of this sequence on the history of a record. */
export function positionOn(record: AbstractRecord, sequence: Sequence): Write {
  const ancestor = record.ends.find(([, end]) => sequence <= end);
  return writeOf(ancestor ? ancestor[0] : record.epoch, sequence);
}

/** The last sequence two histories share; MANY when nothing cuts it. */
export function forkOfRecords(one: AbstractRecord, other: AbstractRecord): Sequence {
  const epochs = [one.epoch, ...one.ends.map(([epoch]) => epoch)];
  const shared = epochs.filter((epoch) => endOn(other, epoch) !== undefined);
  if (shared.length === 0) return 0;
  const newest = Math.max(...shared);
  return Math.min(endOn(one, newest)!, endOn(other, newest)!);
}

export function endOn(record: AbstractRecord, epoch: Epoch): Sequence | undefined {
  if (record.epoch === epoch) return MANY;
  return record.ends.find(([ancestor]) => ancestor === epoch)?.[1];
}

/** Two branches meet quietly unless one of them was forced. */
export function areCompatible(words: Pick<Words, 'records'>, one: Epoch, other: Epoch): boolean {
  if (one === -1 || other === -1 || one === other) return true;
  const a = recordIn(words, one);
  const b = recordIn(words, other);
  if (!a || !b) return false;
  if (endOn(a, other) !== undefined || endOn(b, one) !== undefined) return true;
  const lines = [a, b].map((record) => [record.epoch, ...record.ends.map(([epoch]) => epoch)]);
  const apart = lines.flat().filter((epoch) => lines.some((line) => !line.includes(epoch)));
  return apart.every((epoch) => recordIn(words, epoch)?.how !== 'forced');
}

export const holdersOf = (record: AbstractRecord): readonly SiteId[] => [
  record.primary,
  ...record.syncSet,
];

/** Not a word in an older epoch from the moment a promise begins (3.3). */
export const inItsEpoch = (site: AbstractSite): boolean =>
  site.up && site.record !== -1 && site.promised === site.record;

export const presides = (site: AbstractSite): boolean => inItsEpoch(site) && site.appointed;

/** A record stands when it is durable at two sites with a vote in it; a forced one at once. */
export function doesStand(words: Words, epoch: Epoch): boolean {
  const record = recordIn(words, epoch);
  if (!record) return false;
  if (record.how === 'forced' || words.standing.includes(epoch)) return true;
  const voices = words.stored.filter(
    (one) => one.epoch === epoch && record.incarnations[one.site] === one.incarnation,
  );
  return voices.length >= 2;
}

export const saidIn = (words: Words, epoch: Epoch): Said =>
  words.said.find((said) => said.epoch === epoch) ?? nothingSaid(epoch);

/** Did it say already what it holds, for the number it promised? Nothing ends after that. */
export function gaveItsWord(state: AbstractState, site: SiteId): boolean {
  const { promised, incarnation } = state.sites[site];
  return state.words.promises.some(
    ({ epoch, summary }) =>
      epoch === promised && summary.site === site && summary.incarnation === incarnation,
  );
}

/** What it began before it promised may still end, until it gave its word on what it holds (F48). */
export function mayEnd(state: AbstractState, site: SiteId): boolean {
  const its = state.sites[site];
  return its.up && its.record !== -1 && (inItsEpoch(its) || !gaveItsWord(state, site));
}

export function hasVote(state: AbstractState, site: SiteId): boolean {
  const its = state.sites[site];
  return recordIn(state.words, its.record)?.incarnations[site] === its.incarnation;
}

/** How far a primary may commit (2.2): by the notes of its sync set, or by evidence. */
export function committable(state: AbstractState, site: SiteId): Sequence {
  const its = state.sites[site];
  const record = recordIn(state.words, its.record)!;
  if (!doesStand(state.words, its.record)) return its.known;
  const own = withoutGap(its.held);
  if (record.syncSet.length > 0) {
    const noted = record.syncSet.map((member) => {
      const { incarnation, through } = its.notes[member];
      return incarnation === record.incarnations[member] ? through : 0;
    });
    return Math.max(its.known, Math.min(own, ...noted));
  }
  if (record.how === 'forced') return Math.max(its.known, own);
  return Math.max(its.known, Math.min(own, saidIn(state.words, its.record).shown));
}
