import type { Consistency } from './header.ts';
import type { History } from './history.ts';
import type { Epoch, Holding, Sequence, SiteId } from './words.ts';

/**
 * What a site tells of itself when it connects, proposes or promises: enough to compare two
 * sidefiles by sequence number in O(ranges). Made after every store it had begun has ended.
 */
export interface Summary {
  readonly site: SiteId;
  readonly incarnation: number;
  readonly boot: number;
  /** Use: among holders the near one becomes primary. */
  readonly distance: 'near' | 'far';
  readonly volumes: readonly number[];
  readonly history: History;
  readonly promised: Epoch;
  /** Everything it holds durably on its history, in volumes or sidefile. */
  readonly held: Holding;
  /** First sequence its sidefile still keeps. Invariant: all below it is settled. */
  readonly start: Sequence;
  readonly committed: Sequence;
  readonly settled: Sequence;
  /** Nothing beyond it is accepted. Invariant: start - 1 + capacity. */
  readonly windowEnd: Sequence;
  /** Per site: its bits for that site cover every drop after this sequence. */
  readonly bases: readonly [Sequence, Sequence, Sequence];
  /** Per site: what it was last noted to hold without a gap. Use: "shows less than was noted". */
  readonly noted: readonly [Sequence, Sequence, Sequence];
  readonly consistency: Consistency;
  /** Blocks it must be given whatever else is planned. */
  readonly repairCount: number;
  readonly damaged: boolean;
}
