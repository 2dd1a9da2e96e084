import { resolve } from 'node:path';
import type { SidefileConfig, SiteConfig } from '../../models/site.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { Disk } from '../backend/disk.ts';
import type { Place } from '../backend/file.ts';
import { nodeDisk } from '../backend/node-disk.ts';
import type { TraceTarget } from '../trace/recorder.ts';
import { type LoopbackOptions, quickLinks } from '../transport/loopback.ts';
import { type Clock, systemClock } from './clock.ts';
import type { DiskPatience } from './disk-watch.ts';
import type { Distances } from './genesis.ts';
import { HostError } from './host-error.ts';
import { defaultSidefile, frameEntriesFor, refuseOptions, refuseStore } from './option-limits.ts';
import { copyOf, OwnCopies } from './own-copies.ts';
import { type Places, placesOf } from './places.ts';
import type { Random } from './random.ts';
import { shown } from './shown.ts';
import type { Observed } from './site-loop.ts';
import { fileStore, memoryStore, type SiteStore, type StoreLimits } from './site-store.ts';
import { type Durations, defaultDurations } from './timers.ts';

/** What an operator may choose for a whole arrangement; the rest has a default. */
export interface ArrangementOptions {
  readonly storage: Storage;
  /** Blocks of each volume. */
  readonly volumes: readonly number[];
  /** Bytes; a power of two from 512 to 65536. */
  readonly blockBytes?: number;
  /** Larger writes are split. */
  readonly blocksPerWriteMax?: number;
  readonly sidefile?: Partial<SidefileConfig>;
  readonly policies?: Partial<Policies>;
  readonly distances?: Distances;
  readonly durations?: Partial<Durations>;
  readonly links?: Partial<Omit<LoopbackOptions, 'clock' | 'random'>>;
  readonly tuning?: Partial<Tuning>;
  readonly payloadBytesMax?: number;
  /**
   * Milliseconds that one request to a disk may be without an answer, and as much longer as 1 KiB/ms takes for what it
   * has to write; then the site stops. 0 or infinity: it waits for ever. Without: 30 seconds.
   */
  readonly diskTimeout?: number;
  /** Storage of another kind than the two above. */
  readonly stores?: (site: SiteId, limits: StoreLimits) => SiteStore;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly disk?: Disk;
  /** What it throws stops the site, and is thrown where nobody but the process can catch it. The same goes for `trace`. */
  readonly observe?: (site: SiteId, observed: Observed) => void;
  /** Is told everything that happens, line by line: spec/trace.md. */
  readonly trace?: TraceTarget;
}

/**
 * A directory (its sites live in `site-0` to `site-2` below it), a place for each site, or memory. A place is a
 * directory or names each file, which may be a block device; its paths are absolute.
 */
export type Storage =
  | { readonly directory: string }
  | { readonly sites: readonly [Place, Place, Place] }
  | 'memory';

export type Policies = Pick<SiteConfig, 'onLegLoss' | 'reads' | 'syncFar' | 'takeover' | 'verify'>;

export type Tuning = Pick<
  SiteConfig,
  'lazyCommit' | 'frameEntries' | 'frameBlocks' | 'pendingMax' | 'weakness'
>;

export interface ArrangementSetup {
  readonly stores: (site: SiteId, limits: StoreLimits) => SiteStore;
  /** By site; or where else they are. */
  readonly places: Places;
  readonly disk: Disk;
  readonly volumes: readonly number[];
  readonly blockBytes: number;
  readonly blocksPerWriteMax: number;
  readonly configs: readonly SiteConfig[];
  readonly distances: Distances;
  readonly durations: Durations;
  readonly links: LoopbackOptions;
  readonly payloadBytesMax: number;
  readonly ownCopy: (bytes: Uint8Array) => Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: ((site: SiteId, observed: Observed) => void) | null;
  readonly trace: TraceTarget | null;
}

