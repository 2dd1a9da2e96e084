/**
 * Spreads the words of a packed world over 32 bits; the low bits are as good as the high ones. The products do not wait for each
 * other, so a world of many words takes little longer than one of few.
 */
export function hashWords(words: Int32Array, at: number, length: number): number {
  let hash = 0x3c6ef372;
  let multiplier = 0x9e3779b1;
  for (let word = 0; word < length; word++) {
    const value = words[at + word]!;
    hash = (hash + Math.imul(value ^ (value >>> 15), multiplier)) | 0;
    multiplier = Math.imul(multiplier, 0x7feb352d);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 14);
}

/** Products that do not wait for each other, and their high bits below: a better hash would cost more than it saves. */
export function hashPair(first: number, second: number): number {
  const hash = (Math.imul(first, 0x9e3779b1) + Math.imul(second, 0x7feb352d)) | 0;
  return hash ^ (hash >>> 17);
}
