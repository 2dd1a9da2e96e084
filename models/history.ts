import type { Epoch, Position, Sequence, SiteId } from './words.ts';

/** One epoch: who writes, whose store an acknowledgement waits for, and where it forked off. */
export interface EpochRecord {
  readonly epoch: Epoch;
  readonly primary: SiteId;
  /** Incarnation of each site that has a vote in this epoch; 0: that site has none. */
  readonly incarnations: readonly [number, number, number];
  /** Mirrors whose durable store an acknowledgement waits for, sorted. */
  readonly syncSet: readonly SiteId[];
  /** The record it follows and the last position kept of it (the elected end). */
  readonly parent: Position;
  readonly how: 'genesis' | 'majority' | 'forced';
  /** Every acknowledged write up to it is kept, none beyond; null: nothing acknowledged is lost. */
  readonly lossBeyond: Sequence | null;
}

export type History = readonly EpochRecord[];

export function newestOf(history: History): EpochRecord | undefined {
  return history[history.length - 1];
}

export const newestEpoch = (history: History): Epoch => newestOf(history)?.epoch ?? -1;

/** Is (epoch, sequence) on this path? Iff listed and below the cut of every later record. */
export function liesOn(history: History, position: Position): boolean {
  if (newestOf(history)?.epoch === position.epoch) return true;
  const index = history.findIndex((record) => record.epoch === position.epoch);
  if (index < 0) return false;
  for (let later = index + 1; later < history.length; later++) {
    if (position.sequence > history[later]!.parent.sequence) return false;
  }
  return true;
}

/** The epoch in which `sequence` is written on this path: that of the last record cut below it. */
export function epochAt(history: History, sequence: Sequence): Epoch {
  for (let index = history.length - 1; index > 0; index--) {
    if (sequence > history[index]!.parent.sequence) return history[index]!.epoch;
  }
  return history[0]?.epoch ?? 0;
}

/**
 * Where two paths part: the sequence up to which positions on both are the same writes.
 * `Infinity` when one path is a prefix of the other and nothing cuts it, -1 when nothing is shared.
 */
export function forkOf(one: History, other: History): Sequence {
  const shared = sharedRecords(one, other);
  if (shared === 0) return -1;
  let fork = Number.POSITIVE_INFINITY;
  for (let index = shared; index < one.length; index++) {
    fork = Math.min(fork, one[index]!.parent.sequence);
  }
  for (let index = shared; index < other.length; index++) {
    fork = Math.min(fork, other[index]!.parent.sequence);
  }
  return fork;
}

/** How many records two paths share from genesis. */
export function sharedRecords(one: History, other: History): number {
  let shared = 0;
  while (shared < one.length && shared < other.length && sameRecord(one[shared]!, other[shared]!)) {
    shared++;
  }
  return shared;
}

export function sameRecord(one: EpochRecord, other: EpochRecord): boolean {
  return (
    one === other ||
    (one.epoch === other.epoch &&
      one.primary === other.primary &&
      one.how === other.how &&
      one.lossBeyond === other.lossBeyond &&
      one.parent.epoch === other.parent.epoch &&
      one.parent.sequence === other.parent.sequence &&
      one.syncSet.join() === other.syncSet.join() &&
      one.incarnations.join() === other.incarnations.join())
  );
}

/**
 * Does a record of this history say that what lies there, and was acknowledged in `told`, may be gone? A site that is
 * forced without knowing that epoch gives up all of it.
 */
export function isWaived(history: History, told: Epoch, position: Position): boolean {
  return history.some(
    (record) =>
      record.epoch > told &&
      (record.parent.sequence < position.sequence
        ? record.lossBeyond !== null || record.how === 'forced'
        : record.how === 'forced' && !history.some(({ epoch }) => epoch === told)),
  );
}

/**
 * May what was acknowledged on the first of these histories be cut by the second? By a record of it that tells of a loss or is
 * forced; or because the first is a forced branch, which an operator gave up.
 */
export function givesUp(left: History, newer: History): boolean {
  const shared = sharedRecords(left, newer);
  return (
    newer.slice(shared).some(({ how, lossBeyond }) => how === 'forced' || lossBeyond !== null) ||
    left.slice(shared).some(({ how }) => how === 'forced')
  );
}
