import { sectorBytes } from './disk.ts';

/** Content of a simulated file: only sectors that are not zero are kept. */
export class Sectors {
  private readonly kept: Map<number, Uint8Array>;

  constructor(kept: ReadonlyMap<number, Uint8Array> = new Map()) {
    this.kept = new Map(kept);
  }

  copy(): Sectors {
    return new Sectors(this.kept);
  }

  get count(): number {
    return this.kept.size;
  }

  has(sector: number): boolean {
    return this.kept.has(sector);
  }

  /** Numbers of the sectors that are not zero, ascending. */
  numbers(): number[] {
    return [...this.kept.keys()].sort((one, other) => one - other);
  }

  get(sector: number): Uint8Array {
    return this.kept.get(sector) ?? zero;
  }

  /** Takes the bytes as they are: callers never change them afterwards. */
  set(sector: number, bytes: Uint8Array): void {
    if (Buffer.compare(bytes, zero) === 0) this.kept.delete(sector);
    else this.kept.set(sector, bytes);
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const last = Math.floor((offset + length - 1) / sectorBytes);
    for (let sector = Math.floor(offset / sectorBytes); sector <= last; sector++) {
      const content = this.kept.get(sector);
      if (!content) continue;
      const from = sector * sectorBytes - offset;
      if (from >= 0) bytes.set(content.subarray(0, Math.min(sectorBytes, length - from)), from);
      else bytes.set(content.subarray(-from, Math.min(sectorBytes, length - from)), 0);
    }
    return bytes;
  }

  truncate(bytes: number): void {
    for (const sector of this.kept.keys()) {
      if (sector * sectorBytes >= bytes) this.kept.delete(sector);
    }
  }
}

const zero = new Uint8Array(sectorBytes);
