import { type Bits, isEmpty } from './bits.ts';
import type { EpochRecord } from './history.ts';
import type { Epoch, Holding, Sequence, SiteId } from './words.ts';

/**
 * What a site keeps durable besides sidefile entries and volumes. One write of a header is one
 * atomic step (two alternating slots): whatever is decided together is written together.
 */
export interface Header {
  readonly identity: Identity;
  /** Random, new whenever the site is created or restored. Use: tells a blank return apart. */
  readonly incarnation: number;
  /** +1 at every start, before the first frame. */
  readonly boot: number;
  /** Largest epoch this site promised; its proposer is the candidate. Invariant: never falls. */
  readonly promised: Epoch;
  /** Largest epoch this site ever proposed. Invariant: never falls. */
  readonly used: Epoch;
  /** Path of epoch records from genesis to the newest one. Empty: a blank site. */
  readonly history: readonly EpochRecord[];
  /** c as made durable. Use: redo runs from `settled` to exactly here. */
  readonly committed: Sequence;
  /** Volumes are flushed up to here. Invariant: settled <= committed. */
  readonly settled: Sequence;
  /** First sequence the sidefile still keeps. Invariant: start <= settled + 1. */
  readonly start: Sequence;
  /** Entries the sidefile may keep (adaptive sidefiles move it between floor and limit). */
  readonly capacity: number;
  readonly consistency: Consistency;
  /** Blocks whose content is not to be trusted until an update shipped them. */
  readonly repair: Bits;
  /** Something that was durably held was lost to the disk: no holder until repaired. */
  readonly damaged: boolean;
  /** Mirrors whose legs an operator suspended: this site, their primary, sends nothing to them in order until he resumes. */
  readonly halted: readonly SiteId[];
  /** By site id; the own slot is unused and blank. */
  readonly peers: readonly [PeerHeader, PeerHeader, PeerHeader];
}

/** What makes a site directory belong to one place of one arrangement. */
export interface Identity {
  readonly arrangement: string;
  readonly site: SiteId;
  readonly distance: 'near' | 'far';
  readonly blockBytes: number;
  /** Blocks of each volume. */
  readonly volumes: readonly number[];
}

/** Are the volumes a prefix of what was written, and no mixture? */
export const isPrefix = ({ consistency, repair }: Header): boolean =>
  consistency.kind !== 'inconsistent' && isEmpty(repair);

export type Consistency =
  | { readonly kind: 'consistent' }
  /** Blocks of an update are being stored beside the volumes; until the mark nothing happened. */
  | { readonly kind: 'staging'; readonly epoch: Epoch; readonly from: SiteId }
  /** The commit mark stands: redo copies the stage into the volumes, which then stand at `through`. */
  | { readonly kind: 'staged'; readonly epoch: Epoch; readonly through: Sequence }
  /** Volumes mix positions up to `shippedTo` of that epoch's history: only a source can mend it. */
  | {
      readonly kind: 'inconsistent';
      readonly epoch: Epoch;
      readonly from: SiteId;
      readonly shippedTo: Sequence;
    };

export interface PeerHeader {
  readonly incarnation: number;
  /** What the peer was last noted to hold. Advisory but for "shows less than was noted". */
  readonly noted: Holding;
  /** The bits cover every drop after it. */
  readonly base: Sequence;
  /** The old half has only bits of drops up to it. */
  readonly mark: Sequence;
  /** The young half has only bits of drops up to it. */
  readonly youngest: Sequence;
  readonly old: Bits;
  readonly young: Bits;
}
