import type { Entry, Sequence } from '../../models/words.ts';
import { chunkEntries, IndexChunk } from './index-chunk.ts';

/** An entry and where in the sidefile its record lies. */
export interface Kept {
  readonly entry: Entry;
  readonly place: number;
}

/**
 * Where each kept entry lies, by sequence: some 20 bytes an entry in typed arrays of 1024 sequences,
 * payloads not held. Setting, finding and dropping one take the same time whatever is kept.
 */
export class SidefileIndex {
  private readonly chunks = new Map<number, IndexChunk>();
  private entries = 0;

  get size(): number {
    return this.entries;
  }

  set({ entry, place }: Kept): void {
    const number = Math.floor(entry.sequence / chunkEntries);
    let chunk = this.chunks.get(number);
    if (!chunk) {
      chunk = new IndexChunk();
      this.chunks.set(number, chunk);
    }
    if (chunk.set(entry, place)) this.entries++;
  }

  get(sequence: Sequence): Kept | undefined {
    return this.chunks.get(Math.floor(sequence / chunkEntries))?.get(sequence);
  }

  /** Place of the record of `sequence`, -1 if none is kept. */
  placeOf(sequence: Sequence): number {
    return this.chunks.get(Math.floor(sequence / chunkEntries))?.placeOf(sequence) ?? -1;
  }

  /** The same for this very entry, not another with its sequence. */
  placeOfEntry(entry: Entry): number {
    return this.chunks.get(Math.floor(entry.sequence / chunkEntries))?.placeOfEntry(entry) ?? -1;
  }

  delete(sequence: Sequence): void {
    const number = Math.floor(sequence / chunkEntries);
    const chunk = this.chunks.get(number);
    if (!chunk?.delete(sequence)) return;
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
