import {
  blankPeer,
  type dropEntries,
  type lowerBase,
  type noteHeld,
  type resetPeer,
} from '../../models/bitmap.ts';
import type { Consistency, PeerHeader } from '../../models/header.ts';
import { type EpochRecord, epochAt, type History, newestEpoch } from '../../models/history.ts';
import { include } from '../../models/holding.ts';
import type { plan } from '../../models/plan.ts';
import {
  appendEntries,
  cutLog,
  emptyLog,
  entriesOf,
  entryAt,
  retireTo,
  type SidefileLog,
} from '../../models/sidefile-log.ts';
import type { Summary } from '../../models/summary.ts';
import type { Entry, Holding, Sequence, SiteId } from '../../models/words.ts';

/**
 * Two abstract sites, 1 and 2, and a third that only writes and votes. Volumes hold the names of
 * writes, so what a plan does to data can be compared with what really was written.
 */
export const blocks = 5;
export const volumes: readonly number[] = [2, 3];
export type Volume = (string | null)[];

export interface Site {
  readonly site: 1 | 2;
  incarnation: number;
  history: History;
  log: SidefileLog;
  volume: Volume;
  committed: Sequence;
  applied: Sequence;
  settled: Sequence;
  consistency: Consistency;
  repair: Set<number>;
  /** What it keeps about the other of the two. */
  peer: PeerHeader;
}

/** The rules under test; a broken variant replaces one of them. */
export interface Rules {
  readonly plan: typeof plan;
  readonly noteHeld: typeof noteHeld;
  readonly dropEntries: typeof dropEntries;
  readonly lowerBase: typeof lowerBase;
  readonly resetPeer: typeof resetPeer;
  /** Blocks a cut makes untrustworthy. */
  readonly repairAfterCut: (site: Site, above: Sequence) => Set<number>;
  /** Is every block to be repaired once a comparison in place was interrupted? */
  readonly repairAfterTornCompare: boolean;
  /** Does a target apply all it holds without a gap before it takes the blocks of an update? */
  readonly appliesBeforeUpdate: boolean;
  /** Does a cut keep the mark of an update in place that died before? */
  readonly keepsOlderMark: boolean;
}

export interface Pair {
  readonly rules: Rules;
  readonly sites: readonly [Site, Site];
  /** Every write ever numbered, by name. */
  readonly written: Map<string, Entry>;
  readonly backups: (Site | undefined)[];
  newest: History;
  clock: number;
}

const genesis: EpochRecord = {
  epoch: 0,
  primary: 0,
  incarnations: [1, 1, 1],
  syncSet: [1],
  parent: { epoch: 0, sequence: 0 },
  how: 'genesis',
  lossBeyond: null,
};

export function newPair(rules: Rules): Pair {
  const site = (id: 1 | 2): Site => ({
    site: id,
    incarnation: 1,
    history: [genesis],
    log: emptyLog(1),
    volume: Array(blocks).fill(null),
    committed: 0,
    applied: 0,
    settled: 0,
    consistency: { kind: 'consistent' },
    repair: new Set(),
    peer: blankPeer(),
  });
  const sites = [site(1), site(2)] as const;
  return { rules, sites, written: new Map(), backups: [], newest: [genesis], clock: 0 };
}

export const nameOf = (epoch: number, sequence: Sequence): string => `${epoch}:${sequence}`;

export function heldOf(site: Site): Holding {
  const base: Holding = { contiguous: site.log.start - 1, ranges: [] };
  const kept = entriesOf(site.log, site.log.start, site.log.newest);
  return kept.reduce(
    (held, { sequence }) => include(held, { first: sequence, last: sequence }),
    base,
  );
}

export function summaryOf(site: Site): Summary {
  const bases: [number, number, number] = [0, 0, 0];
  bases[3 - site.site] = site.peer.base;
  return {
    site: site.site as SiteId,
    incarnation: site.incarnation,
    boot: 1,
    distance: site.site === 1 ? 'near' : 'far',
    volumes,
    history: site.history,
    promised: newestEpoch(site.history),
    held: heldOf(site),
    start: site.log.start,
    committed: site.committed,
    settled: site.settled,
    windowEnd: site.log.start + 100,
    bases,
    noted: [0, 0, 0],
    consistency: site.consistency,
    repairCount: site.repair.size,
    damaged: false,
  };
}

/** The write at a sequence of a history, if it was ever numbered. */
export function writtenAt(pair: Pair, history: History, sequence: Sequence): Entry | undefined {
  return pair.written.get(nameOf(epochAt(history, sequence), sequence));
}

export function blocksOf(entry: Entry): number[] {
  const first = (entry.extent.volume === 0 ? 0 : volumes[0]!) + entry.extent.first;
  return Array.from({ length: entry.extent.count }, (_, index) => first + index);
}

/** What a volume is after the writes 1..through of a history, from zeroes. */
export function volumeAt(pair: Pair, history: History, through: Sequence): Volume {
  const volume: Volume = Array(blocks).fill(null);
  for (let sequence = 1; sequence <= through; sequence++) {
    const entry = writtenAt(pair, history, sequence)!;
    for (const block of blocksOf(entry)) volume[block] = nameOf(entry.epoch, sequence);
  }
  return volume;
}

export function applyTo(site: Site, through: Sequence): void {
  const entries = entriesOf(site.log, site.applied + 1, through);
  for (const entry of entries) {
    for (const block of blocksOf(entry)) site.volume[block] = nameOf(entry.epoch, entry.sequence);
  }
  site.applied = Math.max(site.applied, through);
}

/** Takes an entry into the sidefile, unless it has one at that sequence. */
export function store(site: Site, entry: Entry): void {
  if (entryAt(site.log, entry.sequence) === null) site.log = appendEntries(site.log, [entry]);
}

/** Entries up to `through` leave the sidefile, with bits for the other site where it needs them. */
export function drop(pair: Pair, site: Site, through: Sequence): void {
  const leaving = entriesOf(site.log, site.log.start, through);
  site.peer = pair.rules.dropEntries(site.peer, leaving, volumes, through);
  site.log = retireTo(site.log, through + 1);
}

/** Adopts a history: forgets what lies beyond `above`, and what that leaves in the volume (4.3). */
export function adopt(
  pair: Pair,
  site: Site,
  history: History,
  above: Sequence,
  from: SiteId,
): void {
  const most = Math.min(site.committed, heldOf(site).contiguous);
  if (most > above) {
    for (const block of pair.rules.repairAfterCut(site, above)) site.repair.add(block);
    const epoch = newestEpoch(history);
    if (site.consistency.kind === 'consistent' || !pair.rules.keepsOlderMark) {
      site.consistency = { kind: 'inconsistent', epoch, from, shippedTo: above };
    }
  }
  site.history = history;
  site.log = cutLog(site.log, above);
  site.peer = pair.rules.lowerBase(site.peer, above);
  site.committed = Math.min(site.committed, above);
  site.applied = Math.min(site.applied, above);
  site.settled = Math.min(site.settled, above);
}
