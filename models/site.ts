import { raiseBase } from './bitmap.ts';
import type { Bits } from './bits.ts';
import type { Effect } from './effect.ts';
import type { HostWrite } from './event.ts';
import type { Header, PeerHeader } from './header.ts';
import { type EpochRecord, newestEpoch, newestOf } from './history.ts';
import { holdingOf, nothing } from './holding.ts';
import { appendEntries, emptyLog, type SidefileLog } from './sidefile-log.ts';
import type { Summary } from './summary.ts';
import type {
  Block,
  Entry,
  Epoch,
  Extent,
  Holding,
  Position,
  Sequence,
  Session,
  SiteId,
} from './words.ts';

/** What an operator decides once for a site. Constant while it runs. */
export interface SiteConfig {
  readonly site: SiteId;
  readonly distances: readonly ['near' | 'far', 'near' | 'far', 'near' | 'far'];
  readonly sidefile: SidefileConfig;
  /** The sync set became unreachable: stop the host, or go on with a majority and no sync set. */
  readonly onLegLoss: 'stop' | 'continue';
  /** Reads ask for evidence that no newer epoch stands, or are answered at once (weaker). */
  readonly reads: 'confirmed' | 'local';
  /** Does the far mirror belong to the sync set as well? */
  readonly syncFar: boolean;
  /** May a site that holds no acknowledged write for sure take over without an operator? */
  readonly takeover: 'holder' | 'any';
  /**
   * Let c wait for the next store to carry it, or for a moment of idleness, and let applying, telling
   * and informing wait for a stride of entries or such a moment; else each of them at once.
   */
  readonly lazyCommit: boolean;
  /** After each update all blocks are compared, or only when an operator asks for it. */
  readonly verify: 'after-update' | 'on-command';
  /** Entries in one frame. */
  readonly frameEntries: number;
  /** Blocks in one frame of an update. */
  readonly frameBlocks: number;
  /** Host writes that may wait for room. */
  readonly pendingMax: number;
  /** Name of a deliberate flaw (models/mutants.ts); null in every real site. */
  readonly weakness: string | null;
}

export interface SidefileConfig {
  readonly mode: 'fixed' | 'adaptive';
  /** Entries: what a fixed sidefile keeps, and an adaptive one at least (its floor). */
  readonly capacity: number;
  /** Entries an adaptive sidefile may keep at most. */
  readonly limit: number;
  /** newest: spans what the other lacks (claim 21); oldest: what it still stores (claim 8). */
  readonly basis: 'newest' | 'oldest';
  readonly headroom: number;
}

export type LegPhase =
  | 'down'
  | 'greeting'
  | 'streaming'
  | 'shipping'
  /** The plan refuses, or the entries it wants are gone: planned again after a pause. */
  | 'suspended';

/** What this site believes of another one. Volatile; belongs to one session. */
export interface Peer {
  /** 0: not connected. */
  readonly session: Session;
  /** Of the site at the other end of this session; 0: none. */
  readonly incarnation: number;
  /** As primary: did it tell of itself in this session? */
  readonly greeted: boolean;
  /** What it just told of itself. Use: the leg that is planned from it, or the answer to its record; null afterwards. */
  readonly summary: Summary | null;
  /** As primary: what this site told of itself in the greeting that is not answered yet; null: none is. */
  readonly shown: Summary | null;
  /** Did it last plan otherwise than this site? Use: an operator is told why its leg does not begin. */
  readonly unlike: boolean;
  /** The epoch of which it said in this session that it is the standing primary; -1: none. */
  readonly standing: Epoch;
  /** Did it show a branch in this session that only an operator may choose? Its word says nothing of this one. */
  readonly rival: boolean;
  /** As primary: where the leg stands. Written by the leg's entry actions only. */
  readonly phase: LegPhase;
  /** What it is known to hold in this session (S4). */
  readonly held: Holding;
  readonly start: Sequence;
  readonly windowEnd: Sequence;
  /** Everything up to here was sent to it in this session, or it held it. */
  readonly sent: Sequence;
  /** c as last told to it; -1: not yet told that this primary stands. */
  readonly told: Sequence;
  /** The notice about the other mirror under way to it, and the last it confirmed (claims 12, 25). */
  readonly informing: Holding | null;
  readonly informed: Holding;
  /** The start of the other mirror's sidefile it was last told of; 1: none, or basis n. */
  readonly informedStart: Sequence;
  /** Was it asked for entries of the elected history, and has not answered in this session? */
  readonly fetching: boolean;
  /** Was it asked whether it hears a primary, and has not answered in this session? That one, or one given up since. */
  readonly probe: 'none' | 'asked' | 'given up';
  readonly ship: Ship | null;
  /** Had it no room for a delta that was folded? In this session none is. */
  readonly roomless: boolean;
  /** The comparison of volumes with it that is wanted or under way. */
  readonly check: Check | null;
}

