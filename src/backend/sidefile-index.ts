import type { Entry, Sequence, WriteKind } from '../../models/words.ts';

/** An entry and where in the sidefile its record lies. */
export interface Kept {
  readonly entry: Entry;
  readonly place: number;
}

/**
 * Where each kept entry lies, by sequence: 39 bytes an entry in typed arrays of 1024 sequences,
 * payloads not held. Setting, finding and dropping one take the same time whatever is kept.
 */
export class SidefileIndex {
  private readonly chunks = new Map<number, Chunk>();
  private entries = 0;

  get size(): number {
    return this.entries;
  }

  set({ entry, place }: Kept): void {
    const number = Math.floor(entry.sequence / chunkEntries);
    let chunk = this.chunks.get(number);
    if (!chunk) {
      chunk = new Chunk();
      this.chunks.set(number, chunk);
    }
    if (chunk.set(entry.sequence % chunkEntries, entry, place)) this.entries++;
  }

  get(sequence: Sequence): Kept | undefined {
    return this.chunks.get(Math.floor(sequence / chunkEntries))?.get(sequence);
  }

  /** Place of the record of `sequence`, -1 if none is kept. */
  placeOf(sequence: Sequence): number {
    return this.chunks.get(Math.floor(sequence / chunkEntries))?.placeOf(sequence) ?? -1;
  }

  delete(sequence: Sequence): void {
    const number = Math.floor(sequence / chunkEntries);
    const chunk = this.chunks.get(number);
    if (!chunk?.delete(sequence % chunkEntries)) return;
    this.entries--;
    if (chunk.live === 0) this.chunks.delete(number);
  }

  /** Drops everything from `from` to before `to`; whole chunks at once. */
  deleteRange(from: Sequence, to: Sequence): void {
    for (const [number, chunk] of [...this.chunks]) {
      const first = Math.max(from, number * chunkEntries);
      const end = Math.min(to, (number + 1) * chunkEntries);
      if (end - first === chunkEntries) {
        this.entries -= chunk.live;
        this.chunks.delete(number);
      } else {
        for (let sequence = first; sequence < end; sequence++) this.delete(sequence);
      }
    }
  }

  /** Everything kept, by sequence. */
  *all(): Generator<Kept> {
    for (const number of [...this.chunks.keys()].sort((one, other) => one - other)) {
      for (let slot = 0; slot < chunkEntries; slot++) {
        const kept = this.chunks.get(number)?.get(number * chunkEntries + slot);
        if (kept) yield kept;
      }
    }
  }
}

const chunkEntries = 1024;
const kinds: readonly WriteKind[] = ['data', 'zeroes', 'trim'];

class Chunk {
  live = 0;
  /** 0: nothing kept; else place + 1. */
  private readonly place = new Float64Array(chunkEntries);
  private readonly epoch = new Float64Array(chunkEntries);
  private readonly first = new Float64Array(chunkEntries);
  private readonly count = new Uint32Array(chunkEntries);
  private readonly checksum = new Uint32Array(chunkEntries);
  private readonly volume = new Uint32Array(chunkEntries);
  private readonly kind = new Uint8Array(chunkEntries);

  /** True if the slot was empty. */
  set(slot: number, entry: Entry, place: number): boolean {
    const fresh = this.place[slot] === 0;
    this.place[slot] = place + 1;
    this.epoch[slot] = entry.epoch;
    this.first[slot] = entry.extent.first;
    this.count[slot] = entry.extent.count;
    this.checksum[slot] = entry.checksum;
    this.volume[slot] = entry.extent.volume;
    this.kind[slot] = kinds.indexOf(entry.kind);
    if (fresh) this.live++;
    return fresh;
  }

  get(sequence: Sequence): Kept | undefined {
    const slot = sequence % chunkEntries;
    if (this.place[slot] === 0) return undefined;
    const extent = {
      volume: this.volume[slot]!,
      first: this.first[slot]!,
      count: this.count[slot]!,
    };
    const entry: Entry = {
      epoch: this.epoch[slot]!,
      sequence,
      extent,
      kind: kinds[this.kind[slot]!]!,
      checksum: this.checksum[slot]!,
    };
    return { entry, place: this.place[slot]! - 1 };
  }

  placeOf(sequence: Sequence): number {
    return this.place[sequence % chunkEntries]! - 1;
  }

  delete(slot: number): boolean {
    if (this.place[slot] === 0) return false;
    this.place[slot] = 0;
    this.live--;
    return true;
  }
}
