import { crc32 } from 'node:zlib';
import type { Entry, Epoch, Extent, Sequence, WriteKind } from '../../models/words.ts';

/** One write of the simulated host, and what became of it. */
export interface JournalWrite {
  readonly id: number;
  readonly extent: Extent;
  readonly kind: WriteKind;
  /** Moment it was asked for, by the run's own count of moments. */
  readonly asked: number;
  /** Moment the host was told that it is done; null: not (yet). */
  acknowledged: number | null;
  /** Positions it was given: more than one is a fault. */
  readonly positions: { readonly epoch: Epoch; readonly sequence: Sequence }[];
}

/** What of a block was read: the write it came from, 0 for none. */
export interface BlockContent {
  readonly write: number;
  /** Is it exactly that block of that write? */
  readonly isWhole: boolean;
}

/** Every write any host ever asked for, found by what it wrote or by where it went. */
export class Journal {
  readonly writes: JournalWrite[] = [];
  readonly blockBytes: number;
  private readonly byChecksum = new Map<number, JournalWrite>();
  private readonly byPosition = new Map<string, JournalWrite>();
  /** By id - 1; empty for writes without bytes. */
  private readonly contents: Uint8Array[] = [];
  private readonly zeroes: Uint8Array;
  private moments = 0;

  constructor(blockBytes: number) {
    this.blockBytes = blockBytes;
    this.zeroes = new Uint8Array(blockBytes);
  }

  /** Moments are counted, not measured: one is before another iff it was counted before. */
  moment(): number {
    return ++this.moments;
  }

  begin(extent: Extent, kind: WriteKind): { write: JournalWrite; bytes: Uint8Array } {
    const id = this.writes.length + 1;
    const asked = this.moment();
    const write = { id, extent, kind, asked, acknowledged: null, positions: [] };
    this.writes.push(write);
    const bytes = kind === 'data' ? this.contentOf(id, extent.count) : new Uint8Array(0);
    this.contents.push(bytes);
    if (kind === 'data') this.byChecksum.set(crc32(bytes), write);
    return { write, bytes };
  }

  /** Is there a write without bytes, not yet placed, that could be mistaken for such a one? */
  hasTwin(extent: Extent, kind: WriteKind): boolean {
    return this.unplaced(extent, kind) !== null;
  }

  /** Notes the position an entry was given; null: no host asked for such a write. */
  place(entry: Entry): JournalWrite | null {
    const write = this.originOf(entry);
    if (!write) return null;
    write.positions.push({ epoch: entry.epoch, sequence: entry.sequence });
    this.byPosition.set(`${entry.epoch}.${entry.sequence}`, write);
    return write;
  }

  at(epoch: Epoch, sequence: Sequence): JournalWrite | null {
    return this.byPosition.get(`${epoch}.${sequence}`) ?? null;
  }

  contentAt(bytes: Uint8Array, index: number, blockInVolume: number): BlockContent {
    const { blockBytes } = this;
    const block = bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
    const id = new DataView(block.buffer, block.byteOffset, 4).getUint32(0);
    if (id === 0) {
      return { write: 0, isWhole: Buffer.compare(block, this.zeroes) === 0 };
    }
    const write = this.writes[id - 1];
    if (!write) return { write: id, isWhole: false };
    const part = blockInVolume - write.extent.first;
    const inside = part >= 0 && part < write.extent.count && write.kind === 'data';
    const own = this.contents[id - 1]!.subarray(part * blockBytes, (part + 1) * blockBytes);
    return { write: id, isWhole: inside && Buffer.compare(block, own) === 0 };
  }

  private contentOf(id: number, blocks: number): Uint8Array {
    const bytes = new Uint8Array(blocks * this.blockBytes);
    for (let part = 0; part < blocks; part++) {
      const view = new DataView(bytes.buffer, part * this.blockBytes, this.blockBytes);
      for (let at = 0; at < this.blockBytes; at += 8) {
        view.setUint32(at, id);
        view.setUint32(at + 4, part * 0x10000 + at);
      }
    }
    return bytes;
  }

  private originOf(entry: Entry): JournalWrite | null {
    if (entry.kind === 'data') return this.byChecksum.get(entry.checksum) ?? null;
    return this.unplaced(entry.extent, entry.kind);
  }

  private unplaced({ volume, first, count }: Extent, wanted: WriteKind): JournalWrite | null {
    return (
      this.writes.findLast(
        ({ kind, extent, positions }) =>
          kind === wanted &&
          positions.length === 0 &&
          extent.volume === volume &&
          extent.first === first &&
          extent.count === count,
      ) ?? null
    );
  }
}
