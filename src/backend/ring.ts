import type { Entry, Epoch, Sequence } from '../../models/words.ts';
import { Arrivals } from './arrivals.ts';
import type { CheckedFile } from './checked-file.ts';
import type { StoredWrite } from './port.ts';
import { encodeHead, headBytes, type Named, namedMax, recordBytes } from './record.ts';
import { SidefileIndex } from './sidefile-index.ts';

export interface RingShape {
  /** Where in its file the ring begins. */
  readonly offset: number;
  readonly ringBytes: number;
  readonly blockBytes: number;
  /** Bytes of the largest record. */
  readonly largestBytes: number;
  readonly seed: number;
}

/** What a record says beside its entry. */
export interface Told {
  readonly committed: Sequence;
  readonly committedEpoch: Epoch;
  readonly generation: number;
}

/** A stretch of the ring that was flushed and cannot be read any more. */
export interface DamagedSpan {
  readonly from: number;
  readonly to: number;
  readonly sequences: readonly Sequence[];
}

/**
 * The sidefile on disk: records in order of arrival, round and round. Space is freed in that order
 * too: everything before `tail` may be overwritten, and `tail` moves only when a durable header says so.
 */
export class Ring {
  readonly index = new SidefileIndex();
  readonly arrivals = new Arrivals();
  head: number;
  tail: number;
  flushedPlace: number;
  flushedSequence: Sequence;
  damage: readonly DamagedSpan[] = [];
  /** Bytes of the group about to be written. */
  waitingBytes = 0;
  private readonly shape: RingShape;
  private before: Named[] = [];
  private segments: { offset: number; parts: Uint8Array[]; bytes: number }[] = [];
  private largestSequence: Sequence;

  constructor(
    shape: RingShape,
    at: { head: number; tail: number; flushedSequence: Sequence; before: readonly Named[] },
  ) {
    this.shape = shape;
    this.head = at.head;
    this.tail = at.tail;
    this.flushedPlace = at.head;
    this.flushedSequence = at.flushedSequence;
    this.largestSequence = at.flushedSequence;
    this.before = at.before.slice(-namedMax);
  }

  /** Room for these, and beyond them for moving one record (see `compaction.ts`). */
  hasRoom(writes: readonly StoredWrite[]): boolean {
    return this.fits(writes, 2 * this.shape.largestBytes);
  }

  fits(writes: readonly StoredWrite[], reserve: number): boolean {
    const { ringBytes, blockBytes } = this.shape;
    let head = this.head;
    for (const { entry } of writes) {
      const length = recordBytes(entry, blockBytes);
      head += gapBefore(head, length, ringBytes) + length;
    }
    return head - this.tail + reserve <= ringBytes;
  }

  /** Adds a record to the group about to be written. Caller: `hasRoom` said so. */
  append(write: StoredWrite, told: Told): void {
    const { entry } = write;
    this.index.set({ entry, place: this.appendCopy(write, told) });
    this.largestSequence = Math.max(this.largestSequence, entry.sequence);
  }

  /** The same, but the index does not show it yet; says where it goes. */
  appendCopy({ entry, payload }: StoredWrite, told: Told): number {
    const length = recordBytes(entry, this.shape.blockBytes);
    const gap = gapBefore(this.head, length, this.shape.ringBytes);
    if (gap > 0) this.add(null, gap, told);
    const place = this.head;
    this.arrivals.push(place, entry.sequence);
    const segment = this.add(entry, length, told);
    this.waitingBytes += length;
    if (payload.length > 0) {
      segment.parts.push(payload);
      segment.bytes += payload.length;
    }
    return place;
  }

  /** A record without an entry, to make c durable; false if the room is better kept for entries. */
  appendNote(told: Told): boolean {
    if (this.head + headBytes - this.tail > this.shape.ringBytes / 2) return false;
    this.add(null, headBytes, told);
    this.waitingBytes += headBytes;
    return true;
  }

  /** Writes the group and flushes it: one write, or two where the ring wraps. */
  async write(file: CheckedFile): Promise<void> {
    const segments = this.segments;
    this.segments = [];
    this.waitingBytes = 0;
    const head = this.head;
    const sequence = this.largestSequence;
    await file.writeThrough(segments);
    this.flushedPlace = head;
    this.flushedSequence = sequence;
  }

  /** Where the first thing lies that a header with this start still needs. */
  tailFor(start: Sequence): number {
    const keeps = (place: number, sequence: Sequence) =>
      sequence >= start && this.index.placeOf(sequence) === place;
    let tail = this.arrivals.firstKept(keeps, this.flushedPlace);
    for (const span of this.damage) {
      if (span.from < tail && span.sequences.some((lost) => lost >= start && this.isLost(lost))) {
        tail = span.from;
      }
    }
    return tail;
  }

  /** Everything before `tail` may be overwritten from now on. */
  free(tail: number): void {
    this.tail = tail;
    this.arrivals.forgetBefore(tail);
    if (this.damage.length > 0) this.damage = this.damage.filter((span) => span.from >= tail);
  }

  offsetOf(place: number): number {
    return this.shape.offset + (place % this.shape.ringBytes);
  }

  /** Is more than a few records between tail and head not kept any more? */
  hasDead(): boolean {
    let dead = this.head - this.tail;
    for (const { entry } of this.index.all()) dead -= recordBytes(entry, this.shape.blockBytes);
    return dead >= 2 * this.shape.largestBytes;
  }

  payloadBytes(entry: Entry): number {
    return entry.extent.count * this.shape.blockBytes;
  }

  recordBytes(entry: Entry): number {
    return recordBytes(entry, this.shape.blockBytes);
  }

  private isLost(sequence: Sequence): boolean {
    const place = this.index.placeOf(sequence);
    return place < 0 || place >= this.flushedPlace;
  }

  private add(entry: Entry | null, length: number, told: Told) {
    const place = this.head;
    const head = encodeHead(
      {
        place,
        length,
        entry,
        committed: told.committed,
        committedEpoch: told.committedEpoch,
        generation: told.generation,
        flushedPlace: this.flushedPlace,
        flushedSequence: this.flushedSequence,
        before: this.before,
      },
      this.shape.seed,
    );
    this.before.push({ place, epoch: entry?.epoch ?? 0, sequence: entry?.sequence ?? 0 });
    if (this.before.length > namedMax) this.before.shift();
    this.head += length;
    const offset = this.offsetOf(place);
    let segment = this.segments[this.segments.length - 1];
    if (segment === undefined || segment.offset + segment.bytes !== offset) {
      segment = { offset, parts: [], bytes: 0 };
      this.segments.push(segment);
    }
    segment.parts.push(head);
    segment.bytes += headBytes;
    return segment;
  }
}

/** A record never wraps: what is left at the end of the ring becomes a gap. */
function gapBefore(head: number, length: number, ringBytes: number): number {
  const rest = ringBytes - (head % ringBytes);
  return rest < length ? rest : 0;
}
