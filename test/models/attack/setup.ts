import { blankPeer } from '../../../models/bitmap.ts';
import { type Disk, freshDisk } from '../../../models/disk.ts';
import type { Header, PeerHeader } from '../../../models/header.ts';
import type { EpochRecord } from '../../../models/history.ts';
import type { Node } from '../../../models/node.ts';
import type { SiteConfig } from '../../../models/site.ts';
import type { Extent, SiteId } from '../../../models/words.ts';
import type { Lasting } from './lasting.ts';

/** What an attack starts with: plain data, so that one line reproduces it. */
export interface Setup {
  readonly blocks: number;
  /** First block and count of each write, in the order they are asked for. */
  readonly writes: readonly (readonly [first: number, count: number])[];
  readonly slow: readonly SiteId[];
  readonly config: Partial<SiteConfig>;
  /** Has each leg several connections, so that frames overtake each other? */
  readonly overtakes?: boolean;
  /** Blocks of an update there is room for beside the volumes; no limit if absent. */
  readonly room?: number;
  /** What stays broken for a while after the last line; nothing if absent. */
  readonly lasting?: Lasting;
}

export const extentOf = ([first, count]: readonly [number, number]): Extent => ({
  volume: 0,
  first,
  count,
});

export function configOf(setup: Setup, site: SiteId): SiteConfig {
  return {
    site,
    distances: ['near', 'near', 'far'],
    sidefile: { mode: 'fixed', capacity: 2, limit: 2, basis: 'newest', headroom: 1 },
    onLegLoss: 'continue',
    reads: 'confirmed',
    syncFar: false,
    takeover: 'holder',
    lazyCommit: false,
    verify: 'on-command',
    frameEntries: 4,
    frameBlocks: 2,
    pendingMax: 8,
    weakness: null,
    ...setup.config,
  };
}

export function freshNode(setup: Setup, site: SiteId): Node {
  const config = configOf(setup, site);
  const genesis: EpochRecord = {
    epoch: 0,
    primary: 0,
    incarnations: [1, 1, 1],
    syncSet: config.syncFar ? [1, 2] : [1],
    parent: { epoch: 0, sequence: 0 },
    how: 'genesis',
    lossBeyond: null,
  };
  const disk = freshDisk(headerOf(setup, site, 1, [genesis]), setup.room);
  return { config, site: null, disk, booted: false, slow: setup.slow.includes(site) };
}

/** What a replacement of a site finds: nothing, under a new name. */
export const blankDisk = (setup: Setup, site: SiteId, incarnation: number): Disk =>
  freshDisk(headerOf(setup, site, incarnation, []), setup.room);

function headerOf(
  setup: Setup,
  site: SiteId,
  incarnation: number,
  history: readonly EpochRecord[],
): Header {
  const peer = (id: SiteId): PeerHeader => ({
    ...blankPeer(),
    incarnation: id === site ? 0 : (history[0]?.incarnations[id] ?? 0),
  });
  return {
    identity: {
      arrangement: 'attack',
      site,
      distance: site === 2 ? 'far' : 'near',
      blockBytes: 1,
      volumes: [setup.blocks],
    },
    incarnation,
    boot: 0,
    promised: 0,
    used: 0,
    history,
    committed: 0,
    settled: 0,
    start: 1,
    capacity: configOf(setup, site).sidefile.capacity,
    consistency: { kind: 'consistent' },
    repair: [],
    damaged: false,
    halted: [],
    peers: [peer(0), peer(1), peer(2)],
  };
}
