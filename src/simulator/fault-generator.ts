import type { SiteId } from '../../models/words.ts';
import { between, chance, pick, type Random } from '../runtime/random.ts';
import type { DiskFileKind, Fault } from './fault.ts';

const sites: readonly SiteId[] = [0, 1, 2];

/** Crashes and faults of links, one lost disk at most: two would leave nobody with a vote. */
export function plainFaults(random: Random, count: number, length: number): Fault[] {
  return withOneBlank(Array.from({ length: count }, () => plainFault(random, length)));
}

/** Faults of disks and clocks, and what operators do: within the budget nothing that may lose. */
export function furtherFaults(
  random: Random,
  count: number,
  length: number,
  isLimited: boolean,
): Fault[] {
  return Array.from({ length: count }, () => furtherFault(random, length, isLimited));
}

export const inOrder = (faults: readonly Fault[]): Fault[] =>
  [...faults].sort((one, other) => one.at - other.at);

function withOneBlank(faults: readonly Fault[]): Fault[] {
  const sorted = inOrder(faults);
  const blank = sorted.find(({ kind }) => kind === 'blank');
  return sorted.map((fault) =>
    fault.kind === 'blank' && fault !== blank ? { ...fault, kind: 'crash', how: 'power' } : fault,
  );
}

function plainFault(random: Random, length: number): Fault {
  const at = Math.floor(random() * length);
  const lasts = between(random, 1, pick(random, [5, 40, 150]));
  const site = pick(random, sites);
  const to = pick(
    random,
    sites.filter((other) => other !== site),
  );
  const draw = random();
  if (draw < 0.4) return { kind: 'crash', how: 'power', at, lasts, site };
  if (draw < 0.5) return { kind: 'isolate', at, lasts, site };
  if (draw < 0.62) return { kind: 'part', at, lasts, from: site, to };
  if (draw < 0.74) return { kind: 'cut', at, lasts, from: site, to };
  if (draw < 0.82) return { kind: 'slow', at, lasts, factor: between(random, 3, 30) };
  if (draw < 0.9) return { kind: 'reset', at, lasts: 0, from: site, to };
  if (draw < 0.95) return { kind: 'switchover', at, lasts: 0, site };
  return { kind: 'blank', at, lasts, site };
}

const files: readonly DiskFileKind[] = ['header', 'stage', 'volume', 'volume'];

function furtherFault(random: Random, length: number, isLimited: boolean): Fault {
  const at = Math.floor(random() * length);
  const lasts = between(random, 1, pick(random, [5, 40, 100]));
  const site = pick(random, sites);
  const file = chance(random, 0.4) ? 'sidefile' : pick(random, files);
  const draw = random();
  if (draw < 0.1) return { kind: 'crash', how: 'process', at, lasts, site };
  if (draw < 0.2) return { kind: 'failFlush', at, lasts, site };
  if (draw < 0.28) return { kind: 'shortWrite', at, lasts, site };
  if (draw < 0.36) return { kind: 'fullDisk', at, lasts, site };
  if (draw < 0.5) return { kind: 'rot', file, at, lasts: 0, site };
  if (draw < 0.62) return { kind: 'misdirect', file, at, lasts, site };
  if (draw < 0.68) return { kind: 'slowDisk', at, lasts, site, factor: between(random, 3, 30) };
  if (draw < 0.74) return { kind: 'blank', at, lasts, site };
  if (draw < 0.79) {
    // Nobody can tell a copy from the past when those who knew better are gone as well.
    if (!isLimited) return { kind: 'force', at, lasts: 0, site };
    return { kind: 'restore', at, lasts: between(random, 1, 40), site };
  }
  if (draw < 0.8) return { kind: 'leap', at, lasts: 0, by: between(random, 1, 3_600_000) };
  if (draw < 0.84) return { kind: 'suspend', at, lasts, site };
  const harmless = ['switchover', 'takeOver', 'verify', 'export', 'resync'] as const;
  const any = [...harmless, 'consent', 'admit', 'discard', 'discard', 'force'] as const;
  return { kind: pick(random, isLimited ? harmless : any), at, lasts: 0, site };
}
