import type { Header } from '../../models/header.ts';
import { liesOn } from '../../models/history.ts';
import type { Sequence } from '../../models/words.ts';
import { refuseOlderHeader } from './ages.ts';
import type { CheckedFile } from './checked-file.ts';
import { countedOn } from './committed.ts';
import type { KeptHeader } from './header-codec.ts';
import { encodeHead, headBytes, type Named, type Record } from './record.ts';
import { type DamagedSpan, Ring, type RingShape } from './ring.ts';
import { type Scan, scanRing } from './ring-scan.ts';

export interface RecoveredRing {
  readonly ring: Ring;
  readonly committed: Sequence;
  readonly damage: readonly Sequence[];
}

/**
 * From what lies in the ring to what the sidefile holds. Nothing is changed on disk: see `mendRing`.
 *
 * What cannot be read is damage where something says it was flushed, a torn tail elsewhere. The mark
 * is a place, not a position: entries arrive out of order, so a flushed 5 says nothing of a torn 3.
 */
export async function recoverRing(
  file: CheckedFile,
  shape: RingShape,
  kept: KeptHeader,
  generation: number,
): Promise<RecoveredRing & { readonly scan: Scan }> {
  const scan = await scanRing(file, shape, kept.tail, kept.flushedPlace);
  for (const record of scan.good) refuseOlderHeader(generation, record.generation, file.path);
  const { header } = kept;
  const flushedSequence = scan.good.reduce(
    (largest, record) => Math.max(largest, record.flushedSequence, record.entry?.sequence ?? 0),
    kept.flushedSequence,
  );
  const sound = scan.bad.reduce((largest, { to }) => Math.max(largest, to), 0);
  const before = scan.good.filter(({ place }) => place >= sound).map(nameOfRecord);
  const ring = new Ring(shape, { head: scan.head, tail: kept.tail, flushedSequence, before });
  for (const { entry, place } of scan.good) {
    if (entry === null || !isKept(header, entry)) continue;
    ring.index.set({ entry, place });
    ring.arrivals.push(place, entry.sequence);
  }
  ring.damage = damageOf(scan, ring, kept);
  const damage = [...new Set(ring.damage.flatMap((span) => span.sequences))];
  // What its payload was matters not: a head is whole or none, and what it carries was committed when it was written.
  const committed = committedOf(kept, [...scan.good, ...scan.nameable]);
  return { ring, committed, damage: damage.sort((one, other) => one - other), scan };
}

/**
 * Makes what was found certain: records that no mark proves flushed are written again, because after a
 * failed flush they may be in the cache only; torn stretches become gaps, so that later marks do not
 * turn them into damage. Damaged stretches stay, and are found again until what they held is back.
 */
export async function mendRing(file: CheckedFile, shape: RingShape, scan: Scan): Promise<void> {
  const offsetOf = (place: number) => shape.offset + (place % shape.ringBytes);
  for (const { place, length, entry } of scan.good) {
    if (place < scan.flushedPlace) continue;
    const bytes = entry?.kind === 'data' ? length : headBytes;
    await file.write(offsetOf(place), [await file.read(offsetOf(place), bytes)]);
  }
  for (const { from, to } of scan.bad) {
    for (let place = Math.max(from, scan.flushedPlace); place < to; ) {
      const length = Math.min(to - place, shape.ringBytes - (place % shape.ringBytes));
      await file.write(offsetOf(place), [encodeHead(gap(place, length), shape.seed)]);
      place += length;
    }
  }
  await file.flush();
}

const gap = (place: number, length: number): Record => ({
  place,
  length,
  entry: null,
  committed: 0,
  committedEpoch: -1,
  flushedPlace: 0,
  flushedSequence: 0,
  generation: 0,
  before: [],
});

const nameOfRecord = ({ place, entry }: Record): Named => ({
  place,
  epoch: entry?.epoch ?? 0,
  sequence: entry?.sequence ?? 0,
});

const isKept = (header: Header, position: { epoch: number; sequence: Sequence }) =>
  position.sequence >= header.start && liesOn(header.history, position);

/** Names what flushed and unreadable stretches held: by whole heads, by the records that follow. */
function damageOf(scan: Scan, ring: Ring, kept: KeptHeader): DamagedSpan[] {
  const names = namesOf(scan);
  const spans: DamagedSpan[] = [];
  for (const { from, to } of scan.bad) {
    if (from >= scan.flushedPlace) continue;
    const lost: Sequence[] = [];
    let place = from;
    for (let name = names.get(place); name && place < to; name = names.get(place)) {
      if (isKept(kept.header, name) && ring.index.placeOf(name.sequence) < 0) {
        lost.push(name.sequence);
      }
      place = name.next;
    }
    if (place < to) lost.push(...missingFrom(scan, ring, kept));
    if (lost.length > 0) spans.push({ from, to, sequences: [...new Set(lost)] });
  }
  return spans;
}

/** Every record that something whole names, by place, with the place of the record after it. */
function namesOf(scan: Scan): Map<number, Named & { next: number }> {
  const names = new Map<number, Named & { next: number }>();
  for (const record of scan.nameable) {
    names.set(record.place, { ...nameOfRecord(record), next: record.place + record.length });
  }
  for (const record of [...scan.good, ...scan.nameable]) {
    record.before.forEach((named, index) => {
      const next = record.before[index + 1]?.place ?? record.place;
      names.set(named.place, { ...named, next });
    });
  }
  return names;
}

/** Nothing says what an unreadable stretch held: then it may have held whatever is missing. */
function missingFrom(scan: Scan, ring: Ring, kept: KeptHeader): Sequence[] {
  const last = [...scan.good, ...scan.nameable].reduce(
    (largest, record) => Math.max(largest, record.flushedSequence),
    kept.flushedSequence,
  );
  const missing: Sequence[] = [];
  for (let sequence = kept.header.start; sequence <= last; sequence++) {
    if (ring.index.placeOf(sequence) < 0) missing.push(sequence);
  }
  return missing;
}

function committedOf(kept: KeptHeader, whole: readonly Record[]): Sequence {
  const { history } = kept.header;
  let committed = Math.max(
    kept.header.committed,
    countedOn(history, kept.committedEpoch, kept.committed),
  );
  for (const record of whole) {
    committed = Math.max(committed, countedOn(history, record.committedEpoch, record.committed));
  }
  return committed;
}
