import { blankPeer } from './bitmap.ts';
import { freshDisk } from './disk.ts';
import type { Command } from './event.ts';
import type { Header } from './header.ts';
import type { EpochRecord } from './history.ts';
import { firstRead, freshHost, type HostEvent, type HostState, stepHost } from './host.ts';
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
import { highestOf } from './properties/facts.ts';
import type { SiteConfig } from './site.ts';
import { type Extent, type SiteId, siteIds } from './words.ts';

/** The bounds of one checked world. */
export interface Bounds {
  readonly name: string;
  /** One sentence: what this world is there to show. */
  readonly shows: string;
  readonly blocks: number;
  readonly writes: readonly Extent[];
  readonly reads: readonly Extent[];
  /** Host requests under way at once. */
  readonly outstanding: number;
  readonly crashes: number;
  readonly cuts: number;
  /** Time-outs of any kind, early or late. */
  readonly timeouts: number;
  /**
   * Null: time-outs are counted. Else they are free, but end nothing at a site that proposed, promised or
   * heard of this epoch; so duels go on until they come to it, and what turns in circles below it is found.
   */
  readonly epochsMax: number | null;
  readonly config: Partial<SiteConfig>;
  readonly capacity: number;
  /** Sites whose disk work takes a step of its own. */
  readonly slow: readonly SiteId[];
  readonly opening: readonly Opening[];
  readonly mayCrash: readonly SiteId[];
  /** Sites that may be lost for good and replaced by empty ones. */
  readonly mayReplace: readonly SiteId[];
  readonly replacements: number;
  /** What an operator may say, and where. */
  readonly commands: readonly { readonly at: SiteId; readonly command: Command }[];
  readonly commandsMax: number;
  /** Channels of a leg with several connections: frames overtake each other. */
  readonly unordered: readonly string[];
  /** Frames of a broken connection may still be on their way. */
  readonly leftovers: boolean;
  /** Is liveness checked as well? It needs time-outs enough to come to rest. */
  readonly settles: boolean;
  /** Witnesses (models/properties.ts) that must be reached. */
  readonly reaches: readonly string[];
  readonly mayCut: readonly (readonly [SiteId, SiteId])[];
}

/** A connection between two sites: up or down, and the number its session has. */
export interface Link {
  readonly up: boolean;
  readonly session: number;
}

const pairs: readonly (readonly [SiteId, SiteId])[] = [
  [0, 1],
  [0, 2],
  [1, 2],
];

export const linkName = (one: SiteId, other: SiteId): string =>
  `link ${nodeName(one)}${nodeName(other)}`;

/** Three sites, their links and disks, a host, and what may go wrong, as one value to exhaust. */
export function worldOf(bounds: Bounds, properties: readonly Property[]): Composition {
  const settled = serving(bounds);
  const components: Record<string, Component<unknown, unknown>> = {};
  const channels: Record<string, Channel<unknown, unknown>> = {};
  for (const site of siteIds) {
    components[nodeName(site)] = {
      initial: settled.nodes[site],
      step: (state, event) => stepNode(state as Node, event as NodeEvent),
      moves: (state) => movesOf(state as Node),
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
        silent: (frame, node) => isDead(frame as Frame, node as Node),
      };
    }
  }
  const { crashes, cuts, timeouts, replacements, commandsMax } = bounds;
  return {
    name: bounds.name,
    components,
    channels,
    joint: [
      ...siteIds.map((site) => hostMove(bounds, site)),
      ...siteIds.map((site) => timeout(site, bounds.epochsMax)),
      ...faults(bounds),
      ...heals(),
    ],
    budgets: { crashes, cuts, timeouts, replacements, commands: commandsMax },
    properties,
  };
}

function hostMove(bounds: Bounds, site: SiteId): JointMove<readonly unknown[]> {
  return {
    name: `host asks ${nodeName(site)}`,
    reads: ['host', nodeName(site)],
    generate: (...values) => requests(bounds, site, values[0] as HostState, values[1] as Node),
  };
}

