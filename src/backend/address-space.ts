import type { Identity } from '../../models/header.ts';
import type { Block, Extent } from '../../models/words.ts';
import { BackendError } from './port.ts';

/** A run of blocks within one volume. */
export interface Span {
  readonly volume: number;
  readonly first: number;
  readonly count: number;
}

export function totalBlocks(identity: Identity): number {
  return identity.volumes.reduce((sum, blocks) => sum + blocks, 0);
}

/** Global number of an extent's first block: all volumes laid end to end. */
export function blockOf(identity: Identity, extent: Extent): Block {
  let block = extent.first;
  for (let volume = 0; volume < extent.volume; volume++) block += identity.volumes[volume]!;
  return block;
}

/** Cuts a run of global blocks at the ends of volumes. */
export function spansOf(identity: Identity, first: Block, count: number): Span[] {
  checkBlocks(identity, first, count);
  const spans: Span[] = [];
  let base = 0;
  for (let volume = 0; volume < identity.volumes.length; volume++) {
    const end = base + identity.volumes[volume]!;
    const from = Math.max(first, base);
    const to = Math.min(first + count, end);
    if (from < to) spans.push({ volume, first: from - base, count: to - from });
    base = end;
  }
  return spans;
}

export function checkBlocks(identity: Identity, first: Block, count: number): void {
  const total = totalBlocks(identity);
  if (isCount(first) && isCount(count) && first + count <= total) return;
  const areNumbers = [first, count].every((one) => typeof one === 'number');
  const told = areNumbers ? `${first}..${first + count - 1}` : 'that are named by no number';
  throw new BackendError('range', `blocks ${told} are not within 0..${total - 1}`);
}

/** Of how many blocks is each sum? None would be asked for without end. */
export function checkSums(identity: Identity, first: Block, count: number, stride: number): void {
  checkBlocks(identity, first, count);
  if (isCount(stride) && stride > 0) return;
  const found = typeof stride === 'number' ? stride : typeof stride;
  throw new BackendError('range', `a sum of ${found} blocks: no whole number from 1 on`);
}

export function checkExtent(identity: Identity, extent: Extent, maxBlocks: number): void {
  const blocks = identity.volumes[extent.volume];
  if (blocks === undefined) {
    throw new BackendError(
      'range',
      `volume ${extent.volume} is not one of 0..${identity.volumes.length - 1}`,
    );
  }
  const inside = isCount(extent.first) && isCount(extent.count) && extent.count > 0;
  if (!inside || extent.first + extent.count > blocks) {
    throw new BackendError(
      'range',
      `extent ${extent.first}+${extent.count} is not within the ${blocks} blocks of volume ${extent.volume}`,
    );
  }
  if (extent.count > maxBlocks) {
    throw new BackendError(
      'range',
      `a write of ${extent.count} blocks is larger than the ${maxBlocks} this site takes`,
    );
  }
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