/**
 * A comparison of volumes, range by range, with a mirror that is streamed to. While a range is
 * compared neither site applies beyond `at`; host writes go on.
 */
export interface Check {
  readonly step:
    | 'wanted'
    /** The mirror was asked to hold. */
    | 'asked'
    /** The mirror stands at `at`; this site may not yet. */
    | 'held'
    | 'comparing'
    /** What differs is being given to the mirror. */
    | 'giving'
    /** What cannot be read here is being asked of the mirror, then written. */
    | 'borrowing'
    | 'writing'
    /** Given up: the mirror was told so, and has not said yet that it goes on. */
    | 'releasing'
    /** Given up until the leg is made anew. */
    | 'failed';
  readonly at: Sequence;
  /** The range under way begins here; all before was equal. */
  readonly cursor: Block;
  readonly end: Block;
  /** How often the range under way was mended. */
  readonly tries: number;
  /** Was it asked for again meanwhile? Then it begins anew when the range under way is done. */
  readonly again: boolean;
  /** Of all blocks, or only of some that cannot be read here? Nothing is said of both sites by the latter. */
  readonly whole: boolean;
  /** Was a block found unreadable here where it had been already? Given up, it is not the last word on that. */
  readonly missed: boolean;
}

/** As mirror: its volumes stand still at one position, for a comparison. */
export interface Hold {
  readonly from: SiteId;
  readonly at: Sequence;
  readonly step: 'waiting' | 'held';
}

/** A staged update as its source sees it. */
export interface Ship {
  readonly step: 'beginning' | 'comparing' | 'copying' | 'committing';
  readonly compare: boolean;
  /** Does this site have the writes themselves? */
  readonly folded: boolean;
  /** Blocks still to be shipped. */
  readonly copy: Bits;
  /** Next block to compare, then to copy. */
  readonly cursor: number;
  /** Was a frame sent that is not answered yet? */
  readonly inFlight: boolean;
  /** The target's volumes may stand here already: the mark must not fall below. */
  readonly notBefore: Sequence;
  /** How often all was copied once, or little left; new host writes pause when that does not end it. */
  readonly passes: number;
}

export interface Election {
  readonly epoch: Epoch;
  readonly purpose: 'takeover' | 'configure';
  readonly forced: boolean;
  /** Primary an operator asked for; null: by rank. */
  readonly named: SiteId | null;
  /** Site an operator gives a vote by it; null: none. */
  readonly admits: SiteId | null;
  readonly yes: readonly SiteId[];
  readonly promises: readonly Summary[];
  readonly record: EpochRecord | null;
}

export interface WaitingWrite {
  readonly request: number;
  readonly sequence: Sequence;
}

/** One evidence exchange under way: asked after everything up to `through` was held here. */
export interface Asking {
  readonly token: number;
  readonly through: Sequence;
}

export interface WaitingRead {
  readonly request: number;
  readonly extent: Extent;
  /** Evidence with this token or a later one answers it. */
  readonly token: number;
}

