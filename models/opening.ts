import { blankPeer } from './bitmap.ts';
import { type Bounds, type Link, linkName, type Opening, pairs } from './bounds.ts';
import { type Disk, freshDisk } from './disk.ts';
import type { Header } from './header.ts';
import type { EpochRecord } from './history.ts';
import { freshHost, type HostEvent, type HostState, stepHost } from './host.ts';
import {
  channelName,
  type Frame,
  incarnationOf,
  movesOf,
  type Node,
  type NodeEvent,
  stepNode,
  timeoutsOf,
} from './node.ts';
import type { SiteConfig } from './site.ts';
import { type SiteId, siteIds } from './words.ts';

interface Draft {
  readonly nodes: Node[];
  readonly links: Record<string, Link>;
  host: HostState;
  /** What sites may be set back to. */
  readonly copies: (Disk | null)[];
  readonly inbox: { readonly to: SiteId; readonly event: NodeEvent }[];
}

/** Every world begins where the first primary serves and both mirrors are level, or from there on. */
export function serving(bounds: Bounds): Draft {
  const nodes = siteIds.map((site) => blankNode(bounds, site));
  const host = freshHost(bounds.writes, bounds.reads, bounds.flushes);
  const draft: Draft = { nodes, links: {}, host, copies: [null, null, null], inbox: [] };
  for (const [one, other] of pairs)
    draft.links[linkName(one, other)] = { up: false, session: 0, unheard: [] };
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
    case 'copies':
      draft.copies[opening.site] = nodes[opening.site]!.disk;
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
      links[linkName(one, other)] = { up, session, unheard: [] };
      for (const [site, peer] of [
        [one, other],
        [other, one],
      ] as const) {
        const event = up
          ? ({ type: 'link.up', peer, session, incarnation: incarnationOf(nodes[peer]!) } as const)
          : ({ type: 'link.down', peer } as const);
        hear(draft, site, { type: 'site', event });
      }
      break;
    }
    case 'rots':
      hear(draft, opening.site, { type: 'rotBlock', block: opening.block });
      break;
    case 'says': {
      const { command, site } = opening;
      hear(draft, site, { type: 'site', event: { type: 'operator', command } });
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
    halted: [],
    peers: [peer, peer, peer],
  };
  return {
    config: configOf(bounds, site),
    site: null,
    disk: freshDisk(header, bounds.room),
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
    verify: 'on-command',
    frameEntries: 4,
    frameBlocks: 4,
    pendingMax: 8,
    weakness: null,
    ...bounds.config,
    ...(bounds.odd?.site === site ? { weakness: bounds.odd.weakness } : {}),
  };
}
