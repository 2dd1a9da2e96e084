import { type Decoded, decodeRest, frameBytes } from './frame.ts';
import { headerBytes, type NamedHeader, readHeader } from './wire/header.ts';
import { type Ceiling, greetingCeiling } from './wire/limits.ts';
import { guarded, type WireError } from './wire/wire-error.ts';

/**
 * Frames out of a stream of bytes that comes in any pieces. Each byte is copied once at most: a
 * frame within one piece is not copied, one that spans several gathers in a buffer of its size.
 * After the first error nothing more is decoded: what follows cannot be trusted.
 */
export class FrameDecoder {
  /** How large frames may be from now on. */
  ceiling: Ceiling = greetingCeiling;
  private readonly header = Buffer.allocUnsafe(headerBytes);
  private headerFilled = 0;
  private expected: NamedHeader | null = null;
  /** What follows the header, as far as it came; null: none of it was gathered. */
  private rest: Buffer | null = null;
  private restFilled = 0;
  private fault: WireError | null = null;

  get failed(): WireError | null {
    return this.fault;
  }

  /** Calls `arrived` for each frame that `chunk` completes; may be told to stop by returning false. */
  push(chunk: Uint8Array, arrived: (decoded: Decoded) => boolean): WireError | null {
    let at = 0;
    while (this.fault === null) {
      if (this.expected === null) {
        at += this.fillHeader(chunk, at);
        if (this.headerFilled < headerBytes) break;
        this.expectFrame();
        continue;
      }
      const { frame, used } = this.takeRest(this.expected, chunk, at);
      at += used;
      if (frame === null || !arrived(frame)) break;
    }
    return this.fault;
  }

  /** Bytes of a frame that has not ended yet. */
  get pending(): number {
    return this.headerFilled + this.restFilled;
  }

  private fillHeader(chunk: Uint8Array, at: number): number {
    const wanted = Math.min(headerBytes - this.headerFilled, chunk.length - at);
    this.header.set(chunk.subarray(at, at + wanted), this.headerFilled);
    this.headerFilled += wanted;
    return wanted;
  }

  private expectFrame(): void {
    const read = guarded(() => readHeader(this.header, this.ceiling));
    if (read.ok) this.expected = read.value;
    else this.fault = read.error;
  }

  private takeRest(expected: NamedHeader, chunk: Uint8Array, at: number) {
    const size = frameBytes(expected) - headerBytes;
    const there = chunk.length - at;
    if (this.rest === null && there >= size) {
      return { frame: this.complete(expected, chunk.subarray(at, at + size)), used: size };
    }
    this.rest ??= Buffer.allocUnsafeSlow(size);
    const used = Math.min(size - this.restFilled, there);
    this.rest.set(chunk.subarray(at, at + used), this.restFilled);
    this.restFilled += used;
    const whole = this.restFilled === size;
    return { frame: whole ? this.complete(expected, this.rest) : null, used };
  }

  private complete(expected: NamedHeader, rest: Uint8Array): Decoded | null {
    this.expected = null;
    this.rest = null;
    this.headerFilled = 0;
    this.restFilled = 0;
    const decoded = guarded(() => decodeRest(expected, rest));
    if (decoded.ok) return decoded.value;
    this.fault = decoded.error;
    return null;
  }
}
