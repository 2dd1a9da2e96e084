import type { Entry, Sequence } from '../../models/words.ts';
import type { StoredWrite } from '../backend/port.ts';
import type { Cancel, Clock } from './clock.ts';

/** One store, of what several effects asked for. All entries are of one epoch. */
export interface GatheredStore {
  readonly entries: readonly Entry[];
  readonly writes: readonly StoredWrite[];
  readonly committed: Sequence;
}

/**
 * Stores that no host waits for, one behind the other, until there is enough for one flush or a
 * moment has passed: each flush costs the machine as much as the records of several writes.
 */
export class GatheredStores {
  private readonly clock: Clock;
  private readonly handOver: (store: GatheredStore) => void;
  private entries: Entry[] = [];
  private writes: StoredWrite[] = [];
  private committed: Sequence = 0;
  private bytes = 0;
  private alarm: Cancel | null = null;

  constructor(clock: Clock, handOver: (store: GatheredStore) => void) {
    this.clock = clock;
    this.handOver = handOver;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  add({ entries, writes, committed }: GatheredStore): void {
    // What a c is worth hangs on the epoch of the entries it comes with.
    if (!this.isEmpty && !areOfOneEpoch([...this.entries, ...entries])) this.give();
    for (const entry of entries) this.entries.push(entry);
    for (const write of writes) {
      this.writes.push(write);
      this.bytes += write.payload.length;
    }
    this.committed = Math.max(this.committed, committed);
    if (this.entries.length >= entriesEnough || this.bytes >= bytesEnough) this.give();
    else if (this.alarm === null) this.alarm = this.clock.after(waitMax, () => this.give());
  }

  /** Hands over what there is. */
  give(): void {
    this.alarm?.();
    this.alarm = null;
    if (this.isEmpty) return;
    const { entries, writes, committed } = this;
    this.drop();
    this.handOver({ entries, writes, committed });
  }

  /** Forgets what there is. */
  drop(): void {
    this.alarm?.();
    this.alarm = null;
    this.entries = [];
    this.writes = [];
    this.committed = 0;
    this.bytes = 0;
  }
}

const areOfOneEpoch = (entries: readonly Entry[]): boolean =>
  entries.every(({ epoch }) => epoch === entries[0]!.epoch);

const entriesEnough = 128;
const bytesEnough = 1 << 20;
/** Milliseconds. */
const waitMax = 5;
