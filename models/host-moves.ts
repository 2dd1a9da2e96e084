import type { Bounds } from './bounds.ts';
import { firstFlush, firstRead, type HostState } from './host.ts';
import type { JointAction, JointMove } from './model.ts';
import { type Node, nodeName } from './node.ts';
import { newestSequence } from './rules/commit.ts';
import { type Extent, othersOf, type SiteId, siteIds } from './words.ts';

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
    parts: {
      host: (host: HostState) => turnOf(bounds, host),
      [nodeName(site)]: (node: Node) => isAsked(node, astray) && { isFollowed: isFollowed(node) },
    },
    generate: (...values) => {
      const [turn, asked] = values as [Turn | null, { isFollowed: boolean } | false];
      if (turn === null || asked === false) return [];
      return requests(bounds, site, astray, turn, asked.isFollowed);
    },
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

/** Of each kind of request the next one, if there is one. */
interface Turn {
  readonly write: Next | null;
  readonly read: Next | null;
  readonly flush: Next | null;
}

interface Next {
  readonly at: number;
  readonly extent: Extent | null;
}

/** Null: as many requests wait for an answer as may. */
function turnOf({ outstanding }: Bounds, { flushes, reads, writes }: HostState): Turn | null {
  const waiting = [...writes, ...reads, ...flushes].filter(({ state }) => state === 'issued');
  if (waiting.length >= outstanding) return null;
  return { write: nextOf(writes), read: nextOf(reads), flush: nextOf(flushes) };
}

type Request = { readonly state: string; readonly extent?: Extent };

function nextOf(requests: readonly Request[]): Next | null {
  const at = requests.findIndex(({ state }) => state === 'new');
  return at < 0 ? null : { at, extent: requests[at]!.extent ?? null };
}

function requests(
  bounds: Bounds,
  site: SiteId,
  astray: boolean,
  turn: Turn,
  isFollowed: boolean,
): JointAction[] {
  const words: JointAction[] = [];
  const isPaced = turn.write !== null && turn.write.at >= bounds.writes.length - bounds.paced;
  if (turn.write !== null && (!isPaced || isFollowed)) words.push(writing(site, turn.write));
  if (turn.read !== null) words.push(reading(site, turn.read));
  if (turn.flush !== null) words.push(flushing(site, turn.flush));
  if (!astray) return words;
  return words.map((word) => ({ ...word, name: `${word.name} astray`, budget: 'strays' }));
}

function writing(site: SiteId, { at, extent }: Next): JointAction {
  const asked = { request: at + 1, extent, kind: 'data', checksum: at + 1 };
  return {
    name: `host writes ${at + 1}`,
    deliver: [
      ['host', { type: 'issue', write: at, at: site }],
      [nodeName(site), { type: 'site', event: { type: 'host.write', writes: [asked] } }],
    ],
  };
}

function reading(site: SiteId, { at, extent }: Next): JointAction {
  const event = { type: 'host.read', request: firstRead + at, extent };
  return {
    name: `host reads ${at + 1}`,
    deliver: [
      ['host', { type: 'ask', read: at, at: site }],
      [nodeName(site), { type: 'site', event }],
    ],
  };
}

function flushing(site: SiteId, { at }: Next): JointAction {
  const event = { type: 'host.flush', request: firstFlush + at };
  return {
    name: `host flushes ${at + 1}`,
    deliver: [
      ['host', { type: 'flush', flush: at, at: site }],
      [nodeName(site), { type: 'site', event }],
    ],
  };
}

/** Do both mirrors hold all that this primary numbered? */
function isFollowed({ site }: Node): boolean {
  const { context } = site!;
  return othersOf(context.config.site).every((other) => {
    const { held, phase } = context.peers[other];
    return phase === 'streaming' && held.contiguous >= newestSequence(context);
  });
}

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
