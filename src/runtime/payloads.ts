import type { Entry, Epoch, Sequence } from '../../models/words.ts';
import type { Backend } from '../backend/port.ts';

interface Kept {
  readonly epoch: Epoch;
  readonly bytes: Uint8Array;
}

const noBytes = new Uint8Array(0);

type Generation = Map<Sequence, Kept>;

/**
 * Payloads of recent entries: until they are stored and sent they are mostly found here; what was
 * let go is read from the sidefile. Bounded by bytes: once the younger generation holds half of
 * them, the older one goes as a whole.
 */
export class Payloads {
  private young: Generation = new Map();
  private old: Generation = new Map();
  private readonly backend: Backend;
  private readonly bytesMax: number;
  private youngBytes = 0;

  constructor(backend: Backend, bytesMax: number) {
    this.backend = backend;
    this.bytesMax = bytesMax;
  }

  /** Keeps the payload of an entry whose store is begun in the same turn. */
  keep(entry: Entry, bytes: Uint8Array): void {
    if (entry.kind !== 'data' || bytes.length > this.bytesMax / 2) return;
    if (this.youngBytes + bytes.length > this.bytesMax / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngBytes = 0;
    }
    this.young.set(entry.sequence, { epoch: entry.epoch, bytes });
    this.youngBytes += bytes.length;
  }

  /** At hand without asking the disk; null: not. */
  atHand({ kind, epoch, sequence }: Entry): Uint8Array | null {
    if (kind !== 'data') return noBytes;
    const kept = this.young.get(sequence) ?? this.old.get(sequence);
    return kept && kept.epoch === epoch ? kept.bytes : null;
  }

  /** Rejects with a BackendError: `gone`, `rot`, `closed`. */
  async of(entry: Entry): Promise<Uint8Array> {
    return this.atHand(entry) ?? this.backend.payload(entry);
  }
}
