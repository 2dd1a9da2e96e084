import {
  bitsOfPeer,
  blankPeer,
  dropEntries,
  lowerBase,
  noteHeld,
  resetPeer,
} from '../../models/bitmap.ts';
import { blocksOf as blocksOfBits, noBits } from '../../models/bits.ts';
import { isWhole } from '../../models/election.ts';
import { newestEpoch } from '../../models/history.ts';
import { newestOfHolding } from '../../models/holding.ts';
import { plan, type Verdict } from '../../models/plan.ts';
import { entriesOf } from '../../models/sidefile-log.ts';
import type { Summary } from '../../models/summary.ts';
import { blocks, blocksOf, type Rules, type Site } from './pair.ts';

/** Blocks of all cut entries up to c and of the bitmap; all, if that begins beyond the cut (4.3). */
function repairAfterCut(site: Site, above: number): Set<number> {
  if (site.peer.base > above) return new Set(Array.from({ length: blocks }, (_, block) => block));
  const cut = entriesOf(site.log, above + 1, site.committed);
  return new Set([...cut.flatMap(blocksOf), ...blocksOfBits(bitsOfPeer(site.peer))]);
}

export const rules: Rules = {
  plan,
  noteHeld,
  dropEntries,
  lowerBase,
  resetPeer,
  repairAfterCut,
  repairAfterTornCompare: true,
  appliesBeforeUpdate: true,
  keepsOlderMark: true,
};

type Blindness = (own: Summary, other: Summary) => Summary;

/** A plan that does not see something: both summaries are doctored before they are compared. */
const blindTo = (hide: Blindness): Rules => ({
  ...rules,
  plan: (one, other) => plan(hide(one, other), hide(other, one)),
});

/** A plan that answers one verdict where the right one is another. */
const mistaking = (from: Verdict, to: Verdict): Rules => ({
  ...rules,
  plan: (one, other) => {
    const planned = plan(one, other);
    if (planned.kind === 'refuse') return planned;
    const { toFirst, toSecond } = planned;
    const wrong = (verdict: Verdict) => (verdict === from ? to : verdict);
    return {
      ...planned,
      toFirst: { ...toFirst, verdict: wrong(toFirst.verdict) },
      toSecond: { ...toSecond, verdict: wrong(toSecond.verdict) },
    };
  },
});

const newer = (own: Summary, other: Summary): Summary =>
  newestEpoch(other.history) > newestEpoch(own.history) ? other : own;

/** One deliberate flaw for each rule; the adequacy property must catch every one. */
export const weaknesses: Readonly<Record<string, Rules>> = {
  'compares maxima': blindTo((own) => ({
    ...own,
    held: { contiguous: newestOfHolding(own.held), ranges: [] },
  })),
  'compares by sequence, not by history': blindTo((own, other) => ({
    ...own,
    history: own.history.length > 0 ? newer(own, other).history : own.history,
  })),
  'takes a retired entry for kept': blindTo((own) => ({ ...own, start: 1 })),
  'takes bits for complete': blindTo((own) => ({ ...own, bases: [0, 0, 0] })),
  'trusts an inconsistent volume': blindTo((own) => ({
    ...own,
    consistency: { kind: 'consistent' },
  })),
  'forgets what was shipped': blindTo((own) =>
    own.consistency.kind === 'inconsistent'
      ? { ...own, consistency: { ...own.consistency, epoch: 0, shippedTo: 0 } }
      : own,
  ),
  'takes entries of an inconsistent site for applied': blindTo((own) => ({
    ...own,
    settled: own.held.contiguous,
  })),
  'forgets what to repair': blindTo((own) => ({ ...own, repairCount: 0 })),
  'forgets what was applied': blindTo((own, other) =>
    isWhole(own, newer(own, other).history) ? own : { ...own, committed: 0 },
  ),
  'takes a blank site for an empty one': blindTo((own, other) =>
    own.history.length > 0 ? own : { ...own, history: other.history.slice(0, 1) },
  ),
  'ships bits where it must compare': mistaking('compare-blocks', 'bitmap'),
  'sends entries where it must ship bits': mistaking('bitmap', 'delta'),
  'does nothing where it must send': mistaking('delta', 'none'),
  'lets roles choose the source': {
    ...rules,
    plan: (one, other) => {
      const planned = plan(one, other);
      if (planned.kind === 'refuse') return planned;
      return { ...planned, toFirst: planned.toSecond, toSecond: planned.toFirst };
    },
  },
  'drops without bits what is noted beyond a hole': {
    ...rules,
    dropEntries: (peer, entries, volumes, through) => {
      const noted = { contiguous: newestOfHolding(peer.noted), ranges: [] };
      const next = dropEntries({ ...peer, noted }, entries, volumes, through);
      return { ...next, noted: peer.noted, base: peer.base };
    },
  },
  'drops without raising base': {
    ...rules,
    dropEntries: (peer, entries, volumes, through) => ({
      ...dropEntries(peer, entries, volumes, through),
      base: peer.base,
    }),
  },
  'clears both halves at the mark': {
    ...rules,
    noteHeld: (peer, held) => {
      const next = noteHeld(peer, held);
      return next.mark === peer.mark && next.old === peer.old ? next : { ...next, old: noBits };
    },
  },
  'clears a half before its mark': {
    ...rules,
    noteHeld: (peer, held) =>
      noteHeld({ ...peer, mark: Math.min(peer.mark, held.contiguous) }, held),
  },
  'clears without raising base': {
    ...rules,
    noteHeld: (peer, held) => ({ ...noteHeld(peer, held), base: peer.base }),
  },
  'forgets base after an update': { ...rules, resetPeer: () => blankPeer() },
  'repairs only what the sidefile still has': {
    ...rules,
    repairAfterCut: (site, above) =>
      new Set(entriesOf(site.log, above + 1, site.committed).flatMap(blocksOf)),
  },
  'repairs nothing after a cut': { ...rules, repairAfterCut: () => new Set() },
  'stages an update over entries not applied': { ...rules, appliesBeforeUpdate: false },
  'trusts blocks not compared yet': { ...rules, repairAfterTornCompare: false },
};
