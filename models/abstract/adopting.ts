import type { SiteId } from '../words.ts';
import { forkOfRecords, onHistory, positionOn, recordIn } from './reading.ts';
import {
  type AbstractRecord,
  type AbstractSite,
  type AbstractState,
  type AbstractSummary,
  NOWHERE,
  noNotes,
  noUpdate,
  sequenceOf,
} from './state.ts';

/**
 * A site stores a record: it cuts what is not on its history. What may be in its volume and is cut makes
 * it inconsistent in the same durable step; so is an empty site that took a record.
 */
export function adopted(state: AbstractState, site: SiteId, record: AbstractRecord): AbstractState {
  const its = state.sites[site];
  const sites = [...state.sites] as [AbstractSite, AbstractSite, AbstractSite];
  sites[site] = adopting(state, site, record);
  const stored = { epoch: record.epoch, site, incarnation: its.incarnation };
  return { ...state, sites, words: { ...state.words, stored: [...state.words.stored, stored] } };
}

function adopting(state: AbstractState, site: SiteId, record: AbstractRecord): AbstractSite {
  const its = state.sites[site];
  const before = recordIn(state.words, its.record);
  const shared = before ? forkOfRecords(before, record) : 0;
  const sidefileFrom = Math.min(its.sidefileFrom, shared);
  const consistent = its.consistent && before !== undefined && its.applied <= shared;
  const commit = Math.min(its.commit, shared);
  const appointed = record.primary === site;
  return {
    ...its,
    promised: record.epoch,
    record: record.epoch,
    held: its.held.filter(
      (write) => onHistory(write, record) && (consistent || sequenceOf(write) > sidefileFrom),
    ),
    sidefileFrom,
    commit,
    known: commit,
    applied: consistent ? its.applied : 0,
    consistent,
    mixed: consistent
      ? 0
      : its.consistent
        ? before
          ? positionOn(record, shared)
          : NOWHERE
        : its.mixed,
    mended: false,
    appointed,
    serving: false,
    next: appointed ? record.parent.sequence + 1 : 0,
    waiting: appointed ? its.waiting.filter((write) => onHistory(write, record)) : [],
    candidate: -1,
    discards: false,
    notes: noNotes,
    ...noUpdate,
  };
}

export const summaryOfAbstract = (site: SiteId, its: AbstractSite): AbstractSummary => ({
  site,
  incarnation: its.incarnation,
  record: its.record,
  held: its.held,
  sidefileFrom: its.sidefileFrom,
  commit: its.commit,
  consistent: its.consistent,
  damaged: its.damaged,
});
