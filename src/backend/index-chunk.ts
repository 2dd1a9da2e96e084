import type { Entry, Sequence, WriteKind } from '../../models/words.ts';
import type { Kept } from './sidefile-index.ts';
import { SlimNumbers } from './slim-numbers.ts';

export const chunkEntries = 1024;
const kinds: readonly WriteKind[] = ['data', 'zeroes', 'trim'];

/** What is kept of the sequences of one chunk. Most numbers of neighbours are alike, and small. */
export class IndexChunk {
  live = 0;
  /** 0: nothing kept; else kind + 1. */
  private readonly kind = new Uint8Array(chunkEntries);
  private readonly place = new SlimNumbers(chunkEntries);
  private readonly epoch = new SlimNumbers(chunkEntries);
  private readonly volume = new SlimNumbers(chunkEntries);
  private readonly first = new SlimNumbers(chunkEntries);
  private readonly count = new SlimNumbers(chunkEntries);
  private readonly checksum = new Uint32Array(chunkEntries);

  /** True if the slot was empty. */
  set(entry: Entry, place: number): boolean {
    const slot = entry.sequence % chunkEntries;
    const fresh = this.kind[slot] === 0;
    this.kind[slot] = kinds.indexOf(entry.kind) + 1;
    this.place.set(slot, place);
    this.epoch.set(slot, entry.epoch);
    this.volume.set(slot, entry.extent.volume);
    this.first.set(slot, entry.extent.first);
    this.count.set(slot, entry.extent.count);
    this.checksum[slot] = entry.checksum;
    if (fresh) this.live++;
    return fresh;
  }

  get(sequence: Sequence): Kept | undefined {
    const slot = sequence % chunkEntries;
    const kind = this.kind[slot]!;
    if (kind === 0) return undefined;
    const extent = {
      volume: this.volume.at(slot),
      first: this.first.at(slot),
      count: this.count.at(slot),
    };
    const entry: Entry = {
      epoch: this.epoch.at(slot),
      sequence,
      extent,
      kind: kinds[kind - 1]!,
      checksum: this.checksum[slot]!,
    };
    return { entry, place: this.place.at(slot) };
  }

  placeOf(sequence: Sequence): number {
    const slot = sequence % chunkEntries;
    return this.kind[slot] === 0 ? -1 : this.place.at(slot);
  }

  /** The same for this very entry. */
  placeOfEntry({ epoch, sequence, checksum }: Entry): number {
    const slot = sequence % chunkEntries;
    const isKept = this.epoch.at(slot) === epoch && this.checksum[slot] === checksum;
    return isKept ? this.placeOf(sequence) : -1;
  }

  delete(sequence: Sequence): boolean {
    const slot = sequence % chunkEntries;
    if (this.kind[slot] === 0) return false;
    this.kind[slot] = 0;
    this.live--;
    return true;
  }
}
