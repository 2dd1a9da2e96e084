import { type Disk, rottenContent } from '../../../models/disk.ts';
import { newestEpoch, newestOf } from '../../../models/history.ts';
import { newestOfHolding } from '../../../models/holding.ts';
import type { HostState } from '../../../models/host.ts';
import type { Node } from '../../../models/node.ts';
import { durablyHeld } from '../../../models/properties.ts';
import { isRecognised } from '../../../models/set-back.ts';
import { othersOf, type SiteId, siteIds } from '../../../models/words.ts';

/** What a disk may lose by itself: never more than one site, or nobody could be asked to mend it. */

/** Every site has the vote its newest record names, and its disk is sound. */
function areSound(nodes: readonly Node[]): boolean {
  const newest = nodes.reduce((one, other) =>
    newestEpoch(other.disk.header.history) > newestEpoch(one.disk.header.history) ? other : one,
  );
  const record = newestOf(newest.disk.header.history)!;
  return siteIds.every((site) => {
    const { disk } = nodes[site]!;
    const { incarnation, damaged, consistency } = disk.header;
    return (
      incarnation === record.incarnations[site] &&
      !damaged &&
      disk.damage.length === 0 &&
      !hasRotten(disk) &&
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

/** Of a site that is down, while all else is sound: and only if the copy is recognised as older. */
export function mayBeRestored(
  nodes: readonly Node[],
  host: HostState,
  site: SiteId,
  copy: Disk,
): boolean {
  const node = nodes[site]!;
  if (node.site !== null || !areSound(nodes)) return false;
  const others = othersOf(site).map((other) => nodes[other]!);
  return isRecognised(host, node, others, copy);
}

export const mayRot = (nodes: readonly Node[], site: SiteId, sequence: number): boolean =>
  areSound(nodes) && nodes[site]!.disk.entries.some((entry) => entry.sequence === sequence);

/** Another site has what it held. */
export function mayRotBlock(nodes: readonly Node[], site: SiteId): boolean {
  if (!areSound(nodes)) return false;
  const held = newestOfHolding(durablyHeld(nodes[site]!));
  return othersOf(site).some((other) => durablyHeld(nodes[other]!).contiguous >= held);
}

const hasRotten = ({ cached, flushed, stage }: Disk): boolean =>
  [...cached, ...flushed, ...stage.map(({ content }) => content)].includes(rottenContent);

/** An entry is lost, and the flushed marks of others say that it had been there. */
export const rotten = (disk: Disk, sequence: number): Disk => ({
  ...disk,
  entries: disk.entries.filter((entry) => entry.sequence !== sequence),
  damage: [...disk.damage, sequence],
});
