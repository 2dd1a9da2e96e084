import { crc32 } from 'node:zlib';
import type { Block } from '../../models/words.ts';
import type { Age } from './ages.ts';
import type { CheckedFile } from './checked-file.ts';
import { sectorBytes } from './disk.ts';
import { HeaderSlots } from './header-slots.ts';
import { labelsBytes } from './label.ts';
import { BackendError, type StagedBlocks } from './port.ts';
import { type StagedPlace, StageIndex } from './stage-index.ts';

/**
 * Blocks of an update beside the volumes: records one behind the other, and a head that says which
 * stage this is and how far it was flushed. What lies beyond that is dropped on open.
 */
export class Stage {
  private readonly file: CheckedFile;
  private readonly blockBytes: number;
  private readonly seed: number;
  private readonly slots: HeaderSlots;
  age: Age = { flushes: 0, headerGeneration: 0 };
  /** Number of this stage: +1 whenever one is dropped, so old records do not count. */
  private number = 1;
  private end = recordsOffset;
  private limit = Number.POSITIVE_INFINITY;
  private index = new StageIndex();
  private lost: BackendError | null = null;

  constructor(file: CheckedFile, blockBytes: number, seed: number) {
    this.file = file;
    this.blockBytes = blockBytes;
    this.seed = seed;
    this.slots = new HeaderSlots(file, labelsBytes, slotBytes, seed);
  }

  async create(): Promise<void> {
    await this.writeHead(this.age);
    await this.flushHead(0);
  }

  async open(): Promise<void> {
    const newest = await this.slots.read();
    if (!newest) {
      throw new BackendError(
        'header-unreadable',
        `${this.file.path}: no copy of its head can be read: create the site again and resync it`,
      );
    }
    if (this.file.device) this.limit = await this.file.size();
    const view = new DataView(newest.content.slice().buffer);
    this.age = { flushes: newest.generation, headerGeneration: view.getFloat64(16, true) };
    this.number = view.getFloat64(0, true);
    const flushed = view.getFloat64(8, true);
    while (this.end < flushed) {
      const next = await this.readRecord(this.end);
      if (next === undefined) {
        this.lost = new BackendError(
          'rot',
          `${this.file.path} is damaged at ${this.end}: drop the stage and update again`,
        );
        break;
      }
      this.end = next;
    }
    this.end = Math.max(this.end, flushed);
  }

  /** Without room nothing has changed. */
  async add(blocks: readonly StagedBlocks[]): Promise<void> {
    const placed: [Block, StagedPlace][] = [];
    const parts: Uint8Array[] = [];
    let end = this.end;
    for (const { first, bytes } of blocks) {
      parts.push(this.encodeHead(end, first, bytes), bytes);
      placed.push(...this.placesOf(end, first, bytes));
      end += sectorBytes + bytes.length;
    }
    if (end > this.limit) {
      throw new BackendError('full', `${this.file.path} has no room for ${end - this.end} bytes`);
    }
    try {
      await this.file.write(this.end, parts);
    } catch (error) {
      if ((error as BackendError).code !== 'short-write') throw error;
      throw new BackendError('full', (error as BackendError).message, { cause: error });
    }
    this.end = end;
    for (const [block, place] of placed) this.index.set(block, place);
  }

  /** `headerGeneration`: of the header that is durable now. */
  async flush(headerGeneration: number): Promise<void> {
    await this.file.flush();
    await this.flushHead(headerGeneration);
  }

  async renew(): Promise<void> {
    await this.writeHead(this.age);
    await this.file.flush();
  }

  get path(): string {
    return this.file.path;
  }

  /** Each staged block with its newest content, ascending. */
  async *blocks(): AsyncGenerator<StagedBlocks> {
    if (this.lost) throw this.lost;
    for (const [first, { offset, checksum }] of this.index.all()) {
      const bytes = await this.file.read(offset, this.blockBytes);
      if (crc32(bytes) !== checksum) {
        throw new BackendError(
          'rot',
          `block ${first} in the stage ${this.file.path} is not what was written there`,
        );
      }
      yield { first, bytes };
    }
  }

  async drop(headerGeneration: number): Promise<void> {
    this.index = new StageIndex();
    this.lost = null;
    this.number++;
    this.end = recordsOffset;
    await this.flushHead(headerGeneration);
    if (!this.file.device) await this.file.truncate(recordsOffset);
  }

  private async flushHead(headerGeneration: number): Promise<void> {
    const age = { flushes: this.age.flushes + 1, headerGeneration };
    await this.writeHead(age);
    await this.file.flush();
    this.age = age;
  }

  private async writeHead({ flushes, headerGeneration }: Age): Promise<void> {
    const content = new Uint8Array(24);
    const view = new DataView(content.buffer);
    view.setFloat64(0, this.number, true);
    view.setFloat64(8, this.end, true);
    view.setFloat64(16, headerGeneration, true);
    await this.slots.write({ generation: flushes, content });
  }

  private async readRecord(offset: number): Promise<number | undefined> {
    const head = await this.file.read(offset, sectorBytes);
    const view = new DataView(head.buffer, head.byteOffset, sectorBytes);
    if (view.getUint32(0, true) !== magic) return undefined;
    const length = view.getFloat64(32, true);
    if (this.headChecksum(head) !== view.getUint32(sectorBytes - 4, true)) return undefined;
    if (view.getFloat64(8, true) !== offset || view.getFloat64(16, true) !== this.number) {
      return undefined;
    }
    const bytes = await this.file.read(offset + sectorBytes, length);
    if (crc32(bytes) !== view.getUint32(4, true)) return undefined;
    const first = view.getFloat64(24, true);
    for (const [block, place] of this.placesOf(offset, first, bytes)) this.index.set(block, place);
    return offset + sectorBytes + length;
  }

  private encodeHead(offset: number, first: Block, bytes: Uint8Array): Uint8Array {
    const head = new Uint8Array(sectorBytes);
    const view = new DataView(head.buffer);
    view.setUint32(0, magic, true);
    view.setUint32(4, crc32(bytes), true);
    view.setFloat64(8, offset, true);
    view.setFloat64(16, this.number, true);
    view.setFloat64(24, first, true);
    view.setFloat64(32, bytes.length, true);
    view.setUint32(sectorBytes - 4, this.headChecksum(head), true);
    return head;
  }

  private headChecksum(head: Uint8Array): number {
    return crc32(head.subarray(0, sectorBytes - 4), this.seed);
  }

  private *placesOf(
    offset: number,
    first: Block,
    bytes: Uint8Array,
  ): Generator<[Block, StagedPlace]> {
    for (let at = 0; at < bytes.length; at += this.blockBytes) {
      const checksum = crc32(bytes.subarray(at, at + this.blockBytes));
      yield [first + at / this.blockBytes, { offset: offset + sectorBytes + at, checksum }];
    }
  }
}

/** Far enough apart that one misplaced write of a few blocks hits one copy only. */
const slotBytes = 4096;
const magic = 0x65676174;
const recordsOffset = Math.ceil((labelsBytes + HeaderSlots.bytes(slotBytes)) / 4096) * 4096;
