import type { Summary } from './summary.ts';
import type { Block, Entry, Epoch, Holding, Range, Sequence, SiteId } from './words.ts';

/**
 * What sites say to each other. Payloads are attached by the hands that send and taken off by the
 * hands that receive; a message here names entries and blocks only.
 */
export type Message =
  // epochs
  | { readonly type: 'probe'; readonly epoch: Epoch; readonly rank: number }
  | {
      readonly type: 'probed';
      readonly epoch: Epoch;
      readonly yes: boolean;
      readonly promised: Epoch;
    }
  | { readonly type: 'propose'; readonly epoch: Epoch; readonly rank: number }
  | { readonly type: 'promise'; readonly epoch: Epoch; readonly summary: Summary }
  /** Of a proposal or a record, or of an epoch that is left. `promised`: the largest it promised; `newest`: of its newest record. */
  | {
      readonly type: 'refused';
      readonly epoch: Epoch;
      readonly promised: Epoch;
      readonly newest: Epoch;
    }
  /** The newest record and all before it are the history of this summary. */
  | { readonly type: 'record'; readonly summary: Summary }
  | {
      readonly type: 'recordStored';
      readonly epoch: Epoch;
      readonly summary: Summary;
      /** Of the plan this site makes of the summary it was told and its own (`planDigest`). */
      readonly digest: number;
    }
  // mirroring: everything from here on belongs to the epoch it names
  | {
      readonly type: 'write';
      readonly epoch: Epoch;
      readonly entries: readonly Entry[];
      readonly committed: Sequence;
    }
  | { readonly type: 'advance'; readonly epoch: Epoch; readonly committed: Sequence }
  | {
      readonly type: 'acknowledged';
      readonly epoch: Epoch;
      readonly held: Holding;
      /** First entry its sidefile keeps (basis o of an adaptive sidefile). */
      readonly start: Sequence;
      readonly windowEnd: Sequence;
    }
  | {
      readonly type: 'notice';
      readonly epoch: Epoch;
      readonly about: SiteId;
      readonly held: Holding;
      /** First entry its sidefile keeps. Use: basis o of the first sidefile (claim 8). */
      readonly start: Sequence;
    }
  | {
      readonly type: 'noticed';
      readonly epoch: Epoch;
      readonly about: SiteId;
      readonly held: Holding;
    }
  | { readonly type: 'ask'; readonly epoch: Epoch; readonly token: number }
  | { readonly type: 'evidence'; readonly epoch: Epoch; readonly token: number }
  // what a new primary lacks of the elected history
  | { readonly type: 'fetch'; readonly epoch: Epoch; readonly ranges: readonly Range[] }
  | { readonly type: 'fetched'; readonly epoch: Epoch; readonly entries: readonly Entry[] }
  | { readonly type: 'gone'; readonly epoch: Epoch; readonly ranges: readonly Range[] }
  // staged update
  | {
      readonly type: 'stageBegin';
      readonly epoch: Epoch;
      readonly compare: boolean;
      /** What the source applied: the target first applies what it holds up to there. */
      readonly applied: Sequence;
    }
  /** It needs all of these whatever the source’s bits say; more than it needs does no harm. */
  | { readonly type: 'stageReady'; readonly epoch: Epoch; readonly repair: readonly Run[] }
  | { readonly type: 'sums'; readonly epoch: Epoch; readonly runs: readonly Run[] }
  | { readonly type: 'sumsDiffer'; readonly epoch: Epoch; readonly runs: readonly Run[] }
  | {
      readonly type: 'blocks';
      readonly epoch: Epoch;
      readonly blocks: readonly Block[];
      /** They contain nothing beyond it. */
      readonly through: Sequence;
    }
  | { readonly type: 'blocksStored'; readonly epoch: Epoch }
  /** There is no room beside the volumes: the rest, and these again, goes in place. */
  | { readonly type: 'stageRefused'; readonly epoch: Epoch; readonly blocks: readonly Block[] }
  | { readonly type: 'stageCommit'; readonly epoch: Epoch; readonly through: Sequence }
  | { readonly type: 'stageCommitted'; readonly epoch: Epoch; readonly summary: Summary }
  // verify: both volumes stand at one position while a range of blocks is compared
  | { readonly type: 'hold'; readonly epoch: Epoch; readonly at: Sequence }
  | { readonly type: 'held'; readonly epoch: Epoch; readonly at: Sequence }
  | { readonly type: 'lend'; readonly epoch: Epoch; readonly blocks: readonly Block[] }
  /** None: they cannot be read here either. */
  | { readonly type: 'lent'; readonly epoch: Epoch; readonly blocks: readonly Block[] }
  | { readonly type: 'release'; readonly epoch: Epoch };

/** A run of blocks; its checksum is attached by the hands. */
export interface Run {
  readonly first: Block;
  readonly count: number;
}

export type MessageType = Message['type'];
