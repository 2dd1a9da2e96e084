import { crc32 } from 'node:zlib';
import type { CheckedFile } from './checked-file.ts';
import { sectorBytes } from './disk.ts';
import { decodeHead, headBytes, type Record } from './record.ts';
import type { RingShape } from './ring.ts';

/** What lies in a ring from its tail on. */
export interface Scan {
  /** In order of place; whole and checked. */
  readonly good: readonly Record[];
  /** Heads that are whole while their payload is not: they name what is lost. */
  readonly nameable: readonly Record[];
  /** Stretches without a good record, between good ones or before the flushed mark. */
  readonly bad: readonly { readonly from: number; readonly to: number }[];
  /** Where the next record goes. */
  readonly head: number;
  /** Everything before it was flushed, by what the header and the records say. */
  readonly flushedPlace: number;
}

/**
 * Reads the whole ring once. After a place that holds no good record, it looks sector by sector for
 * the next one: a torn group leaves any subset of its records.
 */
export async function scanRing(
  file: CheckedFile,
  shape: RingShape,
  tail: number,
  flushedPlace: number,
): Promise<Scan> {
  const window = new RingWindow(file, shape);
  const good: Record[] = [];
  const nameable: Record[] = [];
  const bad: { from: number; to: number }[] = [];
  let flushed = flushedPlace;
  let head = tail;
  for (let place = tail; place < tail + shape.ringBytes; ) {
    const record = await window.head(place);
    if (!record) {
      place += sectorBytes;
      continue;
    }
    flushed = Math.max(flushed, record.flushedPlace);
    if (await window.holds(record)) {
      if (head < place) bad.push({ from: head, to: place });
      good.push(record);
      place += record.length;
      head = place;
    } else {
      nameable.push(record);
      place += sectorBytes;
    }
  }
  if (head < flushed) {
    bad.push({ from: head, to: flushed });
    head = flushed;
  }
  const next = nameable.find(({ place }) => place === head);
  window.refuseErrors(flushed, head + (next?.length ?? sectorBytes));
  return { good, nameable, bad, head, flushedPlace: flushed };
}

/** The ring seen through one buffer. */
class RingWindow {
  private readonly file: CheckedFile;
  private readonly shape: RingShape;
  private offset = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  /** What the disk said of sectors that it did not give, by where they lie. */
  private readonly errors = new Map<number, Error>();

  constructor(file: CheckedFile, shape: RingShape) {
    this.file = file;
    this.shape = shape;
  }

  async head(place: number): Promise<Record | undefined> {
    const bytes = await this.at(place % this.shape.ringBytes, headBytes);
    return decodeHead(bytes, place, this.shape.seed);
  }

  async holds({ place, length, entry }: Record): Promise<boolean> {
    if (entry === null || entry.kind !== 'data') return true;
    const payloadBytes = entry.extent.count * this.shape.blockBytes;
    const offset = (place % this.shape.ringBytes) + headBytes;
    if (headBytes + payloadBytes > length || offset + payloadBytes > this.shape.ringBytes) {
      return false;
    }
    return crc32(await this.at(offset, payloadBytes)) === entry.checksum;
  }

  private async at(offset: number, length: number): Promise<Uint8Array> {
    const within = offset - this.offset;
    if (within >= 0 && within + length <= this.bytes.length) {
      return this.bytes.subarray(within, within + length);
    }
    const rest = this.shape.ringBytes - offset;
    this.bytes = await this.readable(
      this.shape.offset + offset,
      Math.min(rest, Math.max(length, windowBytes)),
    );
    this.offset = offset;
    return this.bytes.subarray(0, length);
  }

  /** What was stored there last may be behind an error: no mark tells, and it is not taken for a torn tail. */
  refuseErrors(from: number, to: number): void {
    if (this.errors.size === 0) return;
    for (let place = from; place < to; place += sectorBytes) {
      const error = this.errors.get(place % this.shape.ringBytes);
      if (error) throw error;
    }
  }

  /** A sector that the disk has an error for reads as zeroes: no record, like one that has rotted. */
  private async readable(offset: number, length: number): Promise<Uint8Array> {
    const whole = await this.file.read(offset, length).catch(() => null);
    if (whole) return whole;
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += sectorBytes) {
      await this.file.read(offset + at, sectorBytes).then(
        (sector) => bytes.set(sector, at),
        (error: Error) => this.errors.set(offset + at - this.shape.offset, error),
      );
    }
    return bytes;
  }
}

const windowBytes = 1 << 20;
