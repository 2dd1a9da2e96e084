import { crc32 } from 'node:zlib';
import type { Age } from './ages.ts';
import type { CheckedFile } from './checked-file.ts';
import { HeaderSlots } from './header-slots.ts';
import { labelsBytes } from './label.ts';
import { BackendError } from './port.ts';
import { StartedCrc } from './started-crc.ts';

/** Blocks from `first` on, out of another file: `bytes` of them, from `from` on, of this CRC-32. */
export interface Piece {
  readonly first: number;
  readonly from: number;
  readonly bytes: number;
  readonly checksum: number;
}

/**
 * One volume: a table with a checksum for each block, then the blocks. A checksum covers content and
 * address, so a write that went elsewhere is found at both places. 0 means "zeroes", and is believed
 * only when zeroes are there. Table and blocks are not written together: between two flushes they may
 * disagree for blocks that are about to be redone, and read as rot until then.
 */
export class Volume {
  age: Age = { flushes: 0, headerGeneration: 0 };
  private readonly file: CheckedFile;
  private readonly number: number;
  private readonly blockBytes: number;
  private readonly bytes: number;
  private readonly counter: HeaderSlots;
  private readonly dataOffset: number;
  private readonly sums: StartedCrc;
  private readonly pages = new Map<number, Uint32Array>();
  private readonly dirty = new Set<number>();

  constructor(
    file: CheckedFile,
    shape: { volume: number; blocks: number; blockBytes: number; seed: number },
  ) {
    this.file = file;
    this.number = shape.volume;
    this.blockBytes = shape.blockBytes;
    this.sums = new StartedCrc(shape.blockBytes);
    this.counter = new HeaderSlots(file, labelsBytes, slotBytes, shape.seed);
    this.bytes = Volume.bytes(shape.blocks, shape.blockBytes);
    this.dataOffset = tableOffset + Math.ceil(shape.blocks / pageEntries) * pageBytes;
  }

  static bytes(blocks: number, blockBytes: number): number {
    return tableOffset + Math.ceil(blocks / pageEntries) * pageBytes + blocks * blockBytes;
  }

  async open(): Promise<void> {
    const newest = await this.counter.read();
    if (!newest) {
      throw new BackendError(
        'header-unreadable',
        `${this.file.path}: no copy of its counter can be read: create the site again and resync it`,
      );
    }
    this.age = { flushes: newest.generation, headerGeneration: numberIn(newest.content) };
  }

  async create(): Promise<void> {
    await this.counter.write({ generation: 0, content: bytesOf(0) });
    await this.counter.write({ generation: 1, content: bytesOf(0) });
  }

  async read(first: number, count: number): Promise<Uint8Array> {
    const bytes = await this.file.read(this.offsetOf(first), count * this.blockBytes);
    for (let index = 0; index < count; index++) {
      const block = first + index;
      const page = this.cached(block) ?? (await this.load(block));
      const content = bytes.subarray(index * this.blockBytes, (index + 1) * this.blockBytes);
      if (matches(content, page[block % pageEntries]!, block)) continue;
      throw new BackendError(
        'rot',
        `block ${block} of volume ${this.number} (${this.file.path}) is not what was written there`,
      );
    }
    return bytes;
  }

  /** Blocks one behind the other, in parts of whole blocks. Not durable before `flush`. */
  async write(first: number, parts: readonly Uint8Array[]): Promise<void> {
    const count = parts.reduce((sum, part) => sum + part.length, 0) / this.blockBytes;
    await this.prepare(first, count);
    let block = first;
    for (const part of parts) {
      for (let at = 0; at < part.length; at += this.blockBytes) {
        const content = part.subarray(at, at + this.blockBytes);
        this.note(block, checksumOf(content, block));
        block++;
      }
    }
    await this.file.write(this.offsetOf(first), parts);
  }

  /**
   * Blocks out of another file, each stretch as many as it has bytes for, in order. Says how many
   * stretches were copied: the one after them is not what it was. Not durable before `flush`.
   */
  async copyFrom(source: CheckedFile, pieces: readonly Piece[]): Promise<number> {
    const stretches = pieces.map(({ first, from, bytes, checksum }) => {
      return { from, to: this.offsetOf(first), bytes, checksum };
    });
    const { stretches: count, sums } = await this.file.copyFrom(source, stretches, this.blockBytes);
    let at = 0;
    for (const { first, bytes } of pieces.slice(0, count)) {
      const blocks = bytes / this.blockBytes;
      if (!this.isPrepared(first, blocks)) await this.prepare(first, blocks);
      for (let index = 0; index < blocks; index++) {
        this.note(first + index, this.sums.of(sums[at++]!, startOf(first + index)) || 1);
      }
    }
    return count;
  }

