import type { Sequence, SiteId } from '../words.ts';
import { no, type Taken, withSite } from './lawful.ts';
import { inItsEpoch, mayEnd, onHistory, recordIn, withoutGap } from './reading.ts';
import {
  type AbstractSite,
  type AbstractState,
  epochOfWrite,
  NOWHERE,
  noUpdate,
  sequenceOf,
  sortedWrites,
} from './state.ts';
import type { StepOf } from './steps.ts';

/** Updates by blocks, beside the volume or in place; section 6 of spec/sidefile.qnt. */

/** By bits only if they name all that an update in place, which ended half way, may have left. */
export function beginUpdate(
  state: AbstractState,
  { site, source, bits }: StepOf<'beginUpdate'>,
): Taken {
  const its = state.sites[site];
  if (!inItsEpoch(its) || site === source) return no('EPOCH-40', 'it left its epoch');
  const record = recordIn(state.words, its.record)!;
  if (bits && its.mixed !== 0 && !onHistory(its.mixed, record)) {
    return no('RESYNC-50', 'bits of this branch do not name what was left of another');
  }
  return withSite(state, site, { ...noUpdate, source, bits });
}

/** No room beside the volume: its blocks are nothing from here on, durably, until an update ends. */
export function giveUp(state: AbstractState, { site, mixed }: StepOf<'giveUp'>): Taken {
  const its = state.sites[site];
  if (!mayEnd(state, site)) return no('EPOCH-50', 'its word on what it holds was final');
  if (its.appointed) return no('RESYNC-70', 'a primary gives up nothing');
  const record = recordIn(state.words, its.record)!;
  const covers =
    epochOfWrite(mixed) === its.record &&
    sequenceOf(its.mixed) <= sequenceOf(mixed) &&
    (its.mixed === 0 || onHistory(its.mixed, record));
  if (mixed !== NOWHERE && !covers) {
    return no('RESYNC-70', 'it forgets what an update before may have left in its volume');
  }
  return withSite(state, site, { ...withoutBlocks(its), mixed });
}

/** A volume nobody can trust: what is left are the entries of the sidefile. */
export const withoutBlocks = (its: AbstractSite): Partial<AbstractSite> => ({
  held: its.held.filter((write) => sequenceOf(write) > its.sidefileFrom),
  applied: 0,
  consistent: false,
});

/** Blocks are overwritten in place, once the durable mark covers them. */
export function overwrite(state: AbstractState, { site, through }: StepOf<'overwrite'>): Taken {
  const its = state.sites[site];
  if (its.source === -1) return no('RESYNC-70', 'no update is under way');
  if (its.consistent || (its.mixed !== NOWHERE && sequenceOf(its.mixed) < through)) {
    return no('RESYNC-70', 'blocks are overwritten before the mark says so');
  }
  return withSite(state, site, { shipped: through });
}

/**
 * The source says where the target's volumes may come to stand: `applied` counts all that redo would bring into its own,
 * which may stand behind that (while they are held still to be compared), and the update ends where they stand.
 */
export function offer(state: AbstractState, { site, through }: StepOf<'offer'>): Taken {
  const its = state.sites[site];
  const source = its.source === -1 ? null : state.sites[its.source];
  if (!source || !inItsEpoch(its) || !inItsEpoch(source) || source.record !== its.record) {
    return no('EPOCH-40', 'source and target do not stand in one epoch');
  }
  if (!source.consistent || through > source.applied) {
    return no('RESYNC-70', 'the source has not come to this position');
  }
  if (through < Math.max(its.applied, its.shipped)) {
    return no('RESYNC-60', 'the mark would fall below the target');
  }
  if (its.bits && its.mixed !== 0 && sequenceOf(its.mixed) > through) {
    return no('RESYNC-50', 'what was left in the volume lies beyond the mark');
  }
  if (its.damaged && (!source.appointed || through < countedOn(state, site, source))) {
    return no('RECOVERY-40', 'a damaged site is not given all that counted on it');
  }
  return withSite(state, site, { offer: through });
}

/** How far a primary counted on what a site said that it held. */
function countedOn(state: AbstractState, site: SiteId, primary: AbstractSite): Sequence {
  const isMember = recordIn(state.words, primary.record)!.syncSet.includes(site);
  return Math.max(primary.notes[site].through, isMember ? primary.known : 0);
}

export function endUpdate(state: AbstractState, { site }: StepOf<'endUpdate'>): Taken {
  const its = state.sites[site];
  const v = its.offer;
  if (v < 0) return no('RESYNC-70', 'its source did not say that all is shipped');
  if (!mayEnd(state, site)) return no('EPOCH-50', 'its word on what it holds was final');
  if (v < its.applied) return no('RESYNC-60', 'the mark would fall below the target');
  const record = recordIn(state.words, its.record)!;
  const shipped = state.hosts.sent.filter(
    (write) => onHistory(write, record) && sequenceOf(write) <= v,
  );
  const damaged = its.damaged && v < record.parent.sequence;
  return withSite(state, site, {
    ...noUpdate,
    held: sortedWrites([...shipped, ...its.held.filter((write) => sequenceOf(write) > v)]),
    applied: v,
    commit: Math.max(its.commit, v),
    known: Math.max(its.known, v),
    sidefileFrom: v,
    consistent: true,
    mixed: 0,
    damaged,
    mended: damaged,
  });
}

/** A damaged site that was given blocks in this epoch is sound once it holds all that was elected. */
export function mend(state: AbstractState, { site }: StepOf<'mend'>): Taken {
  const its = state.sites[site];
  const elected = recordIn(state.words, its.record)?.parent.sequence ?? 0;
  if (!its.up || !its.mended || withoutGap(its.held) < elected) {
    return no('RECOVERY-40', 'it was not given back what it lost');
  }
  return withSite(state, site, { damaged: false, mended: false });
}
