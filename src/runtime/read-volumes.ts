import { blocksOfExtent } from '../../models/bitmap.ts';
import type { Identity } from '../../models/header.ts';
import type { Run } from '../../models/message.ts';
import type { Block, Entry, Extent } from '../../models/words.ts';
import { type Backend, BackendError } from '../backend/port.ts';
import type { Payloads } from './payloads.ts';

/**
 * What a host reads: the volumes, with committed entries that are not in them yet laid over.
 * Their payloads are taken first: an entry that is gone from the sidefile by then is in the
 * volumes, which are read after. Rejects with a BackendError.
 */
export async function readVolumes(
  backend: Backend,
  payloads: Payloads,
  identity: Identity,
  extent: Extent,
  first: Block,
  overlay: readonly Entry[],
): Promise<Uint8Array> {
  const laid = await Promise.all(overlay.map((entry) => unlessGone(payloads.of(entry))));
  // What is retired goes in order: before one that is gone, others may have gone since they were taken, and what is newer covers them.
  for (let at = laid.lastIndexOf('gone') - 1; at >= 0; at--) {
    laid[at] = await unlessGone(backend.payload(overlay[at]!));
  }
  const bytes = await backend.read(first, extent.count);
  overlay.forEach((entry, index) => {
    const payload = laid[index]!;
    if (payload !== 'gone') layOver(bytes, extent, identity.blockBytes, entry, payload);
  });
  return bytes;
}

/** Does the disk give back something else than was written, or nothing at all? Asking again helps neither. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof BackendError && (error.code === 'rot' || error.code === 'io');

interface Look {
  /** The block being read. */
  at: Block;
  /** Was it written meanwhile? */
  again: boolean;
  readonly found: Set<Block>;
}

const triesMax = 3;

/** Looks for blocks that cannot be read. Hosts write on meanwhile: what is told is so when it is told. */
export class UnreadableBlocks {
  private readonly backend: Backend;
  private readonly volumes: readonly number[];
  private readonly looks = new Set<Look>();

  constructor(backend: Backend, volumes: readonly number[]) {
    this.backend = backend;
    this.volumes = volumes;
  }

  /** Calls `tell` once, with those of these blocks that cannot be read. Never rejects. */
  async find(runs: readonly Run[], tell: (blocks: readonly Block[]) => void): Promise<void> {
    const look: Look = { at: 0, again: false, found: new Set() };
    this.looks.add(look);
    for (const { first, count } of runs) {
      for (let block = first; block < first + count; block++) {
        if (await this.cannotBeRead(look, block)) look.found.add(block);
      }
    }
    this.looks.delete(look);
    tell([...look.found]);
  }

  /** One that is written each time it is read is told of in the end, as the next writing makes that good. */
  private async cannotBeRead(look: Look, block: Block): Promise<boolean> {
    look.at = block;
    for (let tries = 1; ; tries++) {
      look.again = false;
      const fails = await this.backend.read(block, 1).then(() => false, isUnreadable);
      if (!fails || !look.again || tries === triesMax) return fails;
    }
  }

  /** These are in the volumes now: what was found of their blocks before is not so any more. */
  applied(entries: readonly Entry[]): void {
    if (this.looks.size === 0) return;
    for (const { extent } of entries) this.written(blocksOfExtent(this.volumes, extent));
  }

  /** The same of blocks. */
  written({ first, count }: Run): void {
    const isCovered = (block: Block): boolean => block >= first && block < first + count;
    for (const look of this.looks) {
      for (const block of look.found) if (isCovered(block)) look.found.delete(block);
      if (isCovered(look.at)) look.again = true;
    }
  }

  /** The same of all that a stage held, whatever that was: what is still unreadable is found anew. */
  stageApplied(): void {
    this.written({ first: 0, count: Number.MAX_SAFE_INTEGER });
  }
}

async function unlessGone(taken: Promise<Uint8Array>): Promise<Uint8Array | 'gone'> {
  try {
    return await taken;
  } catch (error) {
    if (error instanceof BackendError && error.code === 'gone') return 'gone';
    throw error;
  }
}

function layOver(
  bytes: Uint8Array,
  extent: Extent,
  blockBytes: number,
  entry: Entry,
  payload: Uint8Array,
): void {
  const from = Math.max(extent.first, entry.extent.first);
  const to = Math.min(extent.first + extent.count, entry.extent.first + entry.extent.count);
  if (from >= to) return;
  const at = (from - extent.first) * blockBytes;
  const length = (to - from) * blockBytes;
  if (entry.kind !== 'data') {
    bytes.fill(0, at, at + length);
    return;
  }
  const start = (from - entry.extent.first) * blockBytes;
  bytes.set(payload.subarray(start, start + length), at);
}
