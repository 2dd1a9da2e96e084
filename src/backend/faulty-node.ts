import { sectorBytes } from './disk.ts';
import { Sectors } from './sectors.ts';

/** A file of a simulated disk: what readers see, what survives, and the unflushed writes between. */
export interface FaultyNode {
  cached: Sectors;
  durable: Sectors;
  pending: { readonly first: number; readonly sectors: readonly Uint8Array[] }[];
  size: number;
  locked: number;
}

export const emptyNode = (): FaultyNode => ({
  cached: new Sectors(),
  durable: new Sectors(),
  pending: [],
  size: 0,
  locked: 0,
});

export function writeNode(node: FaultyNode, offset: number, bytes: Uint8Array): void {
  const first = Math.floor(offset / sectorBytes);
  const end = Math.ceil((offset + bytes.length) / sectorBytes);
  const whole = node.cached.read(first * sectorBytes, (end - first) * sectorBytes);
  whole.set(bytes, offset - first * sectorBytes);
  const sectors: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += sectorBytes) {
    const content = whole.subarray(at, at + sectorBytes);
    node.cached.set(first + sectors.length, content);
    sectors.push(content);
  }
  node.pending.push({ first, sectors });
  node.size = Math.max(node.size, offset + bytes.length);
}

/** Durable at once: no obligation rests on an unflushed truncation. */
export function truncateNode(node: FaultyNode, bytes: number): void {
  node.cached.truncate(bytes);
  node.durable.truncate(bytes);
  node.pending = node.pending.filter(({ first }) => first * sectorBytes < bytes);
  node.size = bytes;
}

export function flushNode(node: FaultyNode): void {
  for (const { first, sectors } of node.pending) {
    sectors.forEach((bytes, sector) => {
      node.durable.set(first + sector, bytes);
    });
  }
  node.pending = [];
}
