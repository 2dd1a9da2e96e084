import { type Bounds, linkName, pairs } from './bounds.ts';
import { faults, heals, renewals } from './faults.ts';
import { firstRead, type HostEvent, type HostState, stepHost } from './host.ts';
import { silences } from './loose.ts';
import type { Channel, Component, Composition, JointAction, JointMove, Property } from './model.ts';
import {
  channelName,
  type Frame,
  isDead,
  movesOf,
  type Node,
  type NodeEvent,
  nodeName,
  stepNode,
  timeoutsOf,
} from './node.ts';
import { serving } from './opening.ts';
import { highestOf } from './properties/facts.ts';
import { newestSequence } from './rules/commit.ts';
import { setBacksOf } from './set-back.ts';
import type { SiteContext } from './site.ts';
import { othersOf, type SiteId, siteIds } from './words.ts';

export { type Bounds, linkName } from './bounds.ts';

/** Three sites, their links and disks, a host, and what may go wrong, as one value to exhaust. */
export function worldOf(bounds: Bounds, properties: readonly Property[]): Composition {
  const settled = serving(bounds);
  const components: Record<string, Component<unknown, unknown>> = {};
  const channels: Record<string, Channel<unknown, unknown>> = {};
  for (const site of siteIds) {
    components[nodeName(site)] = {
      initial: settled.nodes[site],
      step: (state, event) => stepNode(state as Node, event as NodeEvent),
      moves: (state) => movesOf(state as Node, bounds.loose),
    };
  }
  components.host = {
    initial: settled.host,
    step: (state, event) => stepHost(state as HostState, event as HostEvent),
  };
  for (const [one, other] of pairs) {
    components[linkName(one, other)] = {
      initial: settled.links[linkName(one, other)],
      step: (_, event) => ({ state: event }),
    };
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      channels[channelName(from, to)] = {
        order: bounds.unordered.includes(channelName(from, to)) ? 'unordered' : 'fifo',
        from: nodeName(from),
        to: nodeName(to),
        capacity: 24,
        whenFull: 'error',
        kind: (frame) => (frame as Frame).message.type,
        silent: (frame, node) => isDead(frame as Frame, node as Node),
      };
    }
  }
  const { crashes, cuts, timeouts, replacements, setBacks, rots, commandsMax } = bounds;
  return {
    name: bounds.name,
    components,
    channels,
    joint: [
      ...siteIds.map((site) => hostMove(bounds, site)),
      ...siteIds.map((site) => timeout(site, bounds)),
      ...faults(bounds),
      ...setBacksOf(bounds, settled.copies),
      ...heals(),
      ...renewals(),
      ...(bounds.loose ? silences() : []),
    ],
    budgets: { crashes, cuts, timeouts, replacements, setBacks, rots, commands: commandsMax },
    bounds: {
      writes: bounds.writes.length,
      reads: bounds.reads.length,
      blocks: bounds.blocks,
      'sidefile entries': bounds.capacity,
    },
    properties,
  };
}

function hostMove(bounds: Bounds, site: SiteId): JointMove<readonly unknown[]> {
  return {
    name: `host asks ${nodeName(site)}`,
    reads: ['host', nodeName(site)],
    unless: { [nodeName(site)]: (node: Node) => !isAsked(node) },
    generate: (...values) => requests(bounds, site, values[0] as HostState, values[1] as Node),
  };
}

/** Hosts ask whoever serves. */
function isAsked({ site }: Node): boolean {
  if (site?.role !== 'primary') return false;
  const { service } = site.state as { service: string };
  return service === 'serving' || service === 'pausing';
}

function requests(bounds: Bounds, at: SiteId, host: HostState, node: Node): JointAction[] {
  if (!isAsked(node)) return [];
  const open = [...host.writes, ...host.reads].filter(({ state }) => state === 'issued').length;
  if (open >= bounds.outstanding) return [];
  const actions: JointAction[] = [];
  const write = host.writes.findIndex(({ state }) => state === 'new');
  const isPaced = write >= bounds.writes.length - bounds.paced;
  if (write >= 0 && (!isPaced || isFollowed(node.site!.context))) {
    const { extent } = host.writes[write]!;
    const asked = { request: write + 1, extent, kind: 'data', checksum: write + 1 };
    actions.push({
      name: `host writes ${write + 1}`,
      deliver: [
        ['host', { type: 'issue', write, at }],
        [nodeName(at), { type: 'site', event: { type: 'host.write', writes: [asked] } }],
      ],
    });
  }
  const read = host.reads.findIndex(({ state }) => state === 'new');
  if (read >= 0) {
    const { extent } = host.reads[read]!;
    const event = { type: 'host.read', request: firstRead + read, extent };
    actions.push({
      name: `host reads ${read + 1}`,
      deliver: [
        ['host', { type: 'ask', read, at }],
        [nodeName(at), { type: 'site', event }],
      ],
    });
  }
  return actions;
}

/** Do both mirrors hold all that this primary numbered? */
const isFollowed = (site: SiteContext): boolean =>
  othersOf(site.config.site).every((other) => {
    const { held, phase } = site.peers[other];
    return phase === 'streaming' && held.contiguous >= newestSequence(site);
  });

/**
 * Waits end late: when nothing is on its way to the site that waits; free ones also when nothing is from it;
 * loose ones at any time.
 */
const isBusy = (frames: readonly Frame[]): boolean => frames.length > 0;

function timeout(site: SiteId, { epochsMax, loose }: Bounds): JointMove<readonly unknown[]> {
  const others = siteIds.filter((other) => other !== site);
  const channels = [
    ...others.map((other) => channelName(other, site)),
    ...(epochsMax === null ? [] : others.map((other) => channelName(site, other))),
  ];
  return {
    name: `${nodeName(site)} waited long enough`,
    reads: [nodeName(site), ...channels],
    unless: {
      [nodeName(site)]: (node: Node) => timeoutsOf(node, loose).length === 0,
      ...(loose ? {} : Object.fromEntries(channels.map((name) => [name, isBusy]))),
    },
    generate: (value, ...frames) => {
      const node = value as Node;
      if (!loose && frames.some((waiting) => (waiting as Frame[]).length > 0)) return [];
      if (epochsMax !== null && highestOf(node) >= epochsMax) return [];
      return timeoutsOf(node, loose).map((event) => ({
        name: `${nodeName(site)} ${nameOf(event)} time-out`,
        deliver: [[nodeName(site), event]],
        ...(epochsMax === null ? { budget: 'timeouts' } : {}),
      }));
    },
  };
}

const nameOf = (event: NodeEvent): string =>
  event.type === 'site' && event.event.type === 'timeout' ? event.event.timer : event.type;
