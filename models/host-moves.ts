import type { Bounds } from './bounds.ts';
import { firstFlush, firstRead, type HostState } from './host.ts';
import type { JointAction, JointMove } from './model.ts';
import { type Node, nodeName } from './node.ts';
import { newestSequence } from './rules/commit.ts';
import type { SiteContext } from './site.ts';
import { othersOf, type SiteId, siteIds } from './words.ts';

/** What hosts do: they ask whoever serves; some also ask others, and some do not wait for ever. */
export function hostsOf(bounds: Bounds): readonly JointMove<readonly unknown[]>[] {
  return siteIds.flatMap((site) => [
    asking(bounds, site, false),
    ...(bounds.strays > 0 ? [asking(bounds, site, true)] : []),
    ...(bounds.expiries > 0 ? [expiring(site)] : []),
  ]);
}

function asking(bounds: Bounds, site: SiteId, astray: boolean): JointMove<readonly unknown[]> {
  return {
    name: `host asks ${nodeName(site)}${astray ? ' astray' : ''}`,
    reads: ['host', nodeName(site)],
    unless: { [nodeName(site)]: (node: Node) => !isAsked(node, astray) },
    generate: (...values) =>
      requests(bounds, site, astray, values[0] as HostState, values[1] as Node),
  };
}

/** Hosts ask whoever serves, and by mistake whoever runs. */
function isAsked({ booted, site }: Node, astray: boolean): boolean {
  if (site === null) return false;
  return isServer(site.role, site.state) ? !astray : astray && booted;
}

function isServer(role: string, state: unknown): boolean {
  const { service } = state as { service?: string };
  return role === 'primary' && (service === 'serving' || service === 'pausing');
}

function requests(
  bounds: Bounds,
  at: SiteId,
  astray: boolean,
  host: HostState,
  node: Node,
): JointAction[] {
  if (!isAsked(node, astray)) return [];
  const all = [...host.writes, ...host.reads, ...host.flushes];
  if (all.filter(({ state }) => state === 'issued').length >= bounds.outstanding) return [];
  const words = [...writing(bounds, at, host, node), ...reading(at, host), ...flushing(at, host)];
  if (!astray) return words;
  return words.map((word) => ({ ...word, name: `${word.name} astray`, budget: 'strays' }));
}

function writing(bounds: Bounds, at: SiteId, host: HostState, node: Node): JointAction[] {
  const write = host.writes.findIndex(({ state }) => state === 'new');
  const isPaced = write >= bounds.writes.length - bounds.paced;
  if (write < 0 || (isPaced && !isFollowed(node.site!.context))) return [];
  const { extent } = host.writes[write]!;
  const asked = { request: write + 1, extent, kind: 'data', checksum: write + 1 };
  return [
    {
      name: `host writes ${write + 1}`,
      deliver: [
        ['host', { type: 'issue', write, at }],
        [nodeName(at), { type: 'site', event: { type: 'host.write', writes: [asked] } }],
      ],
    },
  ];
}

function reading(at: SiteId, host: HostState): JointAction[] {
  const read = host.reads.findIndex(({ state }) => state === 'new');
  if (read < 0) return [];
  const { extent } = host.reads[read]!;
  const event = { type: 'host.read', request: firstRead + read, extent };
  return [
    {
      name: `host reads ${read + 1}`,
      deliver: [
        ['host', { type: 'ask', read, at }],
        [nodeName(at), { type: 'site', event }],
      ],
    },
  ];
}

function flushing(at: SiteId, host: HostState): JointAction[] {
  const flush = host.flushes.findIndex(({ state }) => state === 'new');
  if (flush < 0) return [];
  const event = { type: 'host.flush', request: firstFlush + flush };
  return [
    {
      name: `host flushes ${flush + 1}`,
      deliver: [
        ['host', { type: 'flush', flush, at }],
        [nodeName(at), { type: 'site', event }],
      ],
    },
  ];
}

/** Do both mirrors hold all that this primary numbered? */
const isFollowed = (site: SiteContext): boolean =>
  othersOf(site.config.site).every((other) => {
    const { held, phase } = site.peers[other];
    return phase === 'streaming' && held.contiguous >= newestSequence(site);
  });

/** The bounded time of a request at this site is over. */
function expiring(site: SiteId): JointMove<readonly unknown[]> {
  return {
    name: `host waited long enough for ${nodeName(site)}`,
    reads: ['host', nodeName(site)],
    unless: { [nodeName(site)]: (node: Node) => node.site === null },
    generate: (...values) =>
      waitingAt(site, values[0] as HostState).map((request) => ({
        name: `host gives up request ${request}`,
        budget: 'expiries',
        deliver: [
          [nodeName(site), { type: 'site', event: { type: 'host.expired', requests: [request] } }],
        ],
      })),
  };
}

function waitingAt(site: SiteId, { flushes, reads, writes }: HostState): number[] {
  const numbered = [
    ...writes.map((one, index) => ({ ...one, request: index + 1 })),
    ...reads.map((one, index) => ({ ...one, request: firstRead + index })),
    ...flushes.map((one, index) => ({ ...one, request: firstFlush + index })),
  ];
  const waiting = numbered.filter(({ at, state }) => state === 'issued' && at === site);
  return waiting.map(({ request }) => request);
}