/** Everything a site knows: the part that survives a crash is `stable` and what the disk holds. */
export interface SiteContext {
  readonly config: SiteConfig;
  /** As decided; becomes durable by the next `persist`. */
  readonly header: Header;
  /** As known durable. */
  readonly stable: Header;
  readonly persisting: Header | null;
  /** Was the header changed since it was last handed to the disk? */
  readonly dirty: boolean;
  /** Entries received, durable or being stored. */
  readonly log: SidefileLog;
  /** What it holds durably. */
  readonly held: Holding;
  /** Stores begun and not ended. */
  readonly storing: readonly Position[];
  /** c, as far as this site knows. Invariant: >= durable. */
  readonly committed: Sequence;
  /** c, as made durable by the header or a stored record. */
  readonly durable: Sequence;
  readonly applied: Sequence;
  /** End of the apply under way; equal to `applied` when none is. */
  readonly applying: Sequence;
  readonly flushing: Sequence;
  /** Window end as last told to the primary. Use: a mirror whose window moved says so unasked. */
  readonly windowTold: Sequence;
  readonly peers: readonly [Peer, Peer, Peer];
  /** Do two sites hold my newest record durably, I being its primary? */
  readonly stands: boolean;
  readonly election: Election | null;
  /** Largest epoch number anybody mentioned. */
  readonly floor: Epoch;
  /** The site whose promise this site owes, and its epoch; null: none. */
  readonly owed: { readonly to: SiteId; readonly epoch: Epoch } | null;
  readonly pending: readonly HostWrite[];
  readonly waiting: readonly WaitingWrite[];
  readonly reads: readonly WaitingRead[];
  /** Last evidence token given out, and what its answer will show. */
  readonly token: number;
  readonly asking: Asking | null;
  /** Primary an operator consented to; null: none. */
  readonly consent: SiteId | null;
  /** As primary: to which site an operator told it to hand over; null: none. It is no consent to a loss. */
  readonly handover: SiteId | null;
  /** Branch an operator gave up; null: none. */
  readonly discard: SiteId | null;
  /** As target of an update: which disk work it waits for. */
  readonly staging: Staging | null;
  /** Work on stage and blocks under way at its disk. Use: the next update or comparison waits for it. */
  readonly working: number;
  /** As mirror: does it hold its volumes at one position for a comparison? */
  readonly hold: Hold | null;
  /** Blocks of its own volumes found unreadable and not mended yet, ascending. */
  readonly rotten: readonly Block[];
  /** Was a damaged site given blocks in this epoch? Then it is sound once it holds the elected history. */
  readonly mended: boolean;
  /** Suffixes being exported, in order. Until those of a cut are durable no header is, so nothing is cut. */
  readonly exporting: readonly Exporting[];
}

export interface Exporting {
  readonly above: Sequence;
  readonly through: Sequence;
  readonly count: number;
  /** Does a record cut it, so that headers wait? Otherwise an operator wants a copy, and nothing waits but what would retire it. */
  readonly isForCut: boolean;
}

export interface Staging {
  readonly from: SiteId;
  /** In which it began: in a later one nobody waits for its end, what its source is told at the greeting says it. */
  readonly session: Session;
  readonly through: Sequence;
  /** waiting: applies first what it holds up to `through`. */
  readonly step:
    | 'waiting'
    | 'open'
    /** No room: the mark of an update in place becomes durable, then what is staged is copied. */
    | 'yielding'
    | 'giving'
    /** In place: blocks are in hand until the mark covers them. */
    | 'taking'
    | 'flushing'
    | 'marking'
    | 'applying'
    | 'closing';
  /** Does its source compare all blocks? */
  readonly compare: boolean;
  /** Was its source told once that there is no room? Only if it goes on with blocks they go in place. */
  readonly full: boolean;
  /** Is it in place, for want of room? */
  readonly inPlace: boolean;
  /** What was shipped contains nothing beyond it. */
  readonly shipped: Sequence;
  /** Blocks that found no room, or are in hand. */
  readonly pending: readonly Block[];
}

/** One reaction in the making: rules change `site` and add `effects`. */
export interface Turn {
  site: SiteContext;
  readonly effects: Effect[];
}

export function change(turn: Turn, patch: Partial<SiteContext>): void {
  turn.site = { ...turn.site, ...patch };
}

export function changeHeader(turn: Turn, patch: Partial<Header>): void {
  change(turn, { header: { ...turn.site.header, ...patch }, dirty: true });
}

export function changePeer(turn: Turn, site: SiteId, patch: Partial<Peer>): void {
  const peers = [...turn.site.peers] as [Peer, Peer, Peer];
  peers[site] = { ...peers[site], ...patch };
  change(turn, { peers });
}

export function emit(turn: Turn, effect: Effect): void {
  turn.effects.push(effect);
}

/** Is the rule of this name deliberately broken? Never, but in mutants. */
export const weak = (site: SiteContext, name: string): boolean => isWeak(site.config, name);

/** Several rules may be broken at once, joined by `+`: where one of them hides what the other is for. */
export const isWeak = ({ weakness }: Pick<SiteConfig, 'weakness'>, name: string): boolean =>
  weakness?.split('+').includes(name) ?? false;

export const epochOf = (site: SiteContext): Epoch => newestEpoch(site.header.history);

export const recordOf = (site: SiteContext): EpochRecord | undefined =>
  newestOf(site.header.history);

/** Is whom it talks to the site that its record names, and no other that took its place? */
export const isNamed = (site: SiteContext, other: SiteId, record = recordOf(site)): boolean =>
  record?.incarnations[other] === site.peers[other].incarnation;