/** Rejects what cannot be with `refused`, naming the value and what is allowed. */
export function setUp(given: ArrangementOptions): ArrangementSetup {
  const options = soundOptions(given);
  const { blockBytes, blocksPerWriteMax } = shapeOf(options);
  const { clock = systemClock, disk = nodeDisk, diskTimeout = 30_000 } = options;
  const patience = { clock, timeout: diskTimeout === 0 ? Number.POSITIVE_INFINITY : diskTimeout };
  const places = options.stores ? 'stores' : placesOf(options.storage);
  const random = soundRandom(options.random ?? Math.random);
  const distances = options.distances ?? ['near', 'near', 'far'];
  return {
    stores: soundStores(options.stores ?? storesOf(places, disk, patience)),
    places,
    disk,
    volumes: options.volumes,
    blockBytes,
    blocksPerWriteMax,
    configs: siteIds.map((site) => configOf(site, distances, options)),
    distances,
    durations: { ...defaultDurations, ...options.durations },
    links: { ...quickLinks, ...options.links, clock, random },
    payloadBytesMax: options.payloadBytesMax ?? 8 * 1024 * 1024,
    ownCopy: ownCopyFor(options),
    clock,
    random,
    observe: options.observe ?? null,
    trace: options.trace ?? null,
  };
}

function soundOptions(given: ArrangementOptions): ArrangementOptions {
  try {
    const looked = lookedAtOnce(given);
    refuseOptions(looked);
    return ownCopyOf(looked);
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw new HostError('refused', 'an option throws when it is looked at', { cause: error });
  }
}

/** What is inherited counts as well, or it would be taken without a look, or left out in silence. */
function lookedAtOnce(given: ArrangementOptions): ArrangementOptions {
  const looked: Record<string, unknown> = {};
  for (const name in given) looked[name] = given[name as keyof ArrangementOptions];
  return looked as unknown as ArrangementOptions;
}

/** What the caller does with its lists and objects from then on changes no size, place or distance. */
function ownCopyOf(given: ArrangementOptions): ArrangementOptions {
  const { distances, storage, volumes } = given;
  return {
    ...given,
    storage: ownStorage(storage),
    volumes: [...volumes],
    ...(distances && { distances: [...distances] }),
  };
}

/** Also where another directory becomes the working one. */
function ownStorage(storage: Storage): Storage {
  if (storage === 'memory') return storage;
  return 'sites' in storage
    ? structuredClone({ sites: storage.sites })
    : { directory: resolve(storage.directory) };
}

function storesOf(places: Places, disk: Disk, patience: DiskPatience): ArrangementSetup['stores'] {
  if (typeof places === 'string') return (_, limits) => memoryStore(limits);
  return (site, limits) => fileStore(places[site]!, limits, disk, patience);
}

function soundStores(stores: ArrangementSetup['stores']): ArrangementSetup['stores'] {
  return (site, limits) => {
    const store = stores(site, limits);
    refuseStore(site, store);
    return store;
  };
}

/** A site is named by what is drawn, and waits for as long. */
function soundRandom(random: Random): Random {
  return () => {
    const drawn = random();
    if (drawn >= 0 && drawn < 1) return drawn;
    throw new HostError('refused', `random gave ${shown(drawn)}: no number from 0 to below 1`);
  };
}

/** Memory keeps blocks as they came, for good: each in memory of its own. */
function ownCopyFor({ storage, stores }: ArrangementOptions): ArrangementSetup['ownCopy'] {
  if (stores || storage === 'memory') return copyOf;
  const copies = new OwnCopies();
  return (bytes) => copies.of(bytes);
}

const shapeOf = ({ blockBytes = 4096, blocksPerWriteMax = 16 }: ArrangementOptions) => ({
  blockBytes,
  blocksPerWriteMax,
});

function configOf(site: SiteId, distances: Distances, options: ArrangementOptions): SiteConfig {
  const sidefile = { ...defaultSidefile, ...options.sidefile };
  const { capacity } = sidefile;
  const limit = Math.max(options.sidefile?.limit ?? capacity, capacity);
  const { blockBytes, blocksPerWriteMax } = shapeOf(options);
  return {
    site,
    distances,
    sidefile: { ...sidefile, limit },
    onLegLoss: 'continue',
    reads: 'confirmed',
    syncFar: false,
    takeover: 'holder',
    verify: 'after-update',
    ...options.policies,
    lazyCommit: true,
    frameEntries: frameEntriesFor(blocksPerWriteMax * blockBytes),
    frameBlocks: 256,
    pendingMax: 4096,
    weakness: null,
    ...options.tuning,
  };
}
