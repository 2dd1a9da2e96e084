import type { Bits } from '../../models/bits.ts';
import type { Header } from '../../models/header.ts';
import type { Epoch, Sequence } from '../../models/words.ts';
import { decodeBits, encodeBits } from './bits-codec.ts';

/** What a header slot holds: the site's header, and what the backend keeps with it. */
export interface KeptHeader {
  readonly header: Header;
  /** Largest c known durable, and the newest epoch when it was told. */
  readonly committed: Sequence;
  readonly committedEpoch: Epoch;
  /** Place in the sidefile from which records are kept. */
  readonly tail: number;
  /** Everything in the sidefile before this place was flushed before this header was written. */
  readonly flushedPlace: number;
  readonly flushedSequence: Sequence;
  /** How often each volume was flushed: an older copy of a volume shows less. */
  readonly flushes: readonly number[];
  readonly stageFlushes: number;
}

/** Scalars as JSON, with bitmaps replaced by their numbers; the bitmaps as bytes behind it. */
export function encodeHeader(kept: KeptHeader): Uint8Array {
  const { repair, peers } = kept.header;
  const bitmaps = [repair, ...peers.flatMap((peer) => [peer.old, peer.young])].map(encodeBits);
  const numbered = peers.map((peer, site) => ({ ...peer, old: 1 + 2 * site, young: 2 + 2 * site }));
  const text = new TextEncoder().encode(
    JSON.stringify({
      ...kept,
      header: { ...kept.header, repair: 0, peers: numbered },
      bitmaps: bitmaps.map((bitmap) => bitmap.length),
    }),
  );
  const length = bitmaps.reduce((sum, bitmap) => sum + bitmap.length, 4 + text.length);
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let at = 4 + text.length;
  for (const bitmap of bitmaps) {
    bytes.set(bitmap, at);
    at += bitmap.length;
  }
  return bytes;
}

/** The reverse of `encodeHeader`; the bytes were checked before. Keeps the order of keys. */
export function decodeHeader(bytes: Uint8Array): KeptHeader {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const { bitmaps, header, ...kept } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(4, 4 + length)),
  ) as KeptHeader & { bitmaps: number[] };
  let at = 4 + length;
  const decoded: Bits[] = [];
  for (const size of bitmaps) {
    decoded.push(decodeBits(bytes.subarray(at, at + size)));
    at += size;
  }
  const [one, other, third] = header.peers.map((peer, site) => ({
    ...peer,
    old: decoded[1 + 2 * site]!,
    young: decoded[2 + 2 * site]!,
  }));
  return { ...kept, header: { ...header, repair: decoded[0]!, peers: [one!, other!, third!] } };
}

/** Room for a header of a site: bitmaps at their worst, history and holes with a wide margin. */
export function slotBytesFor(blocks: number, capacityLimit: number): number {
  const bitmap = Math.ceil(blocks / 2048) * 260 + 16;
  const bytes = 7 * bitmap + 64 * capacityLimit + 512 * 1024;
  return Math.ceil(bytes / 4096) * 4096;
}
