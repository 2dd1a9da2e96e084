import { WireError, type WireErrorCode } from './wire-error.ts';

/** Puts a header or a body together; grows by doubling. */
export class Writer {
  /** Name of the field being written. Use: errors. */
  field = '';
  at = 0;
  private bytes = Buffer.allocUnsafe(512);

  whole(value: number, bytes: number): void {
    const at = this.make(bytes);
    if (bytes !== 8) {
      this.bytes.writeUIntBE(value, at, bytes);
      return;
    }
    this.bytes.writeUInt32BE(Math.floor(value / 2 ** 32), at);
    this.bytes.writeUInt32BE(value >>> 0, at + 4);
  }

  none(): void {
    const at = this.make(8);
    this.bytes.fill(0xff, at, at + 8);
  }

  append(bytes: Uint8Array): void {
    const at = this.make(bytes.length);
    this.bytes.set(bytes, at);
  }

  written(from: number, to: number = this.at): Buffer {
    return this.bytes.subarray(from, to);
  }

  fault(code: WireErrorCode, found: string): WireError {
    return new WireError(code, `${this.field} before byte ${this.at}: ${found}.`);
  }

  private make(bytes: number): number {
    const { at } = this;
    this.at += bytes;
    if (this.at > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.at, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(0, at));
      this.bytes = larger;
    }
    return at;
  }
}
