import { bitsOfPeer, lowerBase } from '../bitmap.ts';
import { type Bits, countOf, isEmpty, unionOf, withBlocks } from '../bits.ts';
import type { PeerHeader } from '../header.ts';
import {
  type EpochRecord,
  epochAt,
  forkOf,
  givesUp,
  type History,
  newestEpoch,
  newestOf,
} from '../history.ts';
import { cutHolding, newestOfHolding, nothing } from '../holding.ts';
import { cutLog, entriesOf } from '../sidefile-log.ts';
import {
  change,
  changeHeader,
  emit,
  epochOf,
  type Peer,
  recordOf,
  type SiteContext,
  type Staging,
  type Turn,
  weak,
} from '../site.ts';
import { type Sequence, siteIds } from '../words.ts';
import { disownCut } from './commit.ts';
import { exportCut } from './export.ts';
import { checkAgain } from './hold.ts';
import { withEntries } from './storage.ts';

/**
 * Takes a newer history: what does not lie on it is cut, c and notes fall to where it parts from
 * the old one, and what volumes may contain of the cut is marked for repair. One durable step.
 */
export function adopt(turn: Turn, history: History): void {
  const { site } = turn;
  if (newestEpoch(history) <= epochOf(site)) return;
  const fork = Math.max(0, Math.min(forkOf(site.header.history, history), Number.MAX_SAFE_INTEGER));
  const blank = site.header.history.length === 0;
  const through = newestOfHolding(site.held);
  const repair = blank ? site.header.repair : repairOf(site, fork);
  if (!blank && mayBeTold(site, history, fork)) exportCut(turn, fork);
  if (blank) distrustVolumes(turn, history);
  else repairCut(turn, history, fork, repair);
  cutTo(turn, history, fork);
  disownCut(turn, fork);
  if (through > fork && !blank) {
    emit(turn, {
      type: 'report',
      event: { kind: 'cut', above: fork, through, repaired: countOf(repair) },
    });
  }
}

/** Redo may have gone as far as the durable c. */
const mayHaveApplied = (site: SiteContext): Sequence =>
  Math.max(site.applying, Math.min(site.durable, site.held.contiguous), site.header.settled);

/**
 * May hosts have been told of something that this history cuts? Its records say so, and those that are left: c does not, as
 * whoever stored a write that was acknowledged may never have heard of it, or have lost what it heard with its power.
 */
function mayBeTold(site: SiteContext, history: History, fork: Sequence): boolean {
  if (weak(site, 'cut-without-export')) return false;
  if (weak(site, 'export-to-the-hole')) return mayHaveApplied(site) > fork;
  if (weak(site, 'export-the-durable-c')) return site.durable > fork;
  if (weak(site, 'export-the-known-c')) return site.committed > fork;
  return site.discard === site.config.site || givesUp(site.header.history, history);
}

/** Blocks that volumes may contain of what is cut. */
function repairOf(site: SiteContext, fork: Sequence): Bits {
  const { header } = site;
  const applied = mayHaveApplied(site);
  if (applied <= fork || weak(site, 'cut-without-repair')) return header.repair;
  let blocks = withEntries(header, header.repair, entriesOf(site.log, fork + 1, applied));
  if (site.log.start > fork + 1) {
    // Some of the cut is retired: a peer's bits name its blocks if they begin early enough.
    const covering = header.peers.find(
      (peer, id) => id !== site.config.site && peer.base <= fork && peer.youngest > 0,
    );
    blocks = covering ? unionOf(blocks, bitsOfPeer(covering)) : everyBlock(header.identity.volumes);
  }
  return blocks;
}

export function everyBlock(volumes: readonly number[]): Bits {
  return withBlocks(
    [],
    0,
    volumes.reduce((sum, blocks) => sum + blocks, 0),
  );
}

/** What a blank site's volumes contain is not known: every block must be compared. */
function distrustVolumes(turn: Turn, history: History): void {
  const { epoch, primary } = newestOf(history)!;
  const shippedTo = Number.MAX_SAFE_INTEGER;
  changeHeader(turn, { consistency: { kind: 'inconsistent', epoch, from: primary, shippedTo } });
}

function repairCut(turn: Turn, history: History, fork: Sequence, repair: Bits): void {
  const { header } = turn.site;
  const wasStaged = header.consistency.kind === 'staged' && header.consistency.through > fork;
  if (repair === header.repair && !wasStaged) return;
  changeHeader(turn, {
    repair: wasStaged ? everyBlock(header.identity.volumes) : repair,
    // An older mark stays: what was shipped then is still there.
    consistency:
      isEmpty(repair) || header.consistency.kind === 'inconsistent'
        ? header.consistency
        : {
            kind: 'inconsistent',
            epoch: epochAt(history, fork),
            from: newestOf(history)!.primary,
            shippedTo: fork,
          },
  });
}

