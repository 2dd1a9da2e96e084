import type { SidefileConfig } from '../../models/site.ts';
import type { SiteId } from '../../models/words.ts';
import type { Policies, Tuning } from '../runtime/arrangement-options.ts';
import { between, chance, pick, type Random, seededRandom } from '../runtime/random.ts';

/** Everything a simulated run depends on: the same scenario is the same run, for ever. */
export interface Scenario {
  readonly seed: number;
  readonly storage: 'memory' | 'file';
  readonly volumes: readonly number[];
  readonly blocksPerWriteMax: number;
  readonly sidefile: SidefileConfig;
  readonly policies: Policies;
  readonly tuning: Tuning;
  readonly lanes: number;
  /** Longest wait of a disk, and longest latency to the near and the far sites, in milliseconds. */
  readonly diskMost: number;
  readonly nearMost: number;
  readonly farMost: number;
  /** Host requests under way at once. */
  readonly outstanding: number;
  /** Milliseconds of simulated time with hosts and faults. */
  readonly length: number;
  readonly faults: readonly Fault[];
}

/** `at`, `lasts`: milliseconds of simulated time. */
export type Fault =
  | { readonly kind: 'crash'; readonly at: number; readonly lasts: number; readonly site: SiteId }
  | { readonly kind: 'blank'; readonly at: number; readonly lasts: number; readonly site: SiteId }
  | { readonly kind: 'isolate'; readonly at: number; readonly lasts: number; readonly site: SiteId }
  | {
      /** One direction or both. */
      readonly kind: 'cut' | 'part';
      readonly at: number;
      readonly lasts: number;
      readonly from: SiteId;
      readonly to: SiteId;
    }
  | { readonly kind: 'slow'; readonly at: number; readonly lasts: number; readonly factor: number }
  | {
      readonly kind: 'reset';
      readonly at: number;
      readonly lasts: number;
      readonly from: SiteId;
      readonly to: SiteId;
    }
  | {
      readonly kind: 'switchover';
      readonly at: number;
      readonly lasts: number;
      readonly site: SiteId;
    };

export type FaultKind = Fault['kind'];

export interface ScenarioOptions {
  readonly seed: number;
  readonly storage?: 'memory' | 'file';
  readonly lanes?: number;
  readonly weakness?: string | null;
  readonly faultsMost?: number;
}

/** The scenario of a seed. */
export function scenarioOf(options: ScenarioOptions): Scenario {
  const { seed } = options;
  const random = seededRandom(seed);
  const length = between(random, 150, 400);
  const adaptive = chance(random, 0.4);
  const capacity = pick(random, adaptive ? [4, 8] : [4, 8, 16, 32]);
  const faults = between(random, 1, options.faultsMost ?? 8);
  return {
    seed,
    storage: options.storage ?? (chance(random, 0.3) ? 'file' : 'memory'),
    volumes: pick(random, [[24], [10, 14]]),
    blocksPerWriteMax: 4,
    sidefile: {
      mode: adaptive ? 'adaptive' : 'fixed',
      capacity,
      limit: adaptive ? capacity * 4 : capacity,
      basis: pick(random, ['newest', 'oldest']),
      headroom: 4,
    },
    policies: {
      onLegLoss: chance(random, 0.8) ? 'continue' : 'stop',
      reads: 'confirmed',
      syncFar: chance(random, 0.15),
      takeover: chance(random, 0.2) ? 'any' : 'holder',
    },
    tuning: {
      lazyCommit: seed % 2 === 1,
      frameEntries: pick(random, [1, 4, 16]),
      frameBlocks: pick(random, [2, 8, 64]),
      pendingMax: pick(random, [4, 64]),
      weakness: options.weakness ?? null,
    },
    lanes: options.lanes ?? (chance(random, 0.4) ? 2 : 1),
    diskMost: pick(random, [0.2, 1, 3]),
    nearMost: pick(random, [0.1, 0.5, 1]),
    farMost: pick(random, [0.5, 2, 6]),
    outstanding: between(random, 1, 8),
    length,
    faults: withOneBlank(Array.from({ length: faults }, () => newFault(random, length))),
  };
}

const sites: readonly SiteId[] = [0, 1, 2];

/**
 * In the order of time, and with one lost disk at most: two sites without a vote leave only `force`,
 * which is an operator's work and no automatic recovery.
 */
function withOneBlank(faults: readonly Fault[]): Fault[] {
  const sorted = [...faults].sort((one, other) => one.at - other.at);
  const blank = sorted.find(({ kind }) => kind === 'blank');
  return sorted.map((fault) =>
    fault.kind === 'blank' && fault !== blank ? { ...fault, kind: 'crash' } : fault,
  );
}

function newFault(random: Random, length: number): Fault {
  const at = Math.floor(random() * length);
  const lasts = between(random, 1, pick(random, [5, 40, 150]));
  const site = pick(random, sites);
  const to = pick(
    random,
    sites.filter((other) => other !== site),
  );
  const draw = random();
  if (draw < 0.4) return { kind: 'crash', at, lasts, site };
  if (draw < 0.5) return { kind: 'isolate', at, lasts, site };
  if (draw < 0.62) return { kind: 'part', at, lasts, from: site, to };
  if (draw < 0.74) return { kind: 'cut', at, lasts, from: site, to };
  if (draw < 0.82) return { kind: 'slow', at, lasts, factor: between(random, 3, 30) };
  if (draw < 0.9) return { kind: 'reset', at, lasts: 0, from: site, to };
  if (draw < 0.95) return { kind: 'switchover', at, lasts: 0, site };
  return { kind: 'blank', at, lasts, site };
}
