import { crc32 } from 'node:zlib';
import type { CheckedFile } from './checked-file.ts';
import { sectorsUp } from './disk.ts';
import { BackendError } from './port.ts';

export interface SlotContent {
  readonly generation: number;
  readonly content: Uint8Array;
}

/**
 * One value that changes atomically: two alternating slots, each kept twice. A write of generation g
 * touches only the pair g % 2, so a torn write leaves the older pair; a rotten or misplaced sector
 * hits one copy of a pair and leaves the other.
 */
export class HeaderSlots {
  private readonly file: CheckedFile;
  private readonly offset: number;
  private readonly slotBytes: number;
  private readonly seed: number;

  constructor(file: CheckedFile, offset: number, slotBytes: number, seed: number) {
    this.file = file;
    this.offset = offset;
    this.slotBytes = slotBytes;
    this.seed = seed;
  }

  static bytes(slotBytes: number): number {
    return 4 * slotBytes;
  }

  /**
   * The newest whole value, or undefined when none of the four copies is whole. A copy that the disk has an error for
   * may be the newest, unless the other one of its pair tells: else this rejects.
   */
  async read(): Promise<SlotContent | undefined> {
    const copies = await Promise.allSettled([0, 1, 2, 3].map((slot) => this.readSlot(slot)));
    const whole = copies.map((copy) => (copy.status === 'fulfilled' ? copy.value : undefined));
    copies.forEach((copy, slot) => {
      if (copy.status === 'rejected' && !whole[(slot + 2) % 4]) throw copy.reason;
    });
    return whole.reduce((newest, found) =>
      found && (newest === undefined || found.generation > newest.generation) ? found : newest,
    );
  }

  /** Not durable before the file is flushed. */
  async write({ generation, content }: SlotContent): Promise<void> {
    if (!this.fits(content)) {
      throw new BackendError(
        'full',
        `a header of ${content.length} bytes does not fit the ${this.slotBytes - prefixBytes} of its slot in ${this.file.path}, and a device does not grow: make the site anew in a file`,
      );
    }
    const parity = generation % 2;
    await this.writeSlot(parity, generation, content);
    await this.writeSlot(parity + 2, generation, content);
  }

  fits(content: Uint8Array): boolean {
    return prefixBytes + content.length <= this.slotBytes;
  }

  private async readSlot(slot: number): Promise<SlotContent | undefined> {
    const place = this.offset + slot * this.slotBytes;
    const first = await this.file.read(place, Math.min(4096, this.slotBytes));
    const head = viewOf(first);
    const length = head.getUint32(4, true);
    if (head.getUint32(0, true) !== magic || prefixBytes + length > this.slotBytes)
      return undefined;
    const whole = prefixBytes + length;
    const bytes = whole <= first.length ? first : await this.file.read(place, whole);
    const content = bytes.subarray(prefixBytes, whole);
    if (head.getUint32(16, true) !== this.checksumOf(bytes, content, place)) return undefined;
    return { generation: head.getFloat64(8, true), content };
  }

  private async writeSlot(slot: number, generation: number, content: Uint8Array): Promise<void> {
    const place = this.offset + slot * this.slotBytes;
    const bytes = new Uint8Array(sectorsUp(prefixBytes + content.length));
    const view = viewOf(bytes);
    view.setUint32(0, magic, true);
    view.setUint32(4, content.length, true);
    view.setFloat64(8, generation, true);
    view.setUint32(16, this.checksumOf(bytes, content, place), true);
    bytes.set(content, prefixBytes);
    await this.file.write(place, [bytes]);
  }

  private checksumOf(bytes: Uint8Array, content: Uint8Array, place: number): number {
    const bound = crc32(`${place}`, this.seed);
    return crc32(content, crc32(bytes.subarray(0, 16), bound));
  }
}

const magic = 0x746f6c73;
const prefixBytes = 20;

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