function requests(bounds: Bounds, at: SiteId, host: HostState, node: Node): JointAction[] {
  if (node.site?.role !== 'primary') return [];
  const { service } = node.site.state as { service: string };
  if (service !== 'serving' && service !== 'pausing') return [];
  const open = [...host.writes, ...host.reads].filter(({ state }) => state === 'issued').length;
  if (open >= bounds.outstanding) return [];
  const actions: JointAction[] = [];
  const write = host.writes.findIndex(({ state }) => state === 'new');
  if (write >= 0) {
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

/** Waits end late: when nothing is on its way to the site that waits; free ones also when nothing is from it. */
function timeout(site: SiteId, epochsMax: number | null): JointMove<readonly unknown[]> {
  const others = siteIds.filter((other) => other !== site);
  const channels = [
    ...others.map((other) => channelName(other, site)),
    ...(epochsMax === null ? [] : others.map((other) => channelName(site, other))),
  ];
  return {
    name: `${nodeName(site)} waited long enough`,
    reads: [nodeName(site), ...channels],
    generate: (value, ...frames) => {
      const node = value as Node;
      if (frames.some((waiting) => (waiting as Frame[]).length > 0)) return [];
      if (epochsMax !== null && highestOf(node) >= epochsMax) return [];
      return timeoutsOf(node).map((event) => ({
        name: `${nodeName(site)} ${nameOf(event)} time-out`,
        deliver: [[nodeName(site), event]],
        ...(epochsMax === null ? { budget: 'timeouts' } : {}),
      }));
    },
  };
}

const nameOf = (event: NodeEvent): string =>
  event.type === 'site' && event.event.type === 'timeout' ? event.event.timer : event.type;

function faults(bounds: Bounds): JointMove<readonly unknown[]>[] {
  const { leftovers } = bounds;
  const crashes = bounds.mayCrash.map((site) => crash(site, 'crashes', leftovers));
  const replaced = bounds.mayReplace.map((site) => crash(site, 'replacements', leftovers));
  const commands = bounds.commands.map(({ at, command }) => operator(at, command));
  const cuts = bounds.mayCut.map(([one, other]) => cut(one, other, leftovers));
  return [...crashes, ...replaced, ...cuts, ...commands];
}

function operator(at: SiteId, command: Command): JointMove<readonly unknown[]> {
  const name = `operator at ${nodeName(at)}: ${command.name}`;
  const event: NodeEvent = { type: 'site', event: { type: 'operator', command } };
  return {
    name,
    reads: [nodeName(at)],
    generate: (node) =>
      (node as Node).booted ? [{ name, budget: 'commands', deliver: [[nodeName(at), event]] }] : [],
  };
}

function crash(
  site: SiteId,
  budget: 'crashes' | 'replacements',
  leftovers: boolean,
): JointMove<readonly unknown[]> {
  const links = pairs.filter(([one, other]) => one === site || other === site);
  return {
    name: `${nodeName(site)} ${budget}`,
    reads: [nodeName(site), ...links.map(([one, other]) => linkName(one, other))],
    generate: (...values) => {
      const node = values[0] as Node;
      if (node.site === null || !node.booted) return [];
      const broken = links.filter((_, index) => (values[index + 1] as Link).up);
      const same = node.disk.flushed.join() === node.disk.cached.join();
      const ways = budget === 'replacements' ? ['replaced'] : same ? ['lost'] : ['lost', 'kept'];
      return ways.map((unflushed) => ({
        name: `${nodeName(site)} crashes, unflushed ${unflushed}`,
        budget,
        fault: true,
        clear: leftovers
          ? []
          : broken.flatMap(([one, other]) => [channelName(one, other), channelName(other, one)]),
        deliver: [
          [
            nodeName(site),
            budget === 'replacements' ? { type: 'replace' } : { type: 'crash', unflushed },
          ],
          ...broken.flatMap(([one, other], index) => {
            const link = values[links.indexOf(broken[index]!) + 1] as Link;
            const peer = one === site ? other : one;
            const event = { type: 'site', event: { type: 'link.down', peer: site } };
            return [
              [linkName(one, other), { ...link, up: false }],
              [nodeName(peer), event],
            ] as const;
          }),
        ],
      }));
    },
  };
}

function cut(one: SiteId, other: SiteId, leftovers: boolean): JointMove<readonly unknown[]> {
  return {
    name: `${linkName(one, other)} breaks`,
    reads: [linkName(one, other)],
    generate: (...values) => {
      const link = values[0] as Link;
      if (!link.up) return [];
      return [
        {
          name: `${linkName(one, other)} breaks`,
          budget: 'cuts',
          fault: true,
          clear: leftovers ? [] : [channelName(one, other), channelName(other, one)],
          deliver: [
            [linkName(one, other), { ...link, up: false }],
            [nodeName(one), { type: 'site', event: { type: 'link.down', peer: other } }],
            [nodeName(other), { type: 'site', event: { type: 'link.down', peer: one } }],
          ],
        },
      ];
    },
  };
}

function heals(): JointMove<readonly unknown[]>[] {
  return pairs.map(([one, other]) => ({
    name: `${linkName(one, other)} heals`,
    reads: [linkName(one, other), nodeName(one), nodeName(other)],
    generate: (...values) => {
      const link = values[0] as Link;
      const ready = (values as unknown as Node[]).slice(1).every((node) => node.booted);
      return link.up || !ready ? [] : [connection(link, one, other)];
    },
  }));
}

function connection(link: Link, one: SiteId, other: SiteId): JointAction {
  const session = link.session + 1;
  const up = (peer: SiteId) => ({ type: 'site', event: { type: 'link.up', peer, session } });
  return {
    name: `${linkName(one, other)} heals`,
    deliver: [
      [linkName(one, other), { up: true, session }],
      [nodeName(one), up(other)],
      [nodeName(other), up(one)],
    ],
  };
}

/** How a world came to where it begins, told in order; everything is quiet after each. */
export type Opening =
  | { readonly type: 'crashes' | 'replaces' | 'starts' | 'waits'; readonly site: SiteId }
  | { readonly type: 'breaks' | 'heals'; readonly between: readonly [SiteId, SiteId] }
  | { readonly type: 'writes' };

interface Draft {
  readonly nodes: Node[];
  readonly links: Record<string, Link>;
  host: HostState;
  readonly inbox: { readonly to: SiteId; readonly event: NodeEvent }[];
}

/** Every world begins where the first primary serves and both mirrors are level, or from there on. */
function serving(bounds: Bounds): Draft {
  const nodes = siteIds.map((site) => blankNode(bounds, site));
  const host = freshHost(bounds.writes, bounds.reads);
  const draft: Draft = { nodes, links: {}, host, inbox: [] };
  for (const [one, other] of pairs) draft.links[linkName(one, other)] = { up: false, session: 0 };
  for (const site of siteIds) hear(draft, site, { type: 'start' });
  for (const between of pairs) open(draft, { type: 'heals', between });
  open(draft, { type: 'waits', site: 0 });
  for (const opening of bounds.opening) open(draft, opening);
  return draft;
}

function open(draft: Draft, opening: Opening): void {
  const { nodes, links } = draft;
  switch (opening.type) {
    case 'starts':
      hear(draft, opening.site, { type: 'start' });
      break;
    case 'waits':
      for (const event of timeoutsOf(nodes[opening.site]!)) hear(draft, opening.site, event);
      break;
    case 'crashes':
    case 'replaces':
      if (opening.type === 'replaces') hear(draft, opening.site, { type: 'replace' });
      else hear(draft, opening.site, { type: 'crash', unflushed: 'lost' });
      for (const [one, other] of pairs) {
        if (one !== opening.site && other !== opening.site) continue;
        links[linkName(one, other)] = { ...links[linkName(one, other)]!, up: false };
        const peer = one === opening.site ? other : one;
        hear(draft, peer, { type: 'site', event: { type: 'link.down', peer: opening.site } });
      }
      break;
    case 'breaks':
    case 'heals': {
      const [one, other] = opening.between;
      const link = links[linkName(one, other)]!;
      const up = opening.type === 'heals';
      const session = up ? link.session + 1 : link.session;
      links[linkName(one, other)] = { up, session };
      for (const [site, peer] of [
        [one, other],
        [other, one],
      ] as const) {
        const event = up
          ? ({ type: 'link.up', peer, session } as const)
          : ({ type: 'link.down', peer } as const);
        hear(draft, site, { type: 'site', event });
      }
      break;
    }
    case 'writes':
      write(draft);
  }
  drain(draft);
}

function write(draft: Draft): void {
  const index = draft.host.writes.findIndex(({ state }) => state === 'new');
  const at = draft.nodes.findIndex((node) => node.site?.role === 'primary') as SiteId;
  const { extent } = draft.host.writes[index]!;
  const asked = { request: index + 1, extent, kind: 'data', checksum: index + 1 } as const;
  tellHost(draft, { type: 'issue', write: index, at });
  hear(draft, at, { type: 'site', event: { type: 'host.write', writes: [asked] } });
}

function tellHost(draft: Draft, event: HostEvent): void {
  const stepped = stepHost(draft.host, event);
  if (!('refused' in stepped)) draft.host = stepped.state;
}

function hear(draft: Draft, site: SiteId, event: NodeEvent): void {
  const stepped = stepNode(draft.nodes[site]!, event);
  if ('refused' in stepped) return;
  draft.nodes[site] = stepped.state;
  for (const { to, event: output } of stepped.outputs ?? []) {
    if (to === 'host') tellHost(draft, output as HostEvent);
    const receiver = siteIds.find((id) => to === channelName(site, id));
    if (receiver !== undefined) draft.inbox.push({ to: receiver, event: output as Frame });
  }
}

function drain(draft: Draft): void {
  for (let busy = true; busy; ) {
    const next = draft.inbox.shift();
    if (next) hear(draft, next.to, next.event);
    const disk = next ? undefined : siteIds.find((site) => diskMove(draft.nodes[site]!));
    if (disk !== undefined) hear(draft, disk, diskMove(draft.nodes[disk]!)!);
    busy = next !== undefined || disk !== undefined;
  }
}

const diskMove = (node: Node): NodeEvent | undefined =>
  movesOf(node).find(({ event }) => event.type === 'disk')?.event;

function blankNode(bounds: Bounds, site: SiteId): Node {
  const genesis: EpochRecord = {
    epoch: 0,
    primary: 0,
    incarnations: [1, 1, 1],
    syncSet: [1],
    parent: { epoch: 0, sequence: 0 },
    how: 'genesis',
    lossBeyond: null,
  };
  const distance = site === 2 ? 'far' : 'near';
  const peer = { ...blankPeer(), incarnation: 1 };
  const header: Header = {
    identity: { arrangement: 'world', site, distance, blockBytes: 1, volumes: [bounds.blocks] },
    incarnation: 1,
    boot: 0,
    promised: 0,
    used: 0,
    history: [genesis],
    committed: 0,
    settled: 0,
    start: 1,
    capacity: bounds.capacity,
    consistency: { kind: 'consistent' },
    repair: [],
    damaged: false,
    peers: [peer, peer, peer],
  };
  return {
    config: configOf(bounds, site),
    site: null,
    disk: freshDisk(header),
    booted: false,
    slow: bounds.slow.includes(site),
  };
}

function configOf(bounds: Bounds, site: SiteId): SiteConfig {
  return {
    site,
    distances: ['near', 'near', 'far'],
    sidefile: {
      mode: 'fixed',
      capacity: bounds.capacity,
      limit: bounds.capacity,
      basis: 'newest',
      headroom: 1,
    },
    onLegLoss: 'continue',
    reads: 'confirmed',
    syncFar: false,
    takeover: 'holder',
    lazyCommit: false,
    frameEntries: 4,
    frameBlocks: 4,
    pendingMax: 8,
    weakness: null,
    ...bounds.config,
  };
}
