import type { Header } from '../../models/header.ts';
import { liesOn } from '../../models/history.ts';
import type { Block, Sequence } from '../../models/words.ts';
import { checkHeader, type Limits } from './admission.ts';
import { MemoryBackend } from './memory-backend.ts';
import { BackendError, type Recovered, type StoredWrite } from './port.ts';

/** What of a site survives a loss of power. Values are never changed in place. */
export interface MemoryState {
  readonly header: Header;
  readonly committed: Sequence;
  readonly writes: ReadonlyMap<Sequence, StoredWrite>;
  readonly blocks: ReadonlyMap<Block, Uint8Array>;
  readonly stage: ReadonlyMap<Block, Uint8Array>;
  /** As they lie in files: text by name of the first and last sequence. */
  readonly suffixes: ReadonlyMap<string, Uint8Array>;
}

/** The "disk" of a site in memory: outlives the backends opened on it one after the other. */
export class MemorySite {
  /** Durable. */
  state: MemoryState;
  readonly limits: Limits;
  private living: MemoryBackend | null = null;

  constructor(header: Header, limits?: Partial<Limits>) {
    this.state = {
      header,
      committed: header.committed,
      writes: new Map(),
      blocks: new Map(),
      stage: new Map(),
      suffixes: new Map(),
    };
    this.limits = {
      capacityLimit: limits?.capacityLimit ?? header.capacity,
      maxBlocksPerWrite: limits?.maxBlocksPerWrite ?? Number.MAX_SAFE_INTEGER,
    };
    checkHeader(header.identity, this.limits, header);
  }

  /** A site as it was at a snapshot. */
  static of(state: MemoryState, limits?: Partial<Limits>): MemorySite {
    const site = new MemorySite(state.header, limits);
    site.state = state;
    return site;
  }

  async open(): Promise<Recovered> {
    if (this.living) throw new BackendError('locked', 'this memory site is open already');
    const { header, committed, writes } = this.state;
    const kept = [...writes.values()]
      .filter(({ entry }) => entry.sequence >= header.start && liesOn(header.history, entry))
      .sort((one, other) => one.entry.sequence - other.entry.sequence);
    this.state = {
      ...this.state,
      writes: new Map(kept.map((write) => [write.entry.sequence, write])),
    };
    const backend = new MemoryBackend(this, () => {
      if (this.living === backend) this.living = null;
    });
    this.living = backend;
    const entries = kept.map(({ entry }) => entry);
    return {
      backend,
      header,
      entries,
      committed: Math.max(committed, header.committed),
      damage: [],
    };
  }

  /** What a loss of power at this moment would leave. */
  snapshot(): MemoryState {
    return {
      ...this.state,
      writes: new Map(this.state.writes),
      blocks: new Map(this.state.blocks),
      stage: new Map(this.state.stage),
    };
  }

  /** Loss of power: what was not durable is gone, but for the unflushed blocks `keeps` names. */
  crash(keeps: (block: Block) => boolean = () => false): void {
    const lost = this.living;
    this.living = null;
    if (lost) this.state = { ...this.state, blocks: lost.die(keeps) };
  }
}
