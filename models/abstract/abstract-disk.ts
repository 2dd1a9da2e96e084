import { type Disk, recover } from '../disk.ts';
import { type Header, isPrefix } from '../header.ts';
import { newestEpoch } from '../history.ts';
import { include } from '../holding.ts';
import type { Node } from '../node.ts';
import { consistencyOf, type Found, isDamaged, startBehind } from '../site.ts';
import type { Epoch, Holding, Sequence } from '../words.ts';
import { writeAt, writesOf } from './abstract-summary.ts';
import { MANY } from './reading.ts';
import { type AbstractSite, NOWHERE, sortedWrites, type Write, writeOf } from './state.ts';

export type Durable = Pick<
  AbstractSite,
  | 'incarnation'
  | 'promised'
  | 'record'
  | 'held'
  | 'sidefileFrom'
  | 'commit'
  | 'applied'
  | 'consistent'
  | 'mixed'
  | 'damaged'
>;

/** What a site would find if it lost power now; of one whose start has not ended, what that makes of it. */
export function diskOf({ disk, site, booted }: Node): Durable {
  const isAtRest = site === null || !booted;
  const disks = isAtRest ? disksAtRest : disksInUse;
  const known = disks.get(disk);
  if (known) return known;
  const found = durableOf(disk, isAtRest);
  disks.set(disk, found);
  return found;
}

/** Many worlds share a disk, and a disk never changes. */
const disksInUse = new WeakMap<Disk, Durable>();
const disksAtRest = new WeakMap<Disk, Durable>();

function durableOf(disk: Disk, isAtRest: boolean): Durable {
  const found = recover(disk);
  const { entries, committed } = found;
  const header = isAtRest ? asStarted(found, committed) : found.header;
  const { history, start, settled } = header;
  const consistent = isPrefix(header);
  let held: Holding = { contiguous: consistent ? Math.max(start - 1, settled) : 0, ranges: [] };
  for (const { sequence } of entries) held = include(held, { first: sequence, last: sequence });
  const redo = Math.max(Math.min(committed, held.contiguous), settled);
  return {
    incarnation: header.incarnation,
    promised: promisedIn(header),
    record: newestEpoch(history),
    held: consistent
      ? writesOf(history, held)
      : sortedWrites(
          entries
            .filter(({ sequence }) => sequence >= start)
            .map(({ sequence }) => writeAt(history, sequence)),
        ),
    sidefileFrom: start - 1,
    commit: committed,
    applied: consistent ? redo : 0,
    consistent,
    mixed: consistent ? 0 : mixedOf(header),
    damaged: header.damaged,
  };
}

/** Nobody proposes number 0: a site without a record that promised no more has promised nothing. */
export const promisedIn = ({ history, promised }: Header): Epoch =>
  history.length === 0 && promised === 0 ? -1 : promised;

/** A start counts what cannot be read: below what is settled, below c, or beyond. */
const asStarted = (found: Found, committed: Sequence): Header => ({
  ...found.header,
  start: startBehind(found),
  consistency: consistencyOf(found, committed),
  damaged: isDamaged(found),
});

/** The last write that may be in a volume which mixes what several updates left. */
function mixedOf({ consistency }: Header): Write {
  if (consistency.kind !== 'inconsistent') return 0;
  const { epoch, shippedTo } = consistency;
  return shippedTo >= MANY ? NOWHERE : writeOf(epoch, shippedTo);
}
