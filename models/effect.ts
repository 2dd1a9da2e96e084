import type { Header } from './header.ts';
import type { Message, Run } from './message.ts';
import type { Block, Entry, Extent, Sequence, Session, SiteId } from './words.ts';

/** What a site wants done. The hands do it and answer with an event; they decide nothing. */
export type Effect =
  | {
      readonly type: 'send';
      readonly to: SiteId;
      readonly session: Session;
      readonly message: Message;
    }
  // storage, answered by stored, persisted, applied, flushed, ...
  | {
      readonly type: 'store';
      readonly entries: readonly Entry[];
      /** c to be made durable with them; 0: none (entries of an older epoch carry no c). */
      readonly committed: Sequence;
      /** The host's requests they came from, entry by entry; empty: the frame being handled. */
      readonly requests: readonly number[];
    }
  | { readonly type: 'persist'; readonly header: Header }
  | { readonly type: 'apply'; readonly entries: readonly Entry[]; readonly through: Sequence }
  | { readonly type: 'flush'; readonly through: Sequence }
  | { readonly type: 'retire'; readonly start: Sequence }
  /** Keeps these entries, payloads and positions, where an operator finds them: `exported`, or `exportRefused`. */
  | {
      readonly type: 'export';
      readonly above: Sequence;
      readonly through: Sequence;
      readonly entries: readonly Entry[];
    }
  | { readonly type: 'stage'; readonly blocks: readonly Block[] }
  | { readonly type: 'flushStage' }
  | { readonly type: 'applyStage' }
  | { readonly type: 'dropStage' }
  /** Checksums of these runs against those in the frame being handled: answered by `compared`. */
  | { readonly type: 'compare'; readonly runs: readonly Run[] }
  /** Keeps the blocks of the frame being handled in hand, in place of what was there. */
  | { readonly type: 'take'; readonly blocks: readonly Block[] }
  /** What is in hand straight into the volumes, durable: answered by `overwritten`. */
  | { readonly type: 'overwrite'; readonly blocks: readonly Block[] }
  /** Who sent what cannot be is not believed any more. */
  | { readonly type: 'endSession'; readonly peer: SiteId; readonly session: Session }
  // the host
  | { readonly type: 'answer'; readonly requests: readonly number[]; readonly code: AnswerCode }
  | {
      readonly type: 'read';
      readonly request: number;
      readonly extent: Extent;
      /** Committed entries not yet in the volumes, to lay over them in this order. */
      readonly overlay: readonly Entry[];
    }
  /** The site fails stop: nothing more is asked of its disk. */
  | { readonly type: 'stop'; readonly reason: StopReason }
  /** Something a person wants to know: the timeline of a failover is made of these. */
  | { readonly type: 'report'; readonly event: Report };

export type AnswerCode = 'done' | 'unknown-fate' | 'not-primary' | 'not-serving' | 'refused-busy';

export type StopReason = 'storage' | 'position-conflict';

export type Report =
  | { readonly kind: 'probing' }
  | { readonly kind: 'proposing'; readonly epoch: number }
  | { readonly kind: 'promised'; readonly epoch: number; readonly to: SiteId }
  | {
      readonly kind: 'elected';
      readonly epoch: number;
      readonly primary: SiteId;
      readonly end: Sequence;
      /** Kept writes beyond what any promiser knows to be committed: no host was told of them, as far as known. */
      readonly untold: number;
      readonly lossBeyond: Sequence | null;
      readonly syncSet: readonly SiteId[];
    }
  | { readonly kind: 'consentMissing'; readonly end: Sequence; readonly primary: SiteId }
  | { readonly kind: 'serving'; readonly epoch: number; readonly contiguous: Sequence }
  | {
      readonly kind: 'planned';
      readonly peer: SiteId;
      readonly verdict: string;
      readonly reason: string;
      readonly count: number;
      /** What moves, or is compared, in blocks of `blockBytes`; known before anything does. */
      readonly blocks: number;
      readonly from: Sequence;
      readonly to: Sequence;
    }
  | { readonly kind: 'refused'; readonly peer: SiteId; readonly reason: string }
  /** This mirror plans something else of the same two summaries: nothing begins; digests of both plans. */
  | {
      readonly kind: 'unlikePlans';
      readonly peer: SiteId;
      readonly own: number;
      readonly theirs: number;
    }
  | {
      readonly kind: 'cut';
      readonly above: Sequence;
      readonly through: Sequence;
      readonly repaired: number;
    }
  | {
      readonly kind: 'exported';
      readonly above: Sequence;
      readonly through: Sequence;
      readonly count: number;
    }
  /** No copy for an operator, and why. Nothing else happened. */
  | {
      readonly kind: 'exportRefused';
      readonly above: Sequence;
      readonly through: Sequence;
      readonly reason: string;
    }
  | { readonly kind: 'level'; readonly peer: SiteId; readonly at: Sequence }
  | {
      readonly kind: 'distrusted';
      readonly peer: SiteId;
      readonly message: Message['type'];
      readonly reason: string;
    }
  | { readonly kind: 'suspended'; readonly peer: SiteId }
  | { readonly kind: 'staged'; readonly through: Sequence }
  | {
      readonly kind: 'differing';
      readonly peer: SiteId;
      readonly at: Sequence;
      readonly blocks: number;
    }
  /** Checksums of all blocks were equal at both, range by range; the last of them at this position. */
  | { readonly kind: 'converged'; readonly peer: SiteId; readonly at: Sequence }
  /** What a check found could not be mended. */
  | { readonly kind: 'unmended'; readonly peer: SiteId; readonly blocks: number }
  /** Blocks of its own volumes that cannot be read. */
  | { readonly kind: 'unreadable'; readonly blocks: readonly Block[] }
  | { readonly kind: 'mended'; readonly blocks: number }
  | { readonly kind: 'resized'; readonly capacity: number };

export type EffectType = Effect['type'];