/** Is the record it stands in on its disk? Until then nobody may count on it. */
export const isRecordDurable = (site: SiteContext): boolean =>
  newestEpoch(site.stable.history) === epochOf(site);

/** Did it begin to promise an epoch newer than its newest record? Then it does nothing in older ones. */
export const isFenced = (site: SiteContext): boolean =>
  site.header.promised > epochOf(site) && !weak(site, 'serves-after-promise');

export const blankPeerState: Peer = {
  session: 0,
  incarnation: 0,
  greeted: false,
  summary: null,
  shown: null,
  unlike: false,
  standing: -1,
  rival: false,
  phase: 'down',
  held: nothing,
  start: 1,
  windowEnd: 0,
  sent: 0,
  told: -1,
  informing: null,
  informed: nothing,
  informedStart: 1,
  fetching: false,
  probe: 'none',
  ship: null,
  roomless: false,
  check: null,
};

/** What a disk gave back at a start. */
export interface Found {
  readonly header: Header;
  readonly entries: readonly Entry[];
  readonly committed: Sequence;
  readonly damage: readonly Sequence[];
}

/** A site as it starts: durable parts as found, everything volatile blank, its boot counted up. */
export function startingSite(config: SiteConfig, given: Found): SiteContext {
  const found = isWeak(config, 'damage-is-a-tail') ? { ...given, damage: [] } : given;
  const { settled } = found.header;
  const start = startBehind(found);
  const entries = found.entries.filter(({ sequence }) => sequence >= start);
  const held = holdingOf([
    { first: 1, last: start - 1 },
    ...entries.map(({ sequence }) => ({ first: sequence, last: sequence })),
  ]);
  const carried = Math.max(found.header.committed, found.committed);
  const committed = isWeak(config, 'redo-all') ? Math.max(carried, held.contiguous) : carried;
  const header: Header = {
    ...found.header,
    boot: found.header.boot + 1,
    committed,
    start,
    peers: found.header.peers.map((peer) =>
      raiseBase(peer, start > found.header.start ? start - 1 : 0),
    ) as unknown as Header['peers'],
    repair: isWeak(config, 'forget-repair') ? [] : found.header.repair,
    damaged: isDamaged(found),
    halted: isWeak(config, 'forget-the-suspended') ? [] : found.header.halted,
    consistency: isWeak(config, 'forget-repair')
      ? { kind: 'consistent' }
      : consistencyOf(found, committed),
  };
  return {
    config,
    header,
    stable: found.header,
    persisting: null,
    dirty: true,
    log: appendEntries(emptyLog(start), entries),
    held,
    storing: [],
    committed,
    durable: committed,
    applied: settled,
    applying: settled,
    flushing: 0,
    windowTold: 0,
    peers: isWeak(config, 'forget-notes-at-restart')
      ? [blankPeerState, blankPeerState, blankPeerState]
      : (header.peers.map(notedPeer) as unknown as SiteContext['peers']),
    stands: false,
    election: null,
    floor: Math.max(header.promised, header.used),
    owed: null,
    pending: [],
    waiting: [],
    reads: [],
    token: 0,
    asking: null,
    consent: null,
    handover: null,
    discard: null,
    staging: null,
    working: 0,
    hold: null,
    rotten: [],
    mended: false,
    exporting: [],
  };
}

/** What was noted before counts until a session says otherwise: by it one is known that shows less (protocol 3.5). */
const notedPeer = ({ noted }: PeerHeader): Peer => ({ ...blankPeerState, held: noted });

/** What was lost of settled entries is in the volumes; what lies beyond is lost. */
export const isDamaged = ({ header, damage }: Found): boolean =>
  header.damaged || damage.some((sequence) => sequence > header.settled);

/** Volumes may contain what the sidefile lost below c, and nobody knows in which blocks. */
export function consistencyOf(
  { header, damage }: Found,
  committed: Sequence,
): Header['consistency'] {
  const { consistency, settled, history, identity } = header;
  const unknown = damage.some((sequence) => sequence > settled && sequence <= committed);
  if (!unknown || consistency.kind !== 'consistent') return consistency;
  const shippedTo = Number.MAX_SAFE_INTEGER;
  return { kind: 'inconsistent', epoch: newestEpoch(history), from: identity.site, shippedTo };
}

/** What the sidefile lost of settled entries is in the volumes: it begins behind them. */
export function startBehind({ header, damage }: Found): Sequence {
  const settled = damage.filter((sequence) => sequence <= header.settled);
  return Math.max(header.start, ...settled.map((sequence) => sequence + 1));
}
