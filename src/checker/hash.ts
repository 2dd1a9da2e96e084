/** Spreads the words of a packed world over 32 bits; the low bits are as good as the high ones. */
export function hashWords(words: Int32Array, at: number, length: number): number {
  let hash = 0x3c6ef372;
  for (let word = 0; word < length; word++) {
    hash = Math.imul(hash ^ words[at + word]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 14);
}
