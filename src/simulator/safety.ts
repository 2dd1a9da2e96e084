import { bitsOfPeer } from '../../models/bitmap.ts';
import { hasBlock } from '../../models/bits.ts';
import type { Header } from '../../models/header.ts';
import {
  type EpochRecord,
  epochAt,
  type History,
  liesOn,
  newestEpoch,
  sameRecord,
} from '../../models/history.ts';
import { holds, lacking } from '../../models/holding.ts';
import { entriesOf } from '../../models/sidefile-log.ts';
import { epochOf, recordOf, type SiteContext } from '../../models/site.ts';
import { othersOf, type Position, type SiteId } from '../../models/words.ts';
import { blockOf } from '../backend/address-space.ts';
import type { Observed } from '../runtime/site-loop.ts';
import type { Journal } from './journal.ts';

/** A promise that was broken: which one, and how. */
export interface Violation {
  readonly rule: string;
  readonly sentence: string;
}

export interface Acknowledged {
  readonly position: Position;
  /** The sites that had to hold it. */
  readonly holders: readonly SiteId[];
}

/** What the checkers know of the run so far. */
export interface Evidence {
  readonly journal: Journal;
  readonly acknowledged: Acknowledged[];
  readonly records: Map<number, EpochRecord>;
  /** By site; null: down. */
  readonly contexts: () => readonly (SiteContext | null)[];
  readonly broken: (rule: string, sentence: string) => void;
}

export type Checker = (evidence: Evidence, site: SiteId, observed: Observed) => void;

/**
 * S1: what is acknowledged is held by each holder of its epoch; a primary that begins to serve
 * holds everything acknowledged.
 * Not verified: that "held" is true of the disk (each restart of a simulated disk shows that), and
 * writes acknowledged in a forced epoch.
 */
export const acknowledgedIsHeld: Checker = (evidence, site, { before, site: after, effects }) => {
  for (const effect of effects) {
    if (effect.type !== 'answer' || effect.code !== 'done' || before === null) continue;
    for (const request of effect.requests)
      noteAcknowledged(evidence, site, before.context, request);
  }
  const serves = effects.some(({ type, ...rest }) => type === 'report' && isServing(rest));
  if (!serves) return;
  const { header, held } = after.context;
  for (const { position } of evidence.acknowledged) {
    if (isWaived(header.history, position) || holds(held, position.sequence)) continue;
    const lost = `site ${site} serves epoch ${epochOf(after.context)} without (${position.epoch}, ${position.sequence})`;
    evidence.broken('S1', lost);
  }
};

function noteAcknowledged(
  { acknowledged, broken, contexts, journal }: Evidence,
  site: SiteId,
  context: SiteContext,
  request: number,
): void {
  const waited = context.waiting.find((waiting) => waiting.request === request);
  if (!waited) return; // a flush
  const { sequence } = waited;
  const position = { epoch: epochAt(context.header.history, sequence), sequence };
  const write = journal.at(position.epoch, sequence);
  if (write) write.acknowledged ??= journal.moment();
  const record = recordOf(context)!;
  const holders = [site, ...record.syncSet];
  acknowledged.push({ position, holders });
  for (const holder of holders) {
    const held = contexts()[holder]?.held;
    if (!held || holds(held, sequence)) continue;
    broken('S1', `(${position.epoch}, ${sequence}) is acknowledged and not held by ${holder}`);
  }
}

const isServing = (rest: object): boolean =>
  (rest as { event?: { kind?: string } }).event?.kind === 'serving';

/** Does a record say that what lies at the position may be gone? */
export function isWaived(history: History, position: Position): boolean {
  return history.some(
    (record) =>
      record.epoch > position.epoch &&
      record.parent.sequence < position.sequence &&
      (record.lossBeyond !== null || record.how === 'forced'),
  );
}

/**
 * S2: an epoch has one record, one primary; what is acknowledged is on the history of every newer one.
 * Not verified: behind a forced epoch.
 */
export const historiesAgree: Checker = (evidence, site, { before, site: after }) => {
  const { history } = after.context.header;
  if (before?.context.header.history === history) return;
  for (const record of history) {
    const known = evidence.records.get(record.epoch);
    if (!known) evidence.records.set(record.epoch, record);
    else if (!sameRecord(known, record)) {
      evidence.broken('S2', `two records are named ${record.epoch}`);
    }
  }
  const newest = newestEpoch(history);
  for (const { position } of evidence.acknowledged) {
    if (newest <= position.epoch) continue;
    if (liesOn(history, position) || isWaived(history, position)) continue;
    const lost = `epoch ${newest} at site ${site} has lost (${position.epoch}, ${position.sequence})`;
    evidence.broken('S2', lost);
  }
};

