import { epochAt, type History, newestEpoch } from '../history.ts';
import { newestOfHolding } from '../holding.ts';
import type { Summary } from '../summary.ts';
import type { Holding, Sequence } from '../words.ts';
import {
  type AbstractRecord,
  type AbstractSummary,
  sequenceOf,
  type Write,
  writeOf,
} from './state.ts';

/** What machines say of themselves, in the words of the abstract protocol. */

export const writeAt = (history: History, sequence: Sequence): Write =>
  writeOf(epochAt(history, sequence), sequence);

export function writesOf(history: History, { contiguous, ranges }: Holding): readonly Write[] {
  const runs = contiguous > 0 ? [{ first: 1, last: contiguous }, ...ranges] : ranges;
  return runs.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => writeAt(history, first + index)),
  );
}

export function abstractSummaryOf(summary: Summary): AbstractSummary {
  const { history, start, consistency, repairCount } = summary;
  const consistent = consistency.kind !== 'inconsistent' && repairCount === 0;
  const held = writesOf(history, summary.held);
  return {
    site: summary.site,
    incarnation: summary.incarnation,
    record: newestEpoch(history),
    held: consistent ? held : held.filter((write) => sequenceOf(write) >= start),
    sidefileFrom: start - 1,
    commit: summary.committed,
    consistent,
    damaged: summary.damaged,
  };
}

/** Up to where a summary says that all is held; blocks that cannot be trusted are nothing. */
export function heldThrough(summary: Summary): Sequence {
  const whole = summary.consistency.kind !== 'inconsistent' && summary.repairCount === 0;
  const isBehind = newestOfHolding(summary.held) > 0 && summary.start > 1;
  return whole || !isBehind ? summary.held.contiguous : 0;
}

/** Each record of a path, with what each of its ancestors still counts for. */
export function recordsOf(history: History): readonly AbstractRecord[] {
  const known = paths.get(history);
  if (known) return known;
  const found = recordsAlong(history);
  paths.set(history, found);
  return found;
}

const paths = new WeakMap<History, readonly AbstractRecord[]>();

function recordsAlong(history: History): readonly AbstractRecord[] {
  return history.map((record, index) => ({
    epoch: record.epoch,
    primary: record.primary,
    syncSet: record.syncSet,
    incarnations: record.incarnations,
    parent:
      record.how === 'genesis'
        ? { epoch: -1, sequence: 0 }
        : { epoch: record.parent.epoch, sequence: record.parent.sequence },
    ends: history.slice(0, index).map((ancestor, at) => {
      const later = history.slice(at + 1, index + 1);
      return [ancestor.epoch, Math.min(...later.map(({ parent }) => parent.sequence))] as const;
    }),
    how: record.how,
    loss: record.lossBeyond !== null,
  }));
}
