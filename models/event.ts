import type { AnswerCode } from './effect.ts';
import type { Message, Run } from './message.ts';
import type { Block, Entry, Epoch, Extent, Sequence, Session, SiteId, WriteKind } from './words.ts';

/** What happens to a site. Timers, disk completions, messages and requests all come from outside. */
export type SiteEvent =
  // host
  | { readonly type: 'host.write'; readonly writes: readonly HostWrite[] }
  | { readonly type: 'host.read'; readonly request: number; readonly extent: Extent }
  | { readonly type: 'host.flush'; readonly request: number }
  /** The bounded time of these requests is over: they are answered, their fate unknown. */
  | { readonly type: 'host.expired'; readonly requests: readonly number[] }
  // storage
  | { readonly type: 'stored'; readonly entries: readonly Entry[]; readonly committed: Sequence }
  | { readonly type: 'persisted' }
  | { readonly type: 'applied'; readonly through: Sequence }
  | { readonly type: 'flushed'; readonly through: Sequence }
  | { readonly type: 'exported' }
  /** There is no place for the file of the oldest export under way: nothing of it is kept, and the disk goes on. */
  | { readonly type: 'exportRefused'; readonly reason: string }
  | { readonly type: 'staged' }
  | { readonly type: 'stageFlushed' }
  | { readonly type: 'stageApplied' }
  | { readonly type: 'compared'; readonly differing: readonly Run[] }
  /** There is no room for these blocks beside the volumes: they are not stored. */
  | { readonly type: 'stageFull'; readonly blocks: readonly Block[] }
  | { readonly type: 'overwritten'; readonly blocks: readonly Block[] }
  /** Blocks of the volumes whose content is not what was written there. `unsent` is null where a host's read found them. */
  | {
      readonly type: 'unreadable';
      readonly blocks: readonly Block[];
      readonly unsent: Unsent | null;
    }
  | { readonly type: 'storage.failed' }
  // links
  /** `incarnation`: of the site at the other end, as its frames say. */
  | {
      readonly type: 'link.up';
      readonly peer: SiteId;
      readonly session: Session;
      readonly incarnation: number;
    }
  | { readonly type: 'link.down'; readonly peer: SiteId }
  | {
      readonly type: 'received';
      readonly from: SiteId;
      readonly session: Session;
      readonly message: Message;
    }
  // time
  | { readonly type: 'timeout'; readonly timer: Timer }
  // operator
  | { readonly type: 'operator'; readonly command: Command };

/** A message that cannot be sent for want of blocks. That may be heard of when its session is over. */
export interface Unsent {
  readonly to: SiteId;
  readonly session: Session;
  readonly message: Message;
}

export interface HostWrite {
  readonly request: number;
  readonly extent: Extent;
  readonly kind: WriteKind;
  readonly checksum: number;
}

/** Bounded waits of a site; which of them run is a function of its state (`timersOf`). */
export type Timer =
  /** No standing primary is known, or an election does not come to its end. */
  | 'election'
  /** A member of the sync set is away, or the epoch cannot be served as it is. */
  | 'patience'
  /** A leg waits to be planned again. */
  | 'retry'
  /** No store came that would have carried c. */
  | 'idle';

export type Command =
  | { readonly name: 'takeOver' }
  | { readonly name: 'consent'; readonly primary: SiteId }
  /** `above`: the largest epoch number the operator has seen anywhere. */
  | { readonly name: 'force'; readonly above?: Epoch }
  | { readonly name: 'switchover'; readonly to: SiteId }
  /** At a primary alone with sites that have no vote: gives one to this mirror, which it filled. */
  | { readonly name: 'admit'; readonly site: SiteId }
  /** Until `resume`, or until another site is primary: to be given to that one, then. */
  | { readonly name: 'suspend'; readonly peer: SiteId }
  | { readonly name: 'resume'; readonly peer: SiteId }
  | { readonly name: 'discard'; readonly branch: SiteId }
  /** Keeps what this site holds beyond that sequence, before somebody discards it. */
  | { readonly name: 'export'; readonly above: Sequence }
  | { readonly name: 'verify'; readonly peer: SiteId };

export type { AnswerCode };
