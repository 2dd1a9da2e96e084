import { bitsOfPeer, dropEntries, lowerBase, noteHeld, resetPeer } from '../../models/bitmap.ts';
import { blocksOf as blocksOfBits } from '../../models/bits.ts';
import { plan } from '../../models/plan.ts';
import { entriesOf } from '../../models/sidefile-log.ts';
import { blocks, blocksOf, type Rules, type Site } from './pair.ts';

/** Blocks of all cut entries up to c and of the bitmap; all, if that begins beyond the cut (4.3). */
function repairAfterCut(site: Site, above: number): Set<number> {
  if (site.peer.base > above) return new Set(Array.from({ length: blocks }, (_, block) => block));
  const cut = entriesOf(site.log, above + 1, site.committed);
  return new Set([...cut.flatMap(blocksOf), ...blocksOfBits(bitsOfPeer(site.peer))]);
}

export const rules: Rules = { plan, noteHeld, dropEntries, lowerBase, resetPeer, repairAfterCut };
