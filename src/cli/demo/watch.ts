import { hasBlock } from '../../../models/bits.ts';
import type { Effect } from '../../../models/effect.ts';
import { holds, missingOf, newestOfHolding } from '../../../models/holding.ts';
import { entriesOf, entryAt } from '../../../models/sidefile-log.ts';
import { epochOf, recordOf, type SiteContext } from '../../../models/site.ts';
import { type Sequence, type SiteId, siteIds } from '../../../models/words.ts';
import type { Observed } from '../../runtime/site-loop.ts';

/** What one site lacked of another at a moment. */
export interface Lack {
  readonly site: SiteId;
  readonly of: SiteId;
  readonly writes: number;
  /** Payload of the writes, as far as the other's sidefile still tells. */
  readonly bytes: number;
  /** Did the other's sidefile overwrite some of them already? */
  readonly isOverwritten: boolean;
  /** The blocks it lacked. */
  readonly changed: ReadonlySet<number>;
}

export function lackOf(target: SiteContext, source: SiteContext): Lack {
  const end = newestOfHolding(source.held);
  const { blockBytes } = source.header.identity;
  let writes = 0;
  let bytes = 0;
  let isOverwritten = false;
  for (const { first, last } of missingOf(target.held, end)) {
    for (let sequence = first; sequence <= last; sequence++) {
      if (!holds(source.held, sequence)) continue;
      writes++;
      if (entryAt(source.log, sequence) === null) isOverwritten = true;
    }
    for (const { kind, extent } of entriesOf(source.log, first, last)) {
      if (kind === 'data') bytes += extent.count * blockBytes;
    }
  }
  const changed = blocksLacking(target, source);
  if (isOverwritten) bytes = changed.size * blockBytes;
  return {
    site: target.config.site,
    of: source.config.site,
    writes,
    bytes,
    isOverwritten,
    changed,
  };
}

/** Blocks changed since: those of the bitmap, and those of the writes still kept. */
function blocksLacking(target: SiteContext, source: SiteContext): Set<number> {
  const { header, log } = source;
  const peer = header.peers[target.config.site];
  const total = header.identity.volumes.reduce((sum, blocks) => sum + blocks, 0);
  const lacking = new Set<number>();
  for (let block = 0; block < total; block++) {
    if (hasBlock(peer.old, block) || hasBlock(peer.young, block)) lacking.add(block);
  }
  for (const { sequence, extent } of entriesOf(log, log.start, log.newest)) {
    if (holds(target.held, sequence)) continue;
    for (let block = 0; block < extent.count; block++) lacking.add(extent.first + block);
  }
  return lacking;
}

interface Moved {
  entries: number;
  entryBytes: number;
  blocks: number;
  comparedBlocks: number;
  /** Of the blocks: those that were not lacking, or shipped before: written by hosts meanwhile. */
  furtherBlocks: number;
}

/** Counts what sites send each other to become level, and notes when they are. */
export class Watch {
  readonly moved: Moved = {
    entries: 0,
    entryBytes: 0,
    blocks: 0,
    comparedBlocks: 0,
    furtherBlocks: 0,
  };
  /** Clock of the loss; 0: not yet. */
  lostAt = 0;
  servingAt = 0;
  levelAt = 0;
  /** Position up to which the survivors agree, and what each lacked when they compared: once known. */
  end: Sequence = -1;
  comparedAt = 0;
  lacks: readonly Lack[] = [];
  private readonly now: () => number;
  private readonly blockBytes: number;
  private readonly contexts = new Map<SiteId, SiteContext>();
  /** Blocks that were lacking and were not shipped yet. */
  private readonly wanted = new Set<number>();
  private lost: SiteId | null = null;

  constructor(now: () => number, blockBytes: number) {
    this.now = now;
    this.blockBytes = blockBytes;
  }

  primaryLost(site: SiteId): void {
    this.lost = site;
    this.lostAt = this.now();
  }

  observed(site: SiteId, { site: after, effects }: Observed): void {
    const { context } = after;
    this.contexts.set(site, context);
    if (this.lost === null || site === this.lost) return;
    for (const effect of effects) this.count(effect, context);
    if (this.end < 0 || this.levelAt > 0) return;
    const level = this.survivors().every(({ held }) => held.contiguous >= this.end);
    if (level && this.servingAt > 0) this.levelAt = this.now();
  }

  private survivors(): SiteContext[] {
    return siteIds.filter((id) => id !== this.lost).map((id) => this.contexts.get(id)!);
  }

  private compared(end: Sequence): void {
    this.end = end;
    this.comparedAt = this.now();
    const [one, other] = this.survivors() as [SiteContext, SiteContext];
    this.lacks = [lackOf(other, one), lackOf(one, other)];
    for (const { changed } of this.lacks) for (const block of changed) this.wanted.add(block);
  }

  private countBlocks(blocks: readonly number[]): void {
    this.moved.blocks += blocks.length;
    for (const block of blocks) if (!this.wanted.delete(block)) this.moved.furtherBlocks++;
  }

  private count(effect: Effect, context: SiteContext): void {
    if (effect.type === 'report') {
      const { event } = effect;
      if (event.kind === 'elected' && this.end < 0) this.compared(event.end);
      if (event.kind === 'serving' && this.servingAt === 0) this.servingAt = this.now();
    }
    if (effect.type !== 'send' || effect.to === this.lost) return;
    const { message } = effect;
    if (message.type === 'blocks') this.countBlocks(message.blocks);
    if (message.type === 'sums') {
      this.moved.comparedBlocks += message.runs.reduce((sum, { count }) => sum + count, 0);
    }
    if (message.type !== 'write' && message.type !== 'fetched') return;
    const before = recordOf(context)?.parent.sequence ?? 0;
    for (const { sequence, extent, epoch } of message.entries) {
      if (sequence > before || epoch === epochOf(context)) continue;
      this.moved.entries++;
      this.moved.entryBytes += extent.count * this.blockBytes;
    }
  }
}