function cutTo(turn: Turn, history: History, fork: Sequence): void {
  const { site } = turn;
  const record = newestOf(history)!;
  // A header under way may make its c durable before this one does.
  const known = Math.max(site.durable, site.header.committed);
  const committed = weak(site, 'keep-commit-across-epochs') ? known : Math.min(known, fork);
  const settled = Math.min(site.header.settled, fork);
  const peers = siteIds.map((id) => {
    const kept = site.header.peers[id];
    const lowered = weak(site, 'keep-notes-across-epochs') ? kept : lowerBase(kept, fork);
    const incarnation = record.incarnations[id];
    return lowered.incarnation === incarnation
      ? lowered
      : { ...lowered, incarnation, noted: nothing };
  }) as unknown as readonly [PeerHeader, PeerHeader, PeerHeader];
  const log = cutLog(site.log, fork);
  const start = Math.min(site.header.start, fork + 1);
  const goesOn = isPrimaryStill(site, record);
  changeHeader(turn, {
    promised: Math.max(site.header.promised, record.epoch),
    history,
    committed,
    settled,
    start,
    halted: record.primary === site.config.site ? site.header.halted : [],
    peers,
  });
  change(turn, {
    log,
    held: cutHolding(site.held, fork),
    storing: site.storing.filter(({ sequence }) => sequence <= fork),
    committed,
    durable: weak(site, 'trust-header-under-way') ? committed : Math.min(site.durable, committed),
    applied: Math.min(site.applied, fork),
    // One under way ends where the history does.
    applying: Math.min(site.applying, fork),
    // What was retired and is cut takes the window back: where it moves from there is told anew.
    windowTold: Math.min(site.windowTold, start - 1 + site.header.capacity),
    peers: site.peers.map((peer, id) => {
      if (weak(site, 'keep-notes-across-epochs')) return peer;
      const cut = isOfAnother(site, id, record) ? forgotten(peer) : cutPeer(peer, fork);
      return goesOn ? { ...cut, check: checkAgain(peer.check) } : cut;
    }) as unknown as readonly [Peer, Peer, Peer],
    stands: false,
    election: null,
    asking: null,
    floor: Math.max(site.floor, record.epoch),
    mended: false,
    hold: null,
    // As mirror it is given blocks, and keeps no account of which were rotten: what still is it finds anew.
    rotten: goesOn || weak(site, 'keep-account-as-mirror') ? site.rotten : [],
  });
  leaveStage(turn);
}

/** What it was to compare with its mirrors it still is to: no other site knows of it. */
const isPrimaryStill = (site: SiteContext, { primary }: EpochRecord): boolean =>
  primary === site.config.site &&
  recordOf(site)?.primary === primary &&
  !weak(site, 'forget-a-check');

/** Is what is noted there of a site that the named one took the place of? A primary knows with whom it talks. */
function isOfAnother(site: SiteContext, id: number, record: EpochRecord): boolean {
  const named = record.incarnations[id];
  if (weak(site, 'note-of-the-one-before')) return false;
  const { greeted, incarnation } = site.peers[id]!;
  return site.header.peers[id]!.incarnation !== named && !(greeted && incarnation === named);
}

const forgotten = (peer: Peer): Peer => ({ ...cutPeer(peer, 0), held: nothing, informed: nothing });

/** Nothing of the update is committed yet: what was overwritten in place stays marked. */
export const isStageIdle = (staging: SiteContext['staging']): boolean =>
  staging === null || uncommitted.includes(staging.step);

const uncommitted: readonly Staging['step'][] = ['waiting', 'open', 'yielding', 'giving', 'taking'];

/** What is staged goes no further; an update whose mark is being made ends before the epoch does. */
export function leaveStage(turn: Turn): void {
  const { staging } = turn.site;
  if (staging === null || !isStageIdle(staging)) return;
  change(turn, { staging: null });
  emit(turn, { type: 'dropStage' });
}

function cutPeer(peer: Peer, fork: Sequence): Peer {
  return {
    ...peer,
    held: cutHolding(peer.held, fork),
    windowEnd: 0,
    rival: false,
    shown: null,
    unlike: false,
    informing: null,
    informed: cutHolding(peer.informed, fork),
    fetching: false,
    ship: null,
    check: null,
  };
}
