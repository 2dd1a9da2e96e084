import type { Sequence } from '../../models/words.ts';
import { SlimNumbers } from './slim-numbers.ts';

/** The records of the sidefile in the order they arrived: (place, sequence), some 8 bytes each. */
export class Arrivals {
  private chunks: Chunk[] = [];
  private front = 0;
  private back = 0;

  push(place: number, sequence: Sequence): void {
    if (this.back === this.chunks.length * chunkArrivals) this.chunks.push(new Chunk());
    const chunk = this.chunks[this.chunks.length - 1]!;
    const slot = this.back++ % chunkArrivals;
    chunk.places.set(slot, place);
    chunk.sequences.set(slot, sequence);
  }

  /** First place, in order of arrival, that `keeps`; `end` if none does. Forgets nothing. */
  firstKept(keeps: (place: number, sequence: Sequence) => boolean, end: number): number {
    for (let index = this.front; index < this.back; index++) {
      const place = this.placeAt(index);
      if (keeps(place, this.sequenceAt(index))) return place;
    }
    return end;
  }

  /** Every record not forgotten, in order of arrival. */
  *all(): Generator<readonly [place: number, sequence: Sequence]> {
    for (let index = this.front; index < this.back; index++) {
      yield [this.placeAt(index), this.sequenceAt(index)];
    }
  }

  /** Forgets everything that lies before `place`. */
  forgetBefore(place: number): void {
    while (this.front < this.back && this.placeAt(this.front) < place) this.front++;
    const spare = Math.floor(this.front / chunkArrivals);
    if (spare === 0) return;
    this.chunks = this.chunks.slice(spare);
    this.front -= spare * chunkArrivals;
    this.back -= spare * chunkArrivals;
  }

  private placeAt(index: number): number {
    return this.chunks[Math.floor(index / chunkArrivals)]!.places.at(index % chunkArrivals);
  }

  private sequenceAt(index: number): Sequence {
    return this.chunks[Math.floor(index / chunkArrivals)]!.sequences.at(index % chunkArrivals);
  }
}

const chunkArrivals = 1024;

class Chunk {
  readonly places = new SlimNumbers(chunkArrivals);
  readonly sequences = new SlimNumbers(chunkArrivals);
}
