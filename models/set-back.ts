import { type Bounds, type Link, linkName, pairs } from './bounds.ts';
import type { Disk } from './disk.ts';
import { newestEpoch } from './history.ts';
import { holds } from './holding.ts';
import type { HostState } from './host.ts';
import { brokenNow } from './loose.ts';
import type { JointMove } from './model.ts';
import { channelName, type Node, nodeName } from './node.ts';
import { durablyHeld } from './properties/facts.ts';
import { othersOf, type SiteId } from './words.ts';

/** The disks of these sites may be set back to the copies that the opening took of them. */
export const setBacksOf = (
  bounds: Bounds,
  copies: readonly (Disk | null)[],
): JointMove<readonly unknown[]>[] =>
  bounds.maySetBack.map((site) => setBack(site, bounds, copies[site]!));

function setBack(site: SiteId, { leftovers }: Bounds, copy: Disk): JointMove<readonly unknown[]> {
  const links = pairs.filter(([one, other]) => one === site || other === site);
  const others = othersOf(site);
  const name = `${nodeName(site)} is set back to an older copy`;
  return {
    name,
    reads: [
      'host',
      nodeName(site),
      ...others.map(nodeName),
      ...links.map(([one, other]) => linkName(one, other)),
    ],
    generate: (...values) => {
      const [host, node, one, other] = values as [HostState, Node, Node, Node];
      if (!isRecognised(host, node, [one, other], copy)) return [];
      const broken = links.flatMap((pair, index) => {
        const link = values[index + 4] as Link;
        return link.up ? [{ pair, link }] : [];
      });
      return [
        {
          name,
          budget: 'setBacks',
          fault: true,
          clear: leftovers
            ? []
            : broken.flatMap(({ pair: [from, to] }) => [
                channelName(from, to),
                channelName(to, from),
              ]),
          deliver: [
            [nodeName(site), { type: 'setBack', disk: copy }],
            ...broken.flatMap(({ pair, link }) =>
              brokenNow(link, pair, [pair[0] === site ? pair[1] : pair[0]]),
            ),
          ],
        },
      ];
    },
  };
}

/**
 * A copy under the same name is only known by what others noted of the site: so each of them noted
 * more, durably, or holds what it forgets; and it forgets no promise.
 */
export function isRecognised(
  host: HostState,
  node: Node,
  others: readonly Node[],
  copy: Disk,
): boolean {
  const { header } = node.disk;
  if (copy.header.promised !== header.promised || copy.header.used !== header.used) return false;
  if (newestEpoch(copy.header.history) !== newestEpoch(header.history)) return false;
  const { site } = node.config;
  const shown = durablyHeld({ ...node, disk: copy });
  return others.every((other) => {
    if (other.disk.header.peers[site].noted.contiguous > shown.contiguous) return true;
    const held = durablyHeld(other);
    return host.writes.every(
      ({ holders, position }) =>
        !holders.includes(site) ||
        position === null ||
        holds(shown, position.sequence) ||
        holds(held, position.sequence),
    );
  });
}
