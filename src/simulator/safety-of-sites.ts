import { bitsOfPeer } from '../../models/bitmap.ts';
import { hasBlock } from '../../models/bits.ts';
import type { Header } from '../../models/header.ts';
import { holds, lacking } from '../../models/holding.ts';
import { entriesOf } from '../../models/sidefile-log.ts';
import { epochOf, type SiteContext } from '../../models/site.ts';
import { type Entry, othersOf, type SiteId } from '../../models/words.ts';
import { blockOf } from '../backend/address-space.ts';
import { type Checker, type Evidence, nameOf } from './evidence.ts';

/**
 * S4: who is noted to hold a write holds it: what a primary notes of a mirror in a session, what
 * a mirror notes of the third site, by c or because it was informed.
 * Not verified: while the two stand in unlike epochs, or the subject is down; notes of a disk that lied
 * or was set back since.
 */
export const notesAreTrue: Checker = (evidence, site, { before, site: after }) => {
  if (after.role === 'mirror' && before?.context.peers === after.context.peers) return;
  const contexts = evidence.contexts();
  for (const other of othersOf(site)) {
    const subject = contexts[other];
    if (!subject || !isComparable(evidence, after.context, subject, other)) continue;
    const peer = after.context.peers[other];
    if (after.role === 'primary') {
      if (peer.phase !== 'streaming') continue;
      if (subject.peers[site].session !== peer.session) continue;
    }
    const wrong = lacking(subject.held, peer.held)[0];
    if (!wrong) continue;
    evidence.broken('S4', `site ${site} notes that ${other} holds ${wrong.first}..${wrong.last}`);
  }
};

const isComparable = (
  evidence: Evidence,
  site: SiteContext,
  subject: SiteContext,
  other: SiteId,
): boolean =>
  epochOf(subject) === epochOf(site) &&
  !subject.header.damaged &&
  !evidence.isExcused(other) &&
  !evidence.hasLied(other) &&
  site.header.peers[other].incarnation === subject.header.incarnation;

/**
 * S5: an entry is dropped only when settled, and either known held by each other site, or its
 * blocks are in that site's bitmap; what is dropped without bits is really held there.
 * Not verified: by a staged update, whose base says that nothing is known of before.
 */
export const dropsAreCovered: Checker = (evidence, site, { event, before, site: after }) => {
  if (event?.type !== 'persisted' || before === null) return;
  const { stable } = after.context;
  const { log } = before.context;
  if (stable.start <= log.start || stable.consistency.kind !== 'consistent') return;
  if (stable.settled < stable.start - 1) {
    const sentence = `site ${site} drops up to ${stable.start - 1}, settled ${stable.settled}`;
    evidence.broken('S5', sentence);
  }
  for (const entry of entriesOf(log, log.start, stable.start - 1)) {
    for (const other of othersOf(site)) isCovered(evidence, after.context, entry, other, before);
  }
};

function isCovered(
  evidence: Evidence,
  site: SiteContext,
  entry: Entry,
  other: SiteId,
  before: { readonly context: SiteContext },
): void {
  const { stable } = site;
  const peer = stable.peers[other];
  const name = `site ${site.config.site} drops ${nameOf(entry)}`;
  if (entry.sequence <= peer.base) {
    const wasBelow = entry.sequence <= before.context.stable.peers[other].base;
    const subject = evidence.contexts()[other];
    if (wasBelow || !subject || !isComparable(evidence, site, subject, other)) return;
    if (!holds(subject.held, entry.sequence)) {
      evidence.broken('S5', `${name} as held by site ${other}, which does not hold it`);
    }
    return;
  }
  const bits = bitsOfPeer(peer);
  const first = blockOf(stable.identity, entry.extent);
  for (let block = first; block < first + entry.extent.count; block++) {
    if (hasBlock(bits, block)) continue;
    evidence.broken('S5', `${name} without a bit for site ${other}`);
    return;
  }
}

/** S7: what a site applied on one history only grows. Block by block: `BlocksOnlyGrow`. */
export const appliedOnlyGrows: Checker = (evidence, site, { before, site: after }) => {
  if (before === null) return;
  const [old, now] = [before.context, after.context];
  if (old.header.history !== now.header.history || now.applied >= old.applied) return;
  evidence.broken('S7', `site ${site} goes back from ${old.applied} to ${now.applied}`);
};

/** Is the volume, as it stands, meant to be a prefix of the site's history up to `applied`? */
export const claimsPrefix = (context: SiteContext, header: Header): boolean =>
  context.applying === context.applied &&
  header.consistency.kind === 'consistent' &&
  header.repair.length === 0 &&
  context.staging === null &&
  context.header.consistency.kind === 'consistent' &&
  context.header.repair.length === 0;

/** Every site of a run follows the protocol: what no such site says is a flaw of it, or of `faultOf`. */
export const nobodyIsDistrusted: Checker = ({ broken }, site, { effects }) => {
  for (const effect of effects) {
    if (effect.type !== 'report' || effect.event.kind !== 'distrusted') continue;
    const { peer, message, reason } = effect.event;
    broken('TRUST', `site ${site} does not believe site ${peer}: ${message}: ${reason}`);
  }
};
