import type { Entry, Epoch, Sequence } from '../../models/words.ts';
import type { Backend } from '../backend/port.ts';

interface Kept {
  readonly epoch: Epoch;
  readonly bytes: Uint8Array;
}

const noBytes = new Uint8Array(0);

/**
 * Payloads of recent entries: until they are stored and sent they are mostly found here; what was
 * pushed out is read from the sidefile. Bounded by bytes, oldest out first.
 */
export class Payloads {
  private readonly kept = new Map<Sequence, Kept>();
  private readonly backend: Backend;
  private readonly bytesMax: number;
  private bytes = 0;

  constructor(backend: Backend, bytesMax: number) {
    this.backend = backend;
    this.bytesMax = bytesMax;
  }

  /** Keeps the payload of an entry whose store is begun in the same turn. */
  keep(entry: Entry, bytes: Uint8Array): void {
    if (entry.kind !== 'data') return;
    const before = this.kept.get(entry.sequence);
    if (before) {
      this.bytes -= before.bytes.length;
      this.kept.delete(entry.sequence);
    }
    this.kept.set(entry.sequence, { epoch: entry.epoch, bytes });
    this.bytes += bytes.length;
    if (this.bytes > this.bytesMax) this.pushOut();
  }

  private pushOut(): void {
    for (const [sequence, { bytes: old }] of this.kept) {
      if (this.bytes <= this.bytesMax) break;
      this.kept.delete(sequence);
      this.bytes -= old.length;
    }
  }

  /** At hand without asking the disk; null: not. */
  atHand(entry: Entry): Uint8Array | null {
    if (entry.kind !== 'data') return noBytes;
    const kept = this.kept.get(entry.sequence);
    return kept && kept.epoch === entry.epoch ? kept.bytes : null;
  }

  /** Rejects with a BackendError: `gone`, `rot`, `closed`. */
  async of(entry: Entry): Promise<Uint8Array> {
    return this.atHand(entry) ?? this.backend.payload(entry);
  }
}
