/** What the writer and its watcher both know: the arrangement, and what a write's number puts into a block. */
export const blockBytes = 512;
export const volumes = [48, 24] as const;

export const optionsIn = (directory: string) => ({
  storage: { directory },
  volumes,
  blockBytes,
  blocksPerWriteMax: 4,
  sidefile: { capacity: 128 },
  durations: { election: 120, patience: 400, retry: 60 },
});

/** Every fifth write is one of zeroes. */
export const isZeroes = (number: number): boolean => number % 5 === 0;

export function contentOf(volume: number, block: number, number: number): Uint8Array {
  const words = new Uint32Array(blockBytes / 4);
  if (isZeroes(number)) return new Uint8Array(words.buffer);
  for (let at = 0; at < words.length; at += 2) {
    words[at] = volume * 1000 + block;
    words[at + 1] = number;
  }
  return new Uint8Array(words.buffer);
}

/** Number of the write that a block's bytes are of; 0: zeroes; -1: they are of none. */
export function numberIn(volume: number, block: number, bytes: Uint8Array): number {
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  if (bytes.every((byte) => byte === 0)) return 0;
  const isWhole = Buffer.compare(bytes, contentOf(volume, block, number)) === 0;
  return isWhole ? number : -1;
}