/**
 * S4: what a primary notes of a mirror in a session, that mirror holds.
 * Not verified: notes of mirrors about each other, and notes while the two stand in unlike epochs.
 */
export const notesAreTrue: Checker = (evidence, site, { site: after }) => {
  if (after.role !== 'primary') return;
  const contexts = evidence.contexts();
  for (const other of othersOf(site)) {
    const peer = after.context.peers[other];
    const subject = contexts[other];
    if (peer.phase !== 'streaming' || !subject) continue;
    if (subject.peers[site].session !== peer.session) continue;
    if (epochOf(subject) !== epochOf(after.context)) continue;
    const wrong = lacking(subject.held, peer.held)[0];
    if (!wrong) continue;
    const sentence = `site ${site} notes that ${other} holds ${wrong.first}..${wrong.last}`;
    evidence.broken('S4', sentence);
  }
};

/**
 * S5: an entry is dropped only when settled, and either known held by each other site, or its
 * blocks are in that site's bitmap.
 * Not verified: that the note it relies on was true (S4), and entries dropped by a staged update.
 */
export const dropsAreCovered: Checker = (evidence, site, { event, before, site: after }) => {
  if (event?.type !== 'persisted' || before === null) return;
  const { stable } = after.context;
  const { log } = before.context;
  if (stable.start <= log.start || stable.consistency.kind !== 'consistent') return;
  if (stable.settled < stable.start - 1) {
    evidence.broken(
      'S5',
      `site ${site} drops up to ${stable.start - 1}, settled ${stable.settled}`,
    );
  }
  for (const entry of entriesOf(log, log.start, stable.start - 1)) {
    for (const other of othersOf(site)) {
      const peer = stable.peers[other];
      if (entry.sequence <= peer.base) continue;
      const bits = bitsOfPeer(peer);
      const first = blockOf(stable.identity, entry.extent);
      for (let block = first; block < first + entry.extent.count; block++) {
        if (hasBlock(bits, block)) continue;
        const name = `(${entry.epoch}, ${entry.sequence})`;
        evidence.broken('S5', `site ${site} drops ${name} without a bit for site ${other}`);
        return;
      }
    }
  }
};

/**
 * S7: no resync goes back: what a site applied on one history only grows.
 * Not verified: block by block (S3 does that whenever a volume is looked at).
 */
export const appliedOnlyGrows: Checker = (evidence, site, { before, site: after }) => {
  if (before === null) return;
  const [old, now] = [before.context, after.context];
  if (old.header.history !== now.header.history || now.applied >= old.applied) return;
  evidence.broken('S7', `site ${site} goes back from ${old.applied} to ${now.applied}`);
};

/** A position has one write, and a write one position: else an acknowledgement may name another. */
export const positionsAreUnique: Checker = (evidence, site, { effects }) => {
  for (const effect of effects) {
    if (effect.type !== 'store' || effect.requests.length === 0) continue;
    for (const entry of effect.entries) {
      const known = evidence.journal.at(entry.epoch, entry.sequence);
      if (known) {
        const name = `(${entry.epoch}, ${entry.sequence})`;
        evidence.broken('S2', `site ${site} uses the position ${name} twice`);
      }
      const write = evidence.journal.place(entry);
      if (!write) evidence.broken('S9', `site ${site} stores what no host asked for`);
      else if (write.positions.length > 1) {
        evidence.broken('S8', `write ${write.id} is given two positions`);
      }
    }
  }
};

export const everyStep: readonly Checker[] = [
  positionsAreUnique,
  acknowledgedIsHeld,
  historiesAgree,
  notesAreTrue,
  dropsAreCovered,
  appliedOnlyGrows,
];

/** Is the volume, as it stands, meant to be a prefix of the site's history up to `applied`? */
export const claimsPrefix = (context: SiteContext, header: Header): boolean =>
  context.applying === context.applied &&
  header.consistency.kind === 'consistent' &&
  header.repair.length === 0 &&
  context.staging === null &&
  context.header.consistency.kind === 'consistent' &&
  context.header.repair.length === 0;
