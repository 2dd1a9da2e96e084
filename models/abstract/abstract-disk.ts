import { isEmpty } from '../bits.ts';
import { type Disk, recover } from '../disk.ts';
import { newestEpoch } from '../history.ts';
import { include } from '../holding.ts';
import type { Node } from '../node.ts';
import type { Holding } from '../words.ts';
import { writeAt, writesOf } from './abstract-summary.ts';
import { type AbstractSite, sortedWrites } from './state.ts';

type Durable = Pick<
  AbstractSite,
  | 'incarnation'
  | 'promised'
  | 'record'
  | 'held'
  | 'sidefileFrom'
  | 'commit'
  | 'applied'
  | 'consistent'
>;

/** What a site would find if it lost power now. */
export function diskOf({ disk }: Node): Durable {
  const known = disks.get(disk);
  if (known) return known;
  const found = durableOf(disk);
  disks.set(disk, found);
  return found;
}

/** Many worlds share a disk, and a disk never changes. */
const disks = new WeakMap<Disk, Durable>();

function durableOf(disk: Disk): Durable {
  const { header, entries, committed } = recover(disk);
  const { history, start, settled } = header;
  const consistent = header.consistency.kind !== 'inconsistent' && isEmpty(header.repair);
  let held: Holding = { contiguous: consistent ? Math.max(start - 1, settled) : 0, ranges: [] };
  for (const { sequence } of entries) held = include(held, { first: sequence, last: sequence });
  const redo = Math.max(Math.min(committed, held.contiguous), settled);
  return {
    incarnation: header.incarnation,
    promised: header.promised,
    record: newestEpoch(history),
    held: consistent
      ? writesOf(history, held)
      : sortedWrites(entries.map(({ sequence }) => writeAt(history, sequence))),
    sidefileFrom: start - 1,
    commit: committed,
    applied: consistent ? redo : 0,
    consistent,
  };
}
