import { crc32 } from 'node:zlib';
import type { Entry } from '../../models/words.ts';
import { nameOf } from './admission.ts';
import type { CheckedFile } from './checked-file.ts';
import { BackendError } from './port.ts';
import { headBytes } from './record.ts';
import type { Ring } from './ring.ts';

/** Payloads out of the sidefile, checked; records that lie one behind the other in one read. */
export class PayloadReader {
  private readonly file: CheckedFile;
  private readonly ring: Ring;

  constructor(file: CheckedFile, ring: Ring) {
    this.file = file;
    this.ring = ring;
  }

  async read(entries: readonly Entry[]): Promise<Uint8Array[]> {
    const payloads: Uint8Array[] = [];
    for (let at = 0; at < entries.length; ) {
      const length = this.runLength(entries, at);
      payloads.push(...(await this.readRun(entries.slice(at, at + length))));
      at += length;
    }
    return payloads;
  }

  /** Where in the file the payload of this entry lies. Throws `gone`. */
  offsetOf(entry: Entry): number {
    return this.ring.offsetOf(this.placeOf(entry)) + headBytes;
  }

  bytesOf(entry: Entry): number {
    return entry.kind === 'data' ? this.ring.payloadBytes(entry) : 0;
  }

  /** How many entries from `at` on lie one behind the other. */
  private runLength(entries: readonly Entry[], at: number): number {
    const place = this.placeOf(entries[at]!);
    let end = place;
    let length = 0;
    for (const entry of entries.slice(at)) {
      if (length > 0 && (this.placeOf(entry) !== end || end - place > runBytes)) break;
      if (length > 0 && this.ring.offsetOf(end) < this.ring.offsetOf(place)) break;
      end += this.ring.recordBytes(entry);
      length++;
    }
    return length;
  }

  private async readRun(entries: readonly Entry[]): Promise<Uint8Array[]> {
    const places = entries.map((entry) => this.placeOf(entry));
    const last = entries.length - 1;
    const length = places[last]! + this.ring.recordBytes(entries[last]!) - places[0]!;
    const bytes = await this.file.read(this.ring.offsetOf(places[0]!), length);
    const payloads: Uint8Array[] = [];
    for (const [index, entry] of entries.entries()) {
      const from = places[index]! - places[0]! + headBytes;
      const size = entry.kind === 'data' ? this.ring.payloadBytes(entry) : 0;
      const payload = bytes.subarray(from, from + size);
      payloads.push(
        size === 0 || crc32(payload) === entry.checksum
          ? payload
          : await this.again(entry, places[index]!),
      );
    }
    return payloads;
  }

  /** It may have been moved, or have gone, while it was read. */
  private async again(entry: Entry, place: number): Promise<Uint8Array> {
    if (this.placeOf(entry) !== place) return (await this.readRun([entry]))[0]!;
    throw new BackendError(
      'rot',
      `the payload of ${nameOf(entry)} in ${this.file.path} is not what was stored`,
    );
  }

  private placeOf(entry: Entry): number {
    const place = this.ring.index.placeOfEntry(entry);
    if (place >= 0) return place;
    throw new BackendError('gone', `${nameOf(entry)} is not in the sidefile`);
  }
}

const runBytes = 1 << 20;
