import type { HostState } from '../host.ts';
import { type Property, sometimes } from '../model.ts';
import type { Node } from '../node.ts';
import { recordOf } from '../site.ts';
import { durablyHeld, isServing } from './facts.ts';

/** What a mirror was told, and confirmed, of what the async mirror holds. */
const noticedOf = ({ site }: Node): number =>
  site?.role === 'mirror' ? site.context.peers[2].informed.contiguous : 0;

/** What must be reached, lest the statements above hold of nothing. Named by `Bounds.reaches`. */
export const witnesses: Readonly<Record<string, Property>> = {
  acknowledged: sometimes('HOST-20', 'every write is acknowledged', ['host'], (host: HostState) =>
    host.writes.every(({ state }) => state === 'acknowledged'),
  ),
  takeover: sometimes('RESYNC-10', 'the sync mirror serves', ['S'], isServing),
  ahead: sometimes('EPOCH-120', 'the async mirror serves', ['A'], isServing),
  lag: sometimes(
    'RESYNC-20',
    'the async mirror lacks what the sync mirror holds',
    ['S', 'A'],
    (sync: Node, async: Node) => durablyHeld(sync).contiguous > durablyHeld(async).contiguous,
  ),
  hole: sometimes(
    'MIRROR-20',
    'the sync mirror holds a write beyond a hole',
    ['S'],
    (sync: Node) => durablyHeld(sync).ranges.length > 0,
  ),
  informed: sometimes(
    'PRIMARY-50',
    'the sync mirror has noted what the async mirror holds',
    ['S'],
    (sync: Node) => noticedOf(sync) > 0,
  ),
  staged: sometimes(
    'RESYNC-70',
    'a mirror stands at a staged mark',
    ['A'],
    (node: Node) => node.disk.header.consistency.kind === 'staged',
  ),
  returned: sometimes(
    'RECOVERY-20',
    'the first primary follows another one',
    ['P'],
    (node: Node) => node.site?.role === 'mirror' && recordOf(node.site.context)?.primary !== 0,
  ),
  admitted: sometimes(
    'EPOCH-150',
    'an operator gave an empty site its vote, and a majority ended his force',
    ['P'],
    ({ disk }: Node) => {
      const { history } = disk.header;
      const by = history.findIndex(
        ({ how, incarnations }) => how === 'forced' && incarnations[1] === 2,
      );
      return by >= 0 && history.at(-1)!.how === 'majority';
    },
  ),
  read: sometimes('HOST-30', 'a read is answered', ['host'], (host: HostState) =>
    host.reads.some(({ state }) => state === 'done'),
  ),
  confirmed: sometimes(
    'PRIMARY-40',
    'the third sidefile shows that the sync mirror confirmed the notice',
    ['P'],
    (primary: Node) => (primary.site?.context.peers[1].informed.contiguous ?? 0) > 0,
  ),
  early: sometimes(
    'MIRROR-40',
    'the first sidefile shows as held by the async mirror what the sync mirror does not hold itself',
    ['S'],
    (sync: Node) => noticedOf(sync) > (sync.site?.context.held.contiguous ?? 0),
  ),
  noticed: sometimes(
    'MIRROR-50',
    'the first sidefile shows that the notice was confirmed',
    ['S'],
    (sync: Node) => noticedOf(sync) > 0,
  ),
  overlap: sometimes(
    'PRIMARY-10',
    'a mirror holds a write that its primary has not stored yet',
    ['P', 'S'],
    (primary: Node, sync: Node) =>
      isServing(primary) && durablyHeld(sync).contiguous > durablyHeld(primary).contiguous,
  ),
  forwarded: sometimes(
    'RESYNC-40',
    'a mirror that lagged was given all that it lacked, and is streamed to',
    ['host', 'P', 'S'],
    (host: HostState, ...nodes: readonly Node[]) =>
      nodes.some((node) => {
        const peer = node.site?.context.peers[2];
        const all = (peer?.held.contiguous ?? 0) >= host.writes.length;
        return isServing(node) && peer?.phase === 'streaming' && all;
      }),
  ),
  grown: sometimes(
    'SIDEFILE-40',
    'an adaptive first sidefile has grown beyond its floor',
    ['S'],
    ({ site, config }: Node) =>
      site !== null && site.context.header.capacity > config.sidefile.capacity,
  ),
};
