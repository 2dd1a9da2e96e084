import { bitsOfPeer } from '../bitmap.ts';
import { isEmpty } from '../bits.ts';
import type { Link } from '../bounds.ts';
import { recover, rottenContent } from '../disk.ts';
import { newestEpoch, newestOf } from '../history.ts';
import type { HostState } from '../host.ts';
import { type Property, sometimes } from '../model.ts';
import type { Node } from '../node.ts';
import { isHolding } from '../rules/hold.ts';
import { lacksElected } from '../rules/leg.ts';
import { recordOf } from '../site.ts';
import { durablyHeld, historyOf, isServing, serviceOf } from './facts.ts';

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
  unlike: sometimes(
    'RESYNC-30',
    'the leg to the async mirror is suspended though it answers',
    ['P'],
    ({ site }: Node) =>
      site?.role === 'primary' &&
      site.context.peers[2].phase === 'suspended' &&
      site.context.peers[2].session !== 0,
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
  overwritten: sometimes(
    'RESYNC-70',
    'an update in place comes to its end',
    ['A'],
    ({ site }: Node) =>
      site?.context.staging?.inPlace === true && site.context.staging.step === 'marking',
  ),
  'ends-behind': sometimes(
    'RESYNC-70',
    'the update of one mirror ends while volumes stand behind what is committed, as the other is compared',
    ['P'],
    ({ site }: Node) => {
      if (!site || site.context.applied >= site.context.durable) return false;
      const { peers } = site.context;
      return peers[2].ship?.step === 'committing' && isHolding(peers[1].check);
    },
  ),
  mended: sometimes(
    'RESYNC-100',
    'what had rotted at the async mirror is there again',
    ['A'],
    ({ disk }: Node) => !disk.flushed.includes(rottenContent),
  ),
  borrowed: sometimes(
    'RECOVERY-60',
    'the first block, which had rotted at the primary, is there again',
    ['P'],
    ({ disk }: Node) => disk.flushed[0] !== rottenContent,
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
  torn: sometimes(
    'MIRROR-20',
    'power is lost with a volume half written',
    ['S'],
    ({ site, disk }: Node) =>
      site === null && disk.flushed[0] !== disk.flushed[1] && disk.flushed[1] === 1,
  ),
  stores: sometimes(
    'PRIMARY-10',
    'two stores of the primary are under way at once',
    ['P'],
    ({ disk }: Node) => disk.ring.length > 1,
  ),
  fetching: sometimes(
    'EPOCH-80',
    'a primary that is elected and does not hold all that was elected yet',
    ['S'],
    ({ site }: Node) => site?.role === 'primary' && lacksElected(site.context),
  ),
  damaged: sometimes(
    'RECOVERY-40',
    'the sync mirror knows that it lost something',
    ['S'],
    ({ disk }: Node) => disk.header.damaged,
  ),
  'hole-far': sometimes(
    'SIDEFILE-70',
    'the async mirror holds a write beyond a hole and is cut off',
    ['A', 'link PA'],
    (node: Node, link: Link) => !link.up && durablyHeld(node).ranges.length > 0,
  ),
  interrupted: sometimes(
    'RESYNC-70',
    'the source of an update is gone while blocks are staged without a mark',
    ['P', 'A'],
    (source: Node, { disk }: Node) =>
      source.site === null &&
      disk.stage.length > 0 &&
      disk.header.consistency.kind === 'consistent',
  ),
  'forced-both': sometimes(
    'EPOCH-150',
    'two sites are forced, each on its own branch',
    ['S', 'A'],
    (one: Node, other: Node) =>
      [one, other].every(({ disk }) => newestOf(disk.header.history)?.how === 'forced') &&
      newestEpoch(one.disk.header.history) !== newestEpoch(other.disk.header.history),
  ),
  blocked: sometimes(
    'EPOCH-130',
    'a site says that it lacks somebody’s consent',
    ['S', 'A'],
    (...nodes: Node[]) =>
      nodes.some(
        ({ site }) =>
          site?.role === 'mirror' && (site.state as { role: string }).role === 'blocked',
      ),
  ),
  loss: sometimes('EPOCH-130', 'a record tells of a loss', ['S'], ({ disk }: Node) =>
    disk.header.history.some(({ lossBeyond }) => lossBeyond !== null),
  ),
  failback: sometimes(
    'EPOCH-120',
    'the first primary serves again in a later epoch',
    ['P'],
    (node: Node) =>
      isServing(node) && node.site!.context.header.history.some(({ primary }) => primary !== 0),
  ),
  bits: sometimes(
    'SIDEFILE-70',
    'what the async mirror lacks is in the bits for it',
    ['P'],
    ({ disk }: Node) => !isEmpty(bitsOfPeer(disk.header.peers[2])),
  ),
  repairs: sometimes(
    'RECOVERY-30',
    'the old primary has blocks to be repaired',
    ['P'],
    ({ disk }: Node) => !isEmpty(disk.header.repair),
  ),
  refilled: sometimes(
    'RESYNC-90',
    'an update left the async mirror with an empty sidefile that begins behind it',
    ['A'],
    ({ disk }: Node) => disk.header.incarnation === 2 && disk.header.start > 1,
  ),
  'set-back': sometimes(
    'EPOCH-100',
    'the first primary shows less than the async mirror noted of it',
    ['P', 'A'],
    (primary: Node, async: Node) =>
      async.disk.header.peers[0].noted.contiguous > durablyHeld(primary).contiguous,
  ),
  'lone-record': sometimes(
    'EPOCH-100',
    'only the first primary holds the newest record, and it shows less than a mirror noted of it',
    ['P', 'S', 'A'],
    (...[primary, ...mirrors]: Node[]) =>
      mirrors.every((node) => newestEpoch(historyOf(node)) < newestEpoch(historyOf(primary!))) &&
      mirrors.some(
        ({ disk }) => disk.header.peers[0].noted.contiguous > durablyHeld(primary!).contiguous,
      ),
  ),
  'cut-beyond-hole': sometimes(
    'RECOVERY-30',
    'the first primary has lost a committed write, and holds a later one',
    ['P'],
    (node: Node) => node.disk.damage.length > 0 && durablyHeld(node).ranges.length > 0,
  ),
  'exports-the-unheard': sometimes(
    'RECOVERY-30',
    'the first primary exports what its disk does not know to be committed',
    ['P'],
    ({ disk }: Node) =>
      recover(disk).committed === 0 && disk.rest.some(({ type }) => type === 'export'),
  ),
  'exports-what-is-stored': sometimes(
    'RECOVERY-30',
    'the async mirror exports what is being stored',
    ['A'],
    ({ disk }: Node) => disk.ring.length > 0 && disk.rest.some(({ type }) => type === 'export'),
  ),
  'heard-of-the-damaged': sometimes(
    'PRIMARY-20',
    'a primary gives its damaged sync mirror blocks up to a c that only that mirror knew',
    ['P', 'S'],
    (primary: Node, sync: Node) =>
      isServing(primary) &&
      sync.disk.header.damaged &&
      (primary.site!.context.peers[1].ship?.notBefore ?? 0) > recover(primary.disk).committed,
  ),
  'a-place-taken': sometimes(
    'EPOCH-140',
    'an empty site is in the sync set in which the one before it was, and lacks what its record kept',
    ['P', 'S'],
    (primary: Node, sync: Node) => {
      const record = newestOf(historyOf(primary));
      return (
        record?.incarnations[1] === 2 &&
        record.syncSet.includes(1) &&
        durablyHeld(sync).contiguous < record.parent.sequence
      );
    },
  ),
  'heard-more': sometimes(
    'PRIMARY-20',
    'a primary knows a smaller c than its sync mirror, and holds two writes more',
    ['P', 'S'],
    (primary: Node, sync: Node) =>
      isServing(primary) &&
      primary.site!.context.committed < (sync.site?.context.committed ?? 0) &&
      durablyHeld(primary).contiguous === durablyHeld(sync).contiguous + 2,
  ),
  'given-up-by-consent': sometimes(
    'EPOCH-130',
    'a site that was forced follows a record that gives up what it acknowledged, as an operator agreed',
    ['host', 'A'],
    (host: HostState, node: Node) =>
      host.writes.some(({ forced, state }) => forced && state === 'acknowledged') &&
      newestOf(historyOf(node))?.lossBeyond === 0,
  ),
  'given-by-a-target': sometimes(
    'EPOCH-80',
    'the sync mirror serves what only the first primary held, which had to be given blocks itself',
    ['P', 'S'],
    (primary: Node, sync: Node) =>
      isServing(sync) && durablyHeld(sync).contiguous === 1 && primary.disk.header.damaged,
  ),
  'refused-a-blank': sometimes(
    'EPOCH-100',
    'a candidate has a promise of an empty site, and no majority',
    ['A'],
    ({ site }: Node) =>
      site?.context.election?.promises.some(({ history }) => history.length === 0) === true,
  ),
  forced: sometimes('EPOCH-150', 'an operator forced the sync mirror', ['S'], ({ disk }: Node) =>
    disk.header.history.some(({ how, primary }) => how === 'forced' && primary === 1),
  ),
  flushed: sometimes('HOST-20', 'a flush is answered', ['host'], (host: HostState) =>
    host.flushes.some(({ state }) => state === 'done'),
  ),
  'given-up': sometimes(
    'HOST-20',
    'a host gave up waiting for a write, and its fate is not known',
    ['host', 'P', 'S'],
    (host: HostState, ...nodes: readonly Node[]) =>
      host.writes.some(({ state }) => state === 'unknown') &&
      nodes.every(({ site }) => site !== null),
  ),
  'waits-for-who-is-behind': sometimes(
    'EPOCH-140',
    'the primary pauses for the sync mirror, which is to enter and lacks what is committed',
    ['P'],
    (node: Node) => {
      if (serviceOf(node) !== 'pausing') return false;
      const { context } = node.site!;
      const { committed, peers } = context;
      const isMember = recordOf(context)?.syncSet.includes(1) === true;
      return !isMember && peers[1].phase === 'streaming' && peers[1].held.contiguous < committed;
    },
  ),
  'mended-sync': sometimes(
    'RESYNC-100',
    'what had rotted at the sync mirror is there again',
    ['S'],
    ({ disk }: Node) => !disk.flushed.includes(rottenContent),
  ),
  filled: sometimes(
    'RESYNC-40',
    'both empty sites show the bytes of the primary',
    ['P', 'S', 'A'],
    (...nodes: readonly Node[]) =>
      nodes.every(({ disk }) => disk.flushed.join() === nodes[0]!.disk.flushed.join()),
  ),
};
