import { WireError, type WireErrorCode } from './wire-error.ts';

const highest = 2 ** 32;

/** Takes a body apart from front to back. Whatever is wrong is a `WireError`. */
export class Reader {
  readonly bytes: Buffer;
  /** Name of the field being read. Use: errors. */
  field = '';
  private place = 0;
  private readonly end: number;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
  }

  get at(): number {
    return this.place;
  }

  get left(): number {
    return this.end - this.place;
  }

  whole(bytes: number): number {
    const at = this.take(bytes);
    if (bytes !== 8) return this.bytes.readUIntBE(at, bytes);
    return this.bytes.readUInt32BE(at) * highest + this.bytes.readUInt32BE(at + 4);
  }

  /** Are the next eight bytes all ones? Then they are taken. */
  takeNone(): boolean {
    if (this.left < 8) return false;
    const { bytes, place } = this;
    const none =
      bytes.readUInt32BE(place) === highest - 1 && bytes.readUInt32BE(place + 4) === highest - 1;
    if (none) this.place += 8;
    return none;
  }

  slice(bytes: number): Buffer {
    const at = this.take(bytes);
    return this.bytes.subarray(at, at + bytes);
  }

  need(bytes: number): void {
    if (this.left >= bytes) return;
    throw this.fault('truncated', `needs ${bytes} bytes, found ${this.left}`);
  }

  fault(code: WireErrorCode, found: string): WireError {
    return new WireError(code, `${this.field} before byte ${this.place}: ${found}.`);
  }

  private take(bytes: number): number {
    this.need(bytes);
    const at = this.place;
    this.place += bytes;
    return at;
  }
}
