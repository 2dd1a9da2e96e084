import { blankPeer } from '../../models/bitmap.ts';
import { newestEpoch, newestOf } from '../../models/history.ts';
import { shipsBlocks } from '../../models/plan.ts';
import { emptyLog } from '../../models/sidefile-log.ts';
import {
  blocks,
  blocksOf,
  nameOf,
  type Pair,
  type Site,
  summaryOf,
  volumeAt,
  writtenAt,
} from './pair.ts';
import { directionTo, moveEntries, otherOf, shippedBlocks } from './pair-plan.ts';

/** What may go wrong with one of two sites, beyond lost writes. */

/** An update in place dies half way. One that compares first no longer trusts any block. */
export function tear(pair: Pair, target: Site, amount: number): void {
  const source = otherOf(pair, target);
  const planned = pair.rules.plan(summaryOf(target), summaryOf(source));
  if (planned.kind === 'refuse' || !shipsBlocks(directionTo(planned, target))) return;
  const direction = directionTo(planned, target);
  moveEntries(pair, planned);
  const epoch = newestEpoch(source.history);
  const shippedTo = source.applied;
  target.consistency = { kind: 'inconsistent', epoch, from: source.site, shippedTo };
  for (const block of shippedBlocks(pair, target, direction)) {
    if ((amount >> block) % 2 === 1) target.volume[block] = source.volume[block]!;
  }
  if (direction.verdict === 'compare-blocks' && pair.rules.repairAfterTornCompare) {
    for (let block = 0; block < blocks; block++) target.repair.add(block);
  }
}

/** The same from the third site, which may be ahead of both. */
export function shipFromThird(pair: Pair, target: Site, amount: number): void {
  const last = nextSequence(pair, target) - 1;
  if (!isWholeNow(target) || last <= target.applied) return;
  if (newestEpoch(target.history) !== newestEpoch(pair.newest)) return;
  const epoch = newestEpoch(target.history);
  target.settled = target.applied;
  target.consistency = { kind: 'inconsistent', epoch, from: 0, shippedTo: last };
  const image = volumeAt(pair, target.history, last);
  for (let sequence = target.applied + 1; sequence <= last; sequence++) {
    for (const block of blocksOf(writtenAt(pair, target.history, sequence)!)) {
      if ((amount >> block) % 2 === 1) target.volume[block] = image[block]!;
    }
  }
}

export function replaceByBlank(site: Site): void {
  site.incarnation += 1;
  site.history = [];
  site.log = emptyLog(1);
  site.volume.fill('dirt');
  site.committed = 0;
  site.applied = 0;
  site.settled = 0;
  site.consistency = { kind: 'consistent' };
  site.repair = new Set();
  site.peer = blankPeer();
}

/** Back to an older copy of everything durable. */
export function restore(pair: Pair, site: Site): void {
  const backup = pair.backups[site.site - 1];
  if (backup) Object.assign(site, structuredClone(backup), { incarnation: site.incarnation + 1 });
}

export const isWholeNow = (site: Site): boolean =>
  site.history.length > 0 && site.consistency.kind === 'consistent' && site.repair.size === 0;

/** The sequence of the next write on a site's own history. */
export function nextSequence(pair: Pair, site: Site): number {
  const record = newestOf(site.history)!;
  let sequence = record.parent.sequence + 1;
  while (pair.written.has(nameOf(record.epoch, sequence))) sequence++;
  return sequence;
}
