import { crc32 } from 'node:zlib';
import type { Header } from '../../models/header.ts';
import { liesOn, newestEpoch } from '../../models/history.ts';
import type { Block, Entry, Range, Sequence } from '../../models/words.ts';
import { blockOf, checkBlocks, checkSums } from './address-space.ts';
import {
  checkHeader,
  checkHeld,
  checkPosition,
  checkStaged,
  checkWrite,
  nameOf,
} from './admission.ts';
import { cutBetween } from './committed.ts';
import type { MemorySite } from './memory.ts';
import { type Backend, BackendError, type StagedBlocks, type StoredWrite } from './port.ts';
import { decodeSuffix, type Suffix, SuffixEncoder, suffixHead } from './suffix.ts';

/** The port over plain Maps. What is durable lives in the site, what is not lives here. */
export class MemoryBackend implements Backend {
  private readonly site: MemorySite;
  private readonly release: () => void;
  private readonly blocks: Map<Block, Uint8Array>;
  private readonly unflushed = new Set<Block>();
  private readonly staged: Map<Block, Uint8Array>;
  private start: Sequence;
  private ended: BackendError | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(site: MemorySite, release: () => void) {
    this.site = site;
    this.release = release;
    this.blocks = new Map(site.state.blocks);
    this.staged = new Map(site.state.stage);
    this.start = site.state.header.start;
  }

  store(writes: readonly StoredWrite[], committed: Sequence): Promise<void> {
    return this.change(() => {
      const { header } = this.site.state;
      const held = this.site.state.writes as Map<Sequence, StoredWrite>;
      const fresh: StoredWrite[] = [];
      for (const write of writes) {
        checkWrite(header.identity, this.site.limits, write);
        checkPosition(header, this.start, write.entry);
        if (!checkHeld(held.get(write.entry.sequence)?.entry, write.entry)) fresh.push(write);
      }
      for (const { entry, payload } of fresh) {
        held.set(entry.sequence, { entry, payload });
      }
      this.site.state = {
        ...this.site.state,
        committed: Math.max(this.site.state.committed, committed),
      };
    });
  }

  persist(header: Header): Promise<void> {
    return this.change(() => {
      const old = this.site.state.header;
      checkHeader(old.identity, this.site.limits, header);
      let { committed } = this.site.state;
      if (newestEpoch(header.history) !== newestEpoch(old.history)) {
        committed = Math.min(committed, cutBetween(old, header));
        this.drop((entry) => !liesOn(header.history, entry));
      }
      this.start = Math.min(this.start, header.start);
      this.site.state = {
        ...this.site.state,
        header,
        committed: Math.max(committed, header.committed),
      };
    });
  }

  apply(entries: readonly Entry[]): Promise<void> {
    return this.change(() => {
      const { identity } = this.site.state.header;
      const sorted = [...entries].sort((one, other) => one.sequence - other.sequence);
      const writes = sorted.map((entry) => this.held(entry));
      for (const { entry, payload } of writes) {
        const first = blockOf(identity, entry.extent);
        const bytes =
          entry.kind === 'data'
            ? payload
            : new Uint8Array(entry.extent.count * identity.blockBytes);
        this.put([{ first, bytes }]);
      }
    });
  }

  flush(): Promise<void> {
    return this.change(() => this.flushNow());
  }

  async payload(entry: Entry): Promise<Uint8Array> {
    await this.turn;
    if (this.ended?.code === 'closed') throw this.ended;
    return this.held(entry).payload;
  }

  async read(first: Block, count: number): Promise<Uint8Array> {
    const { identity } = this.site.state.header;
    if (this.ended?.code === 'closed') throw this.ended;
    checkBlocks(identity, first, count);
    const bytes = new Uint8Array(count * identity.blockBytes);
    for (let index = 0; index < count; index++) {
      const block = this.blocks.get(first + index);
      if (block) bytes.set(block, index * identity.blockBytes);
    }
    return bytes;
  }

  stage(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.change(() => {
      checkStaged(this.site.state.header.identity, blocks);
      for (const [block, bytes] of this.cut(blocks)) this.staged.set(block, bytes);
    });
  }

  flushStage(): Promise<void> {
    return this.change(() => {
      this.site.state = { ...this.site.state, stage: new Map(this.staged) };
    });
  }

  applyStage(): Promise<void> {
    return this.change(() => {
      for (const [first, bytes] of this.staged) this.put([{ first, bytes }]);
      this.flushNow();
    });
  }

  dropStage(): Promise<void> {
    return this.change(() => {
      this.staged.clear();
      this.site.state = { ...this.site.state, stage: new Map() };
    });
  }

  overwrite(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.change(() => {
      checkStaged(this.site.state.header.identity, blocks);
      this.put(blocks);
    });
  }

