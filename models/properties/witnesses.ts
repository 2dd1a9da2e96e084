import type { HostState } from '../host.ts';
import { type Property, sometimes } from '../model.ts';
import type { Node } from '../node.ts';
import { recordOf } from '../site.ts';
import { durablyHeld, isServing } from './facts.ts';

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
    (sync: Node) => sync.site !== null && sync.site.context.peers[2].informed.contiguous > 0,
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
};
