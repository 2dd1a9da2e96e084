import { epochAt, type History, liesOn } from '../../models/history.ts';
import type { SiteContext } from '../../models/site.ts';
import type { Position, SiteId } from '../../models/words.ts';
import { type Backend, BackendError } from '../backend/port.ts';
import type { Evidence } from './evidence.ts';
import { imageAt } from './image.ts';
import type { BlockContent, Journal } from './journal.ts';
import { claimsPrefix } from './safety-of-sites.ts';

/** What each block of a site's volumes holds; null: its disk says that it cannot be read. */
export async function contentsOf(
  backend: Backend,
  journal: Journal,
  volumes: readonly number[],
): Promise<(BlockContent | null)[]> {
  const total = volumes.reduce((sum, blocks) => sum + blocks, 0);
  const bytes = await backend.read(0, total).catch(refusedAsRot);
  const contents: (BlockContent | null)[] = [];
  for (const blocks of volumes) {
    for (let block = 0; block < blocks; block++) {
      const index = contents.length;
      const own = bytes ? null : await backend.read(index, 1).catch(refusedAsRot);
      if (bytes) contents.push(journal.contentAt(bytes, index, block));
      else contents.push(own && journal.contentAt(own, 0, block));
    }
  }
  return contents;
}

/** That a block cannot be read is said, not silent. */
function refusedAsRot(error: unknown): null {
  if (error instanceof BackendError && error.code === 'rot') return null;
  throw error;
}

/** Looks at volumes whenever they stand still. */
export class VolumeAudit {
  private readonly evidence: Evidence;
  private readonly last: (Seen | null)[] = [null, null, null];

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  /**
   * S3: every volume is a prefix of the write order, unless marked inconsistent (`rule`: S6, when an
   * update has just brought it there). S7: no block goes back on one history. S9: of what hosts wrote.
   * Not verified: while an apply or an update is under way; blocks that say they cannot be read.
   */
  async look(
    site: SiteId,
    context: SiteContext,
    backend: Backend,
    rule: 'S3' | 'S6' = 'S3',
  ): Promise<readonly (BlockContent | null)[]> {
    const { volumes } = context.header.identity;
    const contents = await contentsOf(backend, this.evidence.journal, volumes);
    if (context.applying !== context.applied) return contents;
    this.onlyGrows(site, context, contents);
    if (claimsPrefix(context, context.stable)) this.isPrefix(site, context, contents, rule);
    return contents;
  }

  private isPrefix(
    site: SiteId,
    context: SiteContext,
    contents: readonly (BlockContent | null)[],
    rule: 'S3' | 'S6',
  ): void {
    const { journal, broken } = this.evidence;
    const { history, identity } = context.header;
    const { image, unknown } = imageAt(journal, history, context.applied, identity.volumes);
    if (unknown.length > 0) {
      broken('S9', `site ${site} applied ${unknown[0]}, which no host wrote`);
      return;
    }
    for (const [block, content] of contents.entries()) {
      if (content === null) continue;
      const { write, isWhole } = content;
      if (!isWhole) broken('S9', `block ${block} of site ${site} is no write's (${write})`);
      if (write === image[block]) continue;
      const sentence = `block ${block} of site ${site} at ${context.applied} has write ${write}, not ${image[block]}`;
      broken(rule, sentence);
      return;
    }
  }

  private onlyGrows(
    site: SiteId,
    context: SiteContext,
    contents: readonly (BlockContent | null)[],
  ): void {
    const { history, incarnation, boot } = context.header;
    const positions = contents.map((content) => this.positionOf(content, history));
    const known = this.last[site];
    this.last[site] = { incarnation, boot, positions };
    if (!known || known.incarnation !== incarnation || this.evidence.isExcused(site)) return;
    // What was applied and not flushed is redone after a start.
    if (known.boot !== boot) return;
    for (const [block, position] of positions.entries()) {
      const old = known.positions[block];
      if (!old || !position || position.sequence >= old.sequence || !liesOn(history, old)) continue;
      const sentence = `block ${block} of site ${site} goes back from ${old.sequence} to ${position.sequence}`;
      this.evidence.broken('S7', sentence);
    }
  }

  /** Null: not known. Zeroes may be those of any write without bytes. */
  private positionOf(content: BlockContent | null, history: History): Position | null {
    if (content === null || content.write === 0 || !content.isWhole) return null;
    const { positions } = this.evidence.journal.writes[content.write - 1]!;
    return (
      positions.find(({ epoch, sequence }) => epochAt(history, sequence) === epoch) ??
      positions[0] ??
      null
    );
  }
}

interface Seen {
  readonly incarnation: number;
  readonly boot: number;
  readonly positions: readonly (Position | null)[];
}
