import type { Disk } from '../../../models/disk.ts';
import { newestEpoch, newestOf } from '../../../models/history.ts';
import { holds } from '../../../models/holding.ts';
import type { HostState } from '../../../models/host.ts';
import type { Node } from '../../../models/node.ts';
import { durablyHeld } from '../../../models/properties.ts';
import { othersOf, type SiteId, siteIds } from '../../../models/words.ts';

/** What a disk may lose by itself: never more than one site, or nobody could be asked to mend it. */

/** Every site has the vote its newest record names, and its disk is sound. */
function areSound(nodes: readonly Node[]): boolean {
  const newest = nodes.reduce((one, other) =>
    newestEpoch(other.disk.header.history) > newestEpoch(one.disk.header.history) ? other : one,
  );
  const record = newestOf(newest.disk.header.history)!;
  return siteIds.every((site) => {
    const { incarnation, damaged, consistency } = nodes[site]!.disk.header;
    return (
      incarnation === record.incarnations[site] &&
      !damaged &&
      nodes[site]!.disk.damage.length === 0 &&
      consistency.kind === 'consistent' &&
      othersOf(site).every((other) => {
        const { noted } = nodes[other]!.disk.header.peers[site];
        return noted.contiguous <= durablyHeld(nodes[site]!).contiguous;
      })
    );
  });
}

export const mayBeReplaced = (nodes: readonly Node[], site: SiteId): boolean =>
  nodes[site]!.site === null && areSound(nodes);

/**
 * An older copy under the same name is only recognised by what others noted of the site: so each of
 * them noted more, or holds all it forgets; and it must not forget a promise.
 */
export function mayBeRestored(
  nodes: readonly Node[],
  host: HostState,
  site: SiteId,
  copy: Disk,
): boolean {
  const node = nodes[site]!;
  if (node.site !== null || !areSound(nodes)) return false;
  const { header } = node.disk;
  if (copy.header.promised !== header.promised || copy.header.used !== header.used) return false;
  if (newestEpoch(copy.header.history) !== newestEpoch(header.history)) return false;
  const shown = durablyHeld({ ...node, disk: copy });
  return othersOf(site).every((other) => {
    const peer = nodes[other]!;
    if (peer.disk.header.peers[site].noted.contiguous > shown.contiguous) return true;
    const held = durablyHeld(peer);
    return host.writes.every(
      ({ holders, position }) =>
        !holders.includes(site) ||
        position === null ||
        holds(shown, position.sequence) ||
        holds(held, position.sequence),
    );
  });
}

export const restored = (copy: Disk): Disk => copy;

export const mayRot = (nodes: readonly Node[], site: SiteId, sequence: number): boolean =>
  areSound(nodes) && nodes[site]!.disk.entries.some((entry) => entry.sequence === sequence);

/** An entry is lost, and the flushed marks of others say that it had been there. */
export const rotten = (disk: Disk, sequence: number): Disk => ({
  ...disk,
  entries: disk.entries.filter((entry) => entry.sequence !== sequence),
  damage: [...disk.damage, sequence],
});
