import type { Sequence } from '../../models/words.ts';

/** The records of the sidefile in the order they arrived: (place, sequence), 16 bytes each. */
export class Arrivals {
  private chunks: Float64Array[] = [];
  private front = 0;
  private back = 0;

  push(place: number, sequence: Sequence): void {
    if (this.back === this.chunks.length * chunkArrivals) {
      this.chunks.push(new Float64Array(2 * chunkArrivals));
    }
    const chunk = this.chunks[this.chunks.length - 1]!;
    const slot = this.back++ % chunkArrivals;
    chunk[2 * slot] = place;
    chunk[2 * slot + 1] = sequence;
  }

  /** First place, in order of arrival, that `keeps`; `end` if none does. Forgets nothing. */
  firstKept(keeps: (place: number, sequence: Sequence) => boolean, end: number): number {
    for (let index = this.front; index < this.back; index++) {
      const chunk = this.chunks[Math.floor(index / chunkArrivals)]!;
      const slot = index % chunkArrivals;
      if (keeps(chunk[2 * slot]!, chunk[2 * slot + 1]!)) return chunk[2 * slot]!;
    }
    return end;
  }

  /** Every record not forgotten, in order of arrival. */
  *all(): Generator<readonly [place: number, sequence: Sequence]> {
    for (let index = this.front; index < this.back; index++) {
      const chunk = this.chunks[Math.floor(index / chunkArrivals)]!;
      const slot = index % chunkArrivals;
      yield [chunk[2 * slot]!, chunk[2 * slot + 1]!];
    }
  }

  /** Forgets everything that lies before `place`. */
  forgetBefore(place: number): void {
    while (this.front < this.back) {
      const chunk = this.chunks[Math.floor(this.front / chunkArrivals)]!;
      if (chunk[2 * (this.front % chunkArrivals)]! >= place) break;
      this.front++;
    }
    const spare = Math.floor(this.front / chunkArrivals);
    if (spare === 0) return;
    this.chunks = this.chunks.slice(spare);
    this.front -= spare * chunkArrivals;
    this.back -= spare * chunkArrivals;
  }
}

const chunkArrivals = 1024;
