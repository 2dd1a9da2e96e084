import type { SiteContext } from '../../models/site.ts';
import type { SiteId } from '../../models/words.ts';
import type { Backend } from '../backend/port.ts';
import { imageAt } from './image.ts';
import type { BlockContent, Journal } from './journal.ts';
import { claimsPrefix, type Evidence } from './safety.ts';

/** What each block of a site's volumes holds. */
export async function contentsOf(
  backend: Backend,
  journal: Journal,
  volumes: readonly number[],
): Promise<BlockContent[]> {
  const total = volumes.reduce((sum, blocks) => sum + blocks, 0);
  const bytes = await backend.read(0, total);
  const contents: BlockContent[] = [];
  for (const blocks of volumes) {
    for (let block = 0; block < blocks; block++) {
      contents.push(journal.contentAt(bytes, contents.length, block));
    }
  }
  return contents;
}

/**
 * S3: every volume is a prefix of the write order, unless marked inconsistent; S9: of what hosts wrote.
 * Not verified: while an apply or an update is under way, and what a restart's redo has yet to do.
 */
export async function volumeIsPrefix(
  evidence: Evidence,
  site: SiteId,
  context: SiteContext,
  backend: Backend,
): Promise<void> {
  if (!claimsPrefix(context, context.stable)) return;
  const { volumes } = context.header.identity;
  const contents = await contentsOf(backend, evidence.journal, volumes);
  const { history } = context.header;
  const { image, unknown } = imageAt(evidence.journal, history, context.applied, volumes);
  if (unknown.length > 0) {
    evidence.broken('S9', `site ${site} applied ${unknown[0]}, which no host wrote`);
    return;
  }
  for (const [block, { write, isWhole }] of contents.entries()) {
    if (!isWhole) evidence.broken('S9', `block ${block} of site ${site} is no write's (${write})`);
    if (write === image[block]) continue;
    const sentence = `block ${block} of site ${site} at ${context.applied} has write ${write}, not ${image[block]}`;
    evidence.broken('S3', sentence);
    return;
  }
}
