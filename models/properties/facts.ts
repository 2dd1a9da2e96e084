import { type Disk, recover, rottenContent } from '../disk.ts';
import { type History, liesOn } from '../history.ts';
import { include } from '../holding.ts';
import type { HostState, WriteRequest } from '../host.ts';
import type { Property } from '../model.ts';
import { type Node, nodeName } from '../node.ts';
import { type Holding, type Sequence, type SiteId, siteIds } from '../words.ts';

/** What statements about a world are made of. */

/** All of a site that a loss of power would leave. Use: what is claimed of it is asked once for all that stand alike. */
export type Standing = Pick<Node, 'config' | 'disk'>;
export const itsStanding = ({ config, disk }: Node): Standing => ({ config, disk });

/** Of all that hosts did, their writes. */
export type Written = Pick<HostState, 'writes'>;
export const itsWrites = ({ writes }: HostState): Written => ({ writes });

/** What the site would hold if it lost power now. */
export function durablyHeld({ disk }: Standing): Holding {
  const { header, entries } = recover(disk);
  // What is settled is in the volumes, whatever the sidefile lost of it.
  let held: Holding = { contiguous: Math.max(header.start - 1, header.settled), ranges: [] };
  for (const { sequence } of entries) held = include(held, { first: sequence, last: sequence });
  return held;
}

type Marks = Pick<Disk, 'damage' | 'header'>;

/** Did it lose entries, and was not given them back? */
export const isDamaged = ({ damage, header }: Marks): boolean =>
  header.damaged || damage.length > 0;

/** Does a site say itself that it lacks something: what it lost, or what its volume is no prefix of? */
export const isMarked = (marks: Marks): boolean =>
  isDamaged(marks) || marks.header.consistency.kind === 'inconsistent';

/** Is this what the volume gives back? A block that has rotted is known to be unreadable, not wrong. */
export const readsAs = (volume: readonly number[], expected: readonly number[]): boolean =>
  volume.every((content, block) => content === rottenContent || content === expected[block]);

export const historyOf = ({ disk }: Standing): History => disk.header.history;
export function isServing(node: Node): boolean {
  return serviceOf(node) === 'serving';
}

/** Where a primary stands with its hosts; null: it is none. */
export const serviceOf = ({ site }: Node): string | null =>
  site?.role === 'primary' ? (site.state as { service: string }).service : null;

/** The writes of a site's history, as numbered: at each position the one the host was given there. */
export function contentAt(
  host: Written,
  history: History,
  through: Sequence,
  blocks: number,
): number[] {
  const content = new Array<number>(blocks).fill(0);
  const numbered = host.writes
    .map((write, index) => ({ write, id: index + 1 }))
    .filter(({ write }) => isOn(write, history, through))
    .sort((one, other) => one.write.position!.sequence - other.write.position!.sequence);
  for (const { write, id } of numbered) {
    const { first, count } = write.extent;
    for (let block = first; block < first + count; block++) content[block] = id;
  }
  return content;
}

export const isOn = (write: WriteRequest, history: History, through: Sequence): boolean =>
  write.position !== null && write.position.sequence <= through && liesOn(history, write.position);
export const each = (make: (name: string, site: SiteId) => Property): Property[] =>
  siteIds.map((site) => make(nodeName(site), site));

export const everyPair: readonly (readonly [SiteId, SiteId])[] = [
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 2],
  [2, 0],
  [2, 1],
];

/** Largest epoch a site proposed, promised or heard of. */
export const highestOf = ({ disk, site }: Node): number =>
  Math.max(
    disk.header.promised,
    disk.header.used,
    site?.context.floor ?? 0,
    site?.context.header.promised ?? 0,
  );
