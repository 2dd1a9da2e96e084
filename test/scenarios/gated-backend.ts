import { blocksOfExtent } from '../../models/bitmap.ts';
import type { Header } from '../../models/header.ts';
import type { Block, Entry, Extent, Range, Sequence } from '../../models/words.ts';
import {
  type Backend,
  BackendError,
  type StagedBlocks,
  type StoredWrite,
} from '../../src/backend/port.ts';
import type { Suffix } from '../../src/backend/suffix.ts';
import type { Gates } from './gates.ts';

/**
 * A backend in memory whose disk stalls, fails and rots when a play says so. What is durable at once
 * (stores, the header, a stage) goes through the log's gate, what makes volumes durable through the
 * volumes' one; in each lane changes begin in call order.
 */
export class GatedBackend implements Backend {
  readonly inner: Backend;
  private readonly gates: Gates;
  private readonly rotten: Set<Block>;
  private readonly volumesOf: readonly number[];
  private log: Promise<unknown> = Promise.resolve();
  private volumes: Promise<unknown> = Promise.resolve();

  constructor(inner: Backend, gates: Gates, rotten: Set<Block>, volumes: readonly number[]) {
    this.inner = inner;
    this.volumesOf = volumes;
    this.gates = gates;
    this.rotten = rotten;
  }

  store(writes: readonly StoredWrite[], committed: Sequence): Promise<void> {
    return this.inLog(() => this.inner.store(writes, committed));
  }

  persist(header: Header): Promise<void> {
    return this.inLog(() => this.inner.persist(header));
  }

  apply(entries: readonly Entry[]): Promise<void> {
    const failing = entries.some(({ extent }) => extent.volume === this.gates.failingVolume);
    return this.inVolumes(async () => {
      if (failing) throw new BackendError('io', 'a volume of this disk fails');
      await this.inner.apply(entries);
      for (const { extent } of entries) this.wasWritten(extent);
    });
  }

  flush(): Promise<void> {
    return this.inVolumes(async () => {
      await this.gates.volumes();
      await this.inner.flush();
    });
  }

  stage(blocks: readonly StagedBlocks[]): Promise<void> {
    if (this.gates.hasStageRoom) return this.inVolumes(() => this.inner.stage(blocks));
    return this.inVolumes(async () => {
      throw new BackendError('full', 'there is no room for a stage');
    });
  }

  flushStage(): Promise<void> {
    return this.inVolumes(async () => {
      await this.gates.log();
      await this.inner.flushStage();
    });
  }

  applyStage(): Promise<void> {
    return this.inVolumes(async () => {
      await this.gates.volumes();
      await this.inner.applyStage();
    });
  }

  dropStage(): Promise<void> {
    return this.inVolumes(() => this.inner.dropStage());
  }

  overwrite(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.inVolumes(async () => {
      await this.inner.overwrite(blocks);
      for (const { first } of blocks) this.rotten.delete(first);
    });
  }

  async payload(entry: Entry): Promise<Uint8Array> {
    await this.log;
    return this.inner.payload(entry);
  }

  async read(first: Block, count: number): Promise<Uint8Array> {
    for (let block = first; block < first + count; block++) {
      if (this.rotten.has(block)) throw new BackendError('rot', `block ${block} has rotted`);
    }
    return this.inner.read(first, count);
  }

  async sums(first: Block, count: number, stride: number): Promise<number[]> {
    await this.read(first, count);
    return this.inner.sums(first, count, stride);
  }

  exportSuffix(above: Sequence, through: Sequence, entries: readonly Entry[]): Promise<void> {
    return this.inLog(() => this.inner.exportSuffix(above, through, entries));
  }

  suffixes(): Promise<readonly Suffix[]> {
    return this.inner.suffixes();
  }

  suffix(run: Range): Promise<Suffix | null> {
    return this.inner.suffix(run);
  }

  retire(start: Sequence): void {
    void this.inLog(async () => this.inner.retire(start)).catch(() => {});
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  /** What was written anew can be read. */
  private wasWritten(extent: Extent): void {
    const { first, count } = blocksOfExtent(this.volumesOf, extent);
    for (let block = first; block < first + count; block++) this.rotten.delete(block);
  }

  private inLog(change: () => Promise<void>): Promise<void> {
    const turn = this.log;
    const done = (async () => {
      await turn;
      await this.gates.log();
      await change();
    })();
    this.log = done.catch(() => {});
    return done;
  }

  private inVolumes(change: () => Promise<void>): Promise<void> {
    const turn = this.volumes;
    const done = (async () => {
      await turn;
      await change();
    })();
    this.volumes = done.catch(() => {});
    return done;
  }
}
