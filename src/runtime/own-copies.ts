/**
 * Copies of what hosts give, many cut from one piece of memory: allocating is what costs most. A
 * piece lives as long as any copy in it: for payloads, which are let go in the order they came.
 */
export class OwnCopies {
  private piece = new Uint8Array(0);
  private used = 0;

  of(bytes: Uint8Array): Uint8Array {
    const length = lengthOf(bytes);
    if (length > pieceBytes / 8) return copyOf(bytes);
    if (this.used + length > this.piece.length) {
      this.piece = new Uint8Array(Buffer.allocUnsafeSlow(pieceBytes).buffer);
      this.used = 0;
    }
    const copy = this.piece.subarray(this.used, this.used + length);
    copy.set(bytes);
    this.used += length;
    return copy;
  }
}

const pieceBytes = 1 << 18;

/** In memory of its own. Not by `slice`: that of a Buffer is the same memory. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** Of how many bytes its memory is: the caller may have put another `length` over it. */
export const lengthOf = (bytes: Uint8Array): number => ownLength.call(bytes);

const ownLength = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  'length',
)!.get!;
