import type { SidefileConfig } from '../../models/site.ts';
import type { Policies, Tuning } from '../runtime/arrangement-options.ts';
import { between, chance, pick, seededRandom } from '../runtime/random.ts';
import type { Fault } from './fault.ts';
import { furtherFaults, inOrder, plainFaults } from './fault-generator.ts';

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
  readonly media: Media;
  readonly faults: readonly Fault[];
  /** Made of a counterexample: what that one shows. */
  readonly shows?: string;
  /** Its steps that no fault says: they happen by themselves, in an order of their own, or not. */
  readonly notExpressed?: readonly string[];
}

/**
 * sound: disks lose what was not flushed, and one may be lost. budget: disks fail and lie, one site's at
 * a time (`Budget`), and full recovery is required. unlimited: anything at any time, and all that is
 * required is that nothing is silent.
 */
export type Media = 'sound' | 'budget' | 'unlimited';

export interface ScenarioOptions {
  readonly seed: number;
  readonly storage?: 'memory' | 'file';
  readonly lanes?: number;
  readonly media?: Media;
  readonly weakness?: string | null;
  readonly faultsMost?: number;
}

/** The scenario of a seed. What concerns media is drawn apart, so that all else stays as it was. */
export function scenarioOf(options: ScenarioOptions): Scenario {
  const { storage, lanes, ...drawn } = drawnScenario(options);
  return { ...drawn, storage: options.storage ?? storage, lanes: options.lanes ?? lanes };
}

/** Options replace what was drawn, and never save a draw: else they would change the rest. */
function drawnScenario(options: ScenarioOptions): Scenario {
  const plain = soundScenario(options);
  const random = seededRandom(options.seed * 64 + 40);
  const drawn = pick(random, ['sound', 'budget', 'budget', 'unlimited'] as const);
  const media = options.media ?? drawn;
  if (media === 'sound') return plain;
  const further = furtherFaults(random, between(random, 1, 8), plain.length, media === 'budget');
  return {
    ...plain,
    media,
    policies: {
      ...plain.policies,
      reads: chance(random, 0.15) ? 'local' : 'confirmed',
      verify: chance(random, 0.3) ? 'on-command' : 'after-update',
    },
    storage: chance(random, 0.7) ? 'file' : 'memory',
    faults: inOrder([...plain.faults, ...further]),
  };
}

function soundScenario(options: ScenarioOptions): Scenario {
  const { seed } = options;
  const random = seededRandom(seed);
  const length = between(random, 150, 400);
  const adaptive = chance(random, 0.4);
  const capacity = pick(random, adaptive ? [4, 8] : [4, 8, 16, 32]);
  const faults = between(random, 1, options.faultsMost ?? 8);
  return {
    seed,
    storage: chance(random, 0.3) ? 'file' : 'memory',
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
      verify: 'after-update',
    },
    tuning: {
      lazyCommit: seed % 2 === 1,
      frameEntries: pick(random, [1, 4, 16]),
      frameBlocks: pick(random, [2, 8, 64]),
      pendingMax: pick(random, [4, 64]),
      weakness: options.weakness ?? null,
    },
    lanes: chance(random, 0.4) ? 2 : 1,
    diskMost: pick(random, [0.2, 1, 3]),
    nearMost: pick(random, [0.1, 0.5, 1]),
    farMost: pick(random, [0.5, 2, 6]),
    outstanding: between(random, 1, 8),
    length,
    media: 'sound',
    faults: plainFaults(random, faults, length),
  };
}
