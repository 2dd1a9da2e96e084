import { type Bounds, linkName, pairs } from './bounds.ts';
import { faults, heals, renewals } from './faults.ts';
import { type HostEvent, type HostState, stepHost } from './host.ts';
import { hostsOf } from './host-moves.ts';
import { silences } from './loose.ts';
import type { Channel, Component, Composition, JointMove, Property } from './model.ts';
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
import { setBacksOf } from './set-back.ts';
import { type SiteId, siteIds } from './words.ts';

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
      moves: (state) =>
        (state as Node).site === null && bounds.away.includes(site)
          ? []
          : movesOf(state as Node, bounds.loose),
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
        silent: (frame, node) => isDead(frame as Frame, node as Node, bounds.stale),
      };
    }
  }
  const { crashes, cuts, timeouts, replacements, setBacks, rots, commandsMax } = bounds;
  return {
    name: bounds.name,
    components,
    channels,
    joint: [
      ...hostsOf(bounds),
      ...siteIds.map((site) => timeout(site, bounds)),
      ...faults(bounds),
      ...setBacksOf(bounds, settled.copies),
      ...heals(bounds),
      ...renewals(),
      ...(bounds.loose ? silences() : []),
    ],
    budgets: {
      crashes,
      cuts,
      timeouts,
      replacements,
      setBacks,
      rots,
      commands: commandsMax,
      ...rareOf(bounds),
    },
    bounds: {
      writes: bounds.writes.length,
      reads: bounds.reads.length,
      blocks: bounds.blocks,
      'sidefile entries': bounds.capacity,
    },
    properties,
  };
}

/** Budgets of what happens in few worlds only, and has no place in the others. */
function rareOf({ expiries, failures, strays }: Bounds): Record<string, number> {
  const rare = Object.entries({ strays, expiries, failures });
  return Object.fromEntries(rare.filter(([, most]) => most > 0));
}

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
