import { bitsOfPeer } from '../../models/bitmap.ts';
import { blocksOf as blocksOfBits } from '../../models/bits.ts';
import { forkOf, type History, liesOn } from '../../models/history.ts';
import { missingOf } from '../../models/holding.ts';
import { type Direction, type Plan, shipsBlocks } from '../../models/plan.ts';
import { emptyLog, entriesOf, entryAt } from '../../models/sidefile-log.ts';
import type { Sequence } from '../../models/words.ts';
import {
  adopt,
  applyTo,
  blocks,
  blocksOf,
  heldOf,
  type Pair,
  type Site,
  store,
  summaryOf,
  type Volume,
  volumeAt,
} from './pair.ts';

type Planned = Extract<Plan, { readonly kind: 'plan' }>;

export class Broken extends Error {}

/** Cuts, then deltas, then what can be applied: all of a plan but the blocks. */
export function moveEntries(pair: Pair, planned: Planned): void {
  const history = newerOf(pair);
  for (const site of pair.sites) {
    const fork = Math.max(0, Math.min(forkOf(site.history, history), planned.end));
    adopt(pair, site, history, fork, otherOf(pair, site).site);
  }
  for (const site of pair.sites) {
    const source = otherOf(pair, site);
    const direction = directionTo(planned, site);
    if (direction.verdict !== 'delta') continue;
    for (const hole of missingOf(heldOf(site), planned.end)) {
      for (let sequence = hole.first; sequence <= hole.last; sequence++) {
        const entry = entryAt(source.log, sequence);
        if (!entry) throw new Broken(`delta lacks ${sequence}`);
        store(site, entry);
      }
    }
  }
  for (const site of pair.sites) {
    if (site.consistency.kind === 'inconsistent' || site.repair.size > 0) continue;
    if (shipsBlocks(directionTo(planned, site)) && !pair.rules.appliesBeforeUpdate) continue;
    const through = Math.min(heldOf(site).contiguous, planned.end);
    site.committed = Math.max(site.committed, through);
    applyTo(site, through);
    site.settled = site.applied;
  }
}

/** Which blocks an update ships, in order. */
export function shippedBlocks(pair: Pair, target: Site, direction: Direction): number[] {
  const source = otherOf(pair, target);
  const all = Array.from({ length: blocks }, (_, block) => block);
  if (direction.verdict === 'compare-blocks') return all;
  const entries = entriesOf(source.log, source.log.start, source.applied);
  const wanted = new Set([
    ...blocksOfBits(bitsOfPeer(source.peer)),
    ...entries.filter((entry) => entry.sequence > reachedBy(target)).flatMap(blocksOf),
    ...target.repair,
  ]);
  return all.filter((block) => wanted.has(block));
}

/** Up to where the source need not ship what it still has as entries. */
function reachedBy(target: Site): Sequence {
  const trusted = target.consistency.kind === 'consistent' && target.repair.size === 0;
  return trusted ? heldOf(target).contiguous : target.settled;
}

/** Executes a plan and says by throwing what it broke (S6, S7). */
export function execute(pair: Pair, planned: Planned): void {
  const before = pair.sites.map((site) => [...site.volume]);
  const history = newerOf(pair);
  moveEntries(pair, planned);
  for (const target of pair.sites) {
    const direction = directionTo(planned, target);
    if (!shipsBlocks(direction)) continue;
    const source = otherOf(pair, target);
    for (const block of shippedBlocks(pair, target, direction)) {
      target.volume[block] = source.volume[block]!;
    }
    finishUpdate(pair, target, source.applied);
  }
  const truth = volumeAt(pair, history, planned.end);
  for (const [index, site] of pair.sites.entries()) {
    checkSite(site, planned.end, truth);
    checkNothingOlder(history, before[index]!, site.volume, planned);
  }
}

function finishUpdate(pair: Pair, target: Site, through: Sequence): void {
  const source = otherOf(pair, target);
  target.log = emptyLog(through + 1);
  target.applied = through;
  target.settled = through;
  target.committed = through;
  target.consistency = { kind: 'consistent' };
  target.repair = new Set();
  target.peer = pair.rules.resetPeer(target.peer, through);
  source.peer = pair.rules.resetPeer(source.peer, through);
}

function checkSite(site: Site, end: Sequence, truth: Volume): void {
  const { held, consistency, repairCount } = summaryOf(site);
  if (held.contiguous !== end || held.ranges.length > 0) {
    throw new Broken(`site ${site.site} holds ${JSON.stringify(held)}, not 1..${end}`);
  }
  if (consistency.kind === 'inconsistent' || repairCount > 0) {
    throw new Broken(`site ${site.site} is still to be repaired`);
  }
  if (site.volume.join() !== truth.join()) {
    throw new Broken(`site ${site.site} has ${site.volume.join()}, written was ${truth.join()}`);
  }
}

/** S7: what was replaced was older, or not on the elected history up to its end. */
function checkNothingOlder(
  history: History,
  before: Volume,
  after: Volume,
  planned: Planned,
): void {
  for (const [block, name] of before.entries()) {
    if (name === null || name === 'dirt' || name === after[block]) continue;
    const [epoch, sequence] = name.split(':').map(Number) as [number, number];
    if (!liesOn(history, { epoch, sequence }) || sequence > planned.end) continue;
    const now = Number(after[block]?.split(':')[1] ?? 0);
    if (now < sequence) throw new Broken(`block ${block}: ${name} replaced by ${after[block]}`);
  }
}

export function directionTo(planned: Planned, site: Site): Direction {
  return planned.first === site.site ? planned.toFirst : planned.toSecond;
}

export function otherOf(pair: Pair, site: Site): Site {
  return pair.sites[0] === site ? pair.sites[1] : pair.sites[0];
}

function newerOf(pair: Pair): History {
  const [one, two] = pair.sites;
  const newest = (site: Site) => site.history.at(-1)?.epoch ?? -1;
  return newest(one) >= newest(two) ? one.history : two.history;
}
