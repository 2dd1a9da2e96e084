import { type SiteId, siteIds } from '../words.ts';
import { no, type Taken, withoutOffice, withSite } from './lawful.ts';
import { withoutGap } from './reading.ts';
import {
  type AbstractSite,
  type AbstractState,
  NOWHERE,
  type Note,
  noNote,
  noUpdate,
  sequenceOf,
  type Write,
} from './state.ts';
import type { StepOf } from './steps.ts';
import { withoutBlocks } from './updating.ts';

/** What power, disks and operators do to a site; section 7 of spec/sidefile.qnt. */

const withoutMemory = {
  ...withoutOffice,
  ...noUpdate,
  up: false,
  waiting: [],
  candidate: -1,
  mended: false,
  discards: false,
} as const;

export function crash(state: AbstractState, { site }: StepOf<'crash'>): Taken {
  const { up, commit } = state.sites[site];
  if (!up) return no('RECOVERY-10', 'it is down');
  return withSite(state, site, { ...withoutMemory, known: commit });
}

export function restart(state: AbstractState, { site }: StepOf<'restart'>): Taken {
  if (state.sites[site].up) return no('RECOVERY-10', 'it is up');
  return withSite(state, site, { up: true });
}

/** The site is replaced by an empty one, which is down at first. Nobody has heard of its incarnation: they are never used again. */
export function returnEmpty(
  state: AbstractState,
  { site, incarnation }: StepOf<'returnEmpty'>,
): Taken {
  const { records, stored } = state.words;
  const isKnown =
    state.sites[site].incarnation === incarnation ||
    records.some(({ incarnations }) => incarnations[site] === incarnation) ||
    stored.some((one) => one.site === site && one.incarnation === incarnation);
  if (isKnown) return no('EPOCH-100', 'an empty site takes the name of one that was there');
  return withSite(state, site, {
    ...withoutMemory,
    incarnation,
    promised: -1,
    record: -1,
    held: [],
    sidefileFrom: 0,
    commit: 0,
    known: 0,
    applied: 0,
    consistent: true,
    mixed: 0,
    damaged: false,
  });
}

/** Power is lost, and an entry cannot be read any more: a start finds so, and knows that it was there. */
export function rot(state: AbstractState, { site, write }: StepOf<'rot'>): Taken {
  const its = state.sites[site];
  if (!its.up) return no('RECOVERY-10', 'it is down');
  if (!its.held.includes(write) || sequenceOf(write) <= its.sidefileFrom) {
    return no('SIDEFILE-60', 'its sidefile has no such entry');
  }
  const held = its.held.filter((one) => one !== write);
  const isUnknown = sequenceOf(write) <= its.commit;
  // Its sessions are over: what it said of itself before is not heard any more.
  return withSite(silenced(state, site, held), site, {
    ...withoutMemory,
    held,
    known: its.commit,
    damaged: true,
    ...(isUnknown ? untrusted({ ...its, held }) : {}),
  });
}

/**
 * Its disk is set back to a copy of itself from earlier in its epoch, and nothing on the copy says so. Its sessions are
 * over. What its word is worth from then on, those decide that hear it: `forgotten` in election.ts.
 */
export function setBack(state: AbstractState, { site, copy }: StepOf<'setBack'>): Taken {
  const its = state.sites[site];
  if (its.record === -1 || its.promised !== its.record || !its.consistent || its.damaged) {
    return no('EPOCH-100', 'no copy of it is from this epoch, and whole');
  }
  const isOlder =
    copy.held.every((write) => its.held.includes(write)) &&
    copy.sidefileFrom <= Math.min(its.sidefileFrom, copy.applied) &&
    copy.applied <= Math.min(its.applied, copy.commit, withoutGap(copy.held)) &&
    copy.commit <= its.commit;
  if (!isOlder) return no('EPOCH-100', 'a copy of it has no more than it has');
  const sites = siteIds.map((other) => withoutNoteOf(state.sites[other], site));
  const forgetful = { ...state, sites: sites as unknown as AbstractState['sites'] };
  return withSite(silenced(forgetful, site, copy.held), site, {
    ...withoutMemory,
    ...copy,
    known: copy.commit,
  });
}

function withoutNoteOf(its: AbstractSite, site: SiteId): AbstractSite {
  if (its.notes[site].through === 0) return its;
  const notes = [...its.notes] as [Note, Note, Note];
  notes[site] = noNote;
  return { ...its, notes };
}

function silenced(state: AbstractState, site: SiteId, left: readonly Write[]): AbstractState {
  const { incarnation, record } = state.sites[site];
  const said = state.words.said.map((one) => {
    if (one.epoch !== record) return one;
    const held = [...one.held] as [Note, Note, Note];
    held[site] = { incarnation, through: withoutGap(left) };
    return { ...one, held };
  });
  return { ...state, words: { ...state.words, said } };
}

/** What was lost may be in the volume, below c: nobody knows in which blocks. */
export function distrust(state: AbstractState, { site }: StepOf<'distrust'>): Taken {
  const its = state.sites[site];
  if (!its.damaged || !its.consistent) return no('RECOVERY-40', 'it did not lose anything');
  return withSite(state, site, untrusted(its));
}

/** Whatever is in its volume, an older mark stays. */
const untrusted = (its: AbstractSite): Partial<AbstractSite> => ({
  ...withoutBlocks(its),
  mixed: its.consistent ? NOWHERE : its.mixed,
});
