import { countOf, noBits } from '../bits.ts';
import { isWhole } from '../election.ts';
import { holds } from '../holding.ts';
import { entriesOf } from '../sidefile-log.ts';
import { recordOf, type SiteContext, weak } from '../site.ts';
import type { Summary } from '../summary.ts';
import type { Sequence } from '../words.ts';
import { withEntries } from './storage.ts';
import { summaryOf } from './summary.ts';

/**
 * A delta may go folded: blocks that its writes overwrote again go once, as a staged update whose bits come
 * from the sidefile (protocol 4.5). The plan does not say so, and need not: the source alone knows which
 * blocks its writes share, and the mirror ends with the same bytes either way.
 */

/**
 * Worth it when the blocks are at most three quarters of what the writes carry: below that the mirror had
 * better stay a usable prefix all the way. What fits into one frame goes as it is, in one exchange.
 */
export function isWorthFolding(site: SiteContext, summary: Summary): boolean {
  if (!canGiveBlocks(site)) return false;
  const beyond = entriesOf(site.log, summary.held.contiguous + 1, site.log.newest);
  const lacking = beyond.filter(({ sequence }) => !holds(summary.held, sequence));
  if (lacking.length <= site.config.frameEntries) return false;
  const carried = lacking.reduce((sum, { extent }) => sum + extent.count, 0);
  return 4 * countOf(withEntries(site.header, noBits, beyond)) <= 3 * carried;
}

/** Whole, in want of nothing that was elected, and able to read all of it. */
function canGiveBlocks(site: SiteContext): boolean {
  const { header, held, rotten } = site;
  const elected = recordOf(site)?.parent.sequence ?? 0;
  const isSound = isWhole(summaryOf(site), header.history) && !header.damaged;
  return isSound && held.contiguous >= elected && rotten.length === 0;
}

/** Blocks of an earlier update in place may be as they were then. Beyond what was elected every block is compared anew. */
function shippedInPlace(site: SiteContext, { consistency }: Summary): Sequence {
  if (consistency.kind !== 'inconsistent' || weak(site, 'end-below-what-was-shipped')) return 0;
  const elected = recordOf(site)?.parent.sequence ?? 0;
  return consistency.shippedTo <= elected ? consistency.shippedTo : 0;
}

/**
 * Where the target's volumes may stand already. What it told is not the last word: stores may have been under way, and what was
 * sent before its leg began anew may come late. But it applies nothing beyond c; and a damaged one gets all that counted on it.
 */
export function notBeforeOf(site: SiteContext, summary: Summary): Sequence {
  const { committed, held, settled, damaged } = summary;
  const reached = Math.max(Math.min(committed, held.contiguous), settled);
  if (weak(site, 'mark-where-it-told') && !damaged) return reached;
  return Math.max(reached, site.committed, shippedInPlace(site, summary));
}