  /** Zeroes `count` blocks. Not durable before `flush`. */
  async zero(first: number, count: number): Promise<void> {
    const blocksAtOnce = Math.max(1, Math.floor(zeroBytes / this.blockBytes));
    for (let at = 0; at < count; at += blocksAtOnce) {
      const now = Math.min(blocksAtOnce, count - at);
      await this.prepare(first + at, now);
      for (let index = 0; index < now; index++) this.note(first + at + index, 0);
      await this.file.write(this.offsetOf(first + at), [zeroesOf(now * this.blockBytes)]);
    }
  }

  /** `headerGeneration`: of the header that is durable now. */
  async flush(headerGeneration: number): Promise<void> {
    const written = [...this.dirty].map((number) => {
      const bytes = new Uint8Array(this.pages.get(number)!.buffer);
      return this.file.write(tableOffset + number * pageBytes, [bytes]);
    });
    for (const result of await Promise.allSettled(written)) {
      if (result.status === 'rejected') throw result.reason;
    }
    this.dirty.clear();
    const age = { flushes: this.age.flushes + 1, headerGeneration };
    await this.writeAge(age);
    await this.file.flush();
    this.age = age;
  }

  async rewrite(): Promise<void> {
    for (let at = tableOffset; at < this.bytes; at += rewriteBytes) {
      const bytes = await this.file.read(at, Math.min(rewriteBytes, this.bytes - at));
      await this.file.write(at, [bytes]);
    }
  }

  async renew(): Promise<void> {
    await this.writeAge(this.age);
    await this.file.flush();
  }

  get path(): string {
    return this.file.path;
  }

  private writeAge({ flushes, headerGeneration }: Age): Promise<void> {
    return this.counter.write({ generation: flushes, content: bytesOf(headerGeneration) });
  }

  private isPrepared(first: number, count: number): boolean {
    for (let block = first; block < first + count; block = nextPage(block)) {
      if (!this.cached(block)) return false;
    }
    return true;
  }

  /** Loads the pages of the table that `note` will need; as they are about to change, none makes room for another. */
  private async prepare(first: number, count: number): Promise<void> {
    for (let block = first; block < first + count; block = nextPage(block)) {
      if (!this.cached(block)) await this.load(block);
      this.dirty.add(Math.floor(block / pageEntries));
    }
  }

  private note(block: number, checksum: number): void {
    const page = this.cached(block);
    if (!page) throw new Error(`the table page of block ${block} was not prepared`);
    page[block % pageEntries] = checksum;
    this.dirty.add(Math.floor(block / pageEntries));
  }

  private cached(block: number): Uint32Array | undefined {
    return this.pages.get(Math.floor(block / pageEntries));
  }

  private async load(block: number): Promise<Uint32Array> {
    const number = Math.floor(block / pageEntries);
    const bytes = await this.file.read(tableOffset + number * pageBytes, pageBytes);
    const known = this.pages.get(number);
    if (known) return known;
    const page = new Uint32Array(bytes.slice().buffer);
    this.makeRoom();
    this.pages.set(number, page);
    return page;
  }

  private makeRoom(): void {
    if (this.pages.size < cachedPages) return;
    for (const number of this.pages.keys()) {
      if (!this.dirty.has(number)) {
        this.pages.delete(number);
        return;
      }
    }
  }

  private offsetOf(block: number): number {
    return this.dataOffset + block * this.blockBytes;
  }
}

/** Far enough apart that one misplaced page hits one copy only. */
const slotBytes = 4096;
const pageEntries = 1024;
const pageBytes = 4 * pageEntries;
const cachedPages = 4096;
const zeroBytes = 1 << 20;
const rewriteBytes = 1 << 20;
const tableOffset = Math.ceil((labelsBytes + HeaderSlots.bytes(slotBytes)) / 4096) * 4096;

function bytesOf(number: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, number, true);
  return bytes;
}

const numberIn = (bytes: Uint8Array): number =>
  new DataView(bytes.slice().buffer).getFloat64(0, true);

/** The first block of the next page of the table. */
const nextPage = (block: number): number => (Math.floor(block / pageEntries) + 1) * pageEntries;

/** Never 0, which stands for zeroes. */
function checksumOf(content: Uint8Array, block: number): number {
  return crc32(content, startOf(block)) || 1;
}

const startOf = (block: number): number => (block * 0x9e3779b1) >>> 0;

function matches(content: Uint8Array, checksum: number, block: number): boolean {
  if (checksum !== 0) return checksumOf(content, block) === checksum;
  return Buffer.compare(content, zeroesOf(content.length)) === 0;
}

let zeroes = new Uint8Array(0);

function zeroesOf(length: number): Uint8Array {
  if (zeroes.length < length) zeroes = new Uint8Array(length);
  return zeroes.subarray(0, length);
}