  async sums(first: Block, count: number, stride: number): Promise<number[]> {
    const { identity } = this.site.state.header;
    checkSums(identity, first, count, stride);
    const { blockBytes } = identity;
    const bytes = await this.read(first, count);
    const sums: number[] = [];
    for (let at = 0; at < bytes.length; at += stride * blockBytes) {
      sums.push(crc32(bytes.subarray(at, at + stride * blockBytes)));
    }
    return sums;
  }

  exportSuffix(above: Sequence, through: Sequence, entries: readonly Entry[]): Promise<void> {
    return this.change(() => {
      const { header, suffixes } = this.site.state;
      const name = `${newestEpoch(header.history)}: ${above + 1}..${through}`;
      const before = suffixes.get(name);
      const kept = before === undefined ? [] : decodeSuffix(before, name).writes;
      const writes = new Map(kept.map((write) => [write.entry.sequence, write]));
      for (const entry of entries) {
        const write = this.site.state.writes.get(entry.sequence);
        if (write?.entry.epoch === entry.epoch) writes.set(entry.sequence, write);
      }
      const encoder = new SuffixEncoder();
      const lines = [encoder.head(suffixHead(header, above, through))];
      for (const [, write] of [...writes].sort(([one], [other]) => one - other)) {
        lines.push(encoder.write(write));
      }
      const text = Buffer.concat([...lines, encoder.end()]);
      this.site.state = { ...this.site.state, suffixes: new Map([...suffixes, [name, text]]) };
    });
  }

  async suffixes(): Promise<readonly Suffix[]> {
    await this.turn;
    return [...this.site.state.suffixes].map(([name, bytes]) => decodeSuffix(bytes, name));
  }

  async suffix({ first, last }: Range): Promise<Suffix | null> {
    const kept = await this.suffixes();
    return kept.findLast(({ above, through }) => above + 1 === first && through === last) ?? null;
  }

  retire(start: Sequence): void {
    void this.change(() => {
      const before = this.start;
      this.start = Math.max(before, Math.min(start, this.site.state.header.start));
      this.dropBelow(before, this.start);
    }).catch(() => {});
  }

  async close(): Promise<void> {
    await this.turn;
    this.ended ??= new BackendError('closed', 'this site was closed');
    this.release();
  }

  /** The end without a farewell. Gives back what the volumes hold afterwards. */
  die(keeps: (block: Block) => boolean): Map<Block, Uint8Array> {
    this.ended = new BackendError('closed', 'this site lost its power');
    const durable = new Map(this.site.state.blocks);
    for (const block of this.unflushed) {
      if (keeps(block)) durable.set(block, this.blocks.get(block)!);
    }
    return durable;
  }

  private change(effect: () => void): Promise<void> {
    const done = this.turn.then(() => {
      if (this.ended?.code === 'closed') throw this.ended;
      if (this.ended) throw stopped(this.ended);
      try {
        effect();
      } catch (error) {
        this.ended = error as BackendError;
        throw error;
      }
    });
    this.turn = done.catch(() => {});
    return done;
  }

  private held(entry: Entry): StoredWrite {
    const write = this.site.state.writes.get(entry.sequence);
    if (write && write.entry.epoch === entry.epoch) return write;
    throw new BackendError('gone', `${nameOf(entry)} is not in the sidefile`);
  }

  private put(blocks: readonly StagedBlocks[]): void {
    for (const [block, bytes] of this.cut(blocks)) {
      this.blocks.set(block, bytes);
      this.unflushed.add(block);
    }
  }

  private flushNow(): void {
    const durable = this.site.state.blocks as Map<Block, Uint8Array>;
    for (const block of this.unflushed) durable.set(block, this.blocks.get(block)!);
    this.unflushed.clear();
  }

  private drop(goes: (entry: Entry) => boolean): void {
    const writes = this.site.state.writes as Map<Sequence, StoredWrite>;
    for (const [sequence, { entry }] of writes) if (goes(entry)) writes.delete(sequence);
  }

  private dropBelow(before: Sequence, start: Sequence): void {
    const writes = this.site.state.writes as Map<Sequence, StoredWrite>;
    if (start - before > writes.size) {
      this.drop((entry) => entry.sequence < start);
    } else {
      for (let sequence = before; sequence < start; sequence++) writes.delete(sequence);
    }
  }

  private *cut(blocks: readonly StagedBlocks[]): Generator<[Block, Uint8Array]> {
    const { blockBytes } = this.site.state.header.identity;
    for (const { first, bytes } of blocks) {
      for (let at = 0; at < bytes.length; at += blockBytes) {
        yield [first + at / blockBytes, bytes.subarray(at, at + blockBytes)];
      }
    }
  }
}

function stopped(cause: BackendError): BackendError {
  return new BackendError('stopped', `stopped before: ${cause.message}`, { cause });
}
