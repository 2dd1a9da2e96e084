import type { SidefileConfig } from '../../models/site.ts';
import { othersOf, siteIds } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import { type FakeClock, pause } from '../runtime/clock.ts';
import { DelayedBackend } from './delayed-backend.ts';
import type { Evidence } from './evidence.ts';
import { isAtRest, notAtRest } from './liveness.ts';
import type { VolumeAudit } from './volume-audit.ts';

interface Rest {
  readonly clock: FakeClock;
  readonly arrangement: Arrangement;
  readonly evidence: Evidence;
  readonly audit: VolumeAudit;
  readonly sidefile: SidefileConfig;
  /** Must every block be as it was, whatever disks did? */
  readonly mustMend: boolean;
}

/**
 * L1: write sets and bytes of all three are equal. L2: a host can write again. L3: nothing waits for
 * ever. L4: an adaptive sidefile is back at its floor once nobody lags.
 * Not verified: that rest is reached under a load that never ends; L4 of a first sidefile with basis o,
 * which spans what the async mirror stores, lag or none.
 */
export async function checkRest(rest: Rest): Promise<void> {
  const { clock, arrangement, evidence, sidefile } = rest;
  if (!isAtRest(arrangement)) return notAtRest(arrangement, evidence, '');
  if (rest.mustMend) await verifyAll(rest);
  // An adaptive sidefile shrinks as entries pass through it.
  const writes = sidefile.mode === 'adaptive' ? 2 * sidefile.limit : 1;
  const ended = { writes: 0 };
  void writeOn(rest, writes, ended);
  for (let waited = 0; ended.writes < writes && waited < 60; waited++) {
    await clock.run(clock.now() + 50);
  }
  // Frames may still be on their way that were sent while links were slow.
  for (let waited = 0; waited < 2 || (waited < 12 && !isAtRest(arrangement)); waited++) {
    await clock.run(clock.now() + 50);
  }
  if (ended.writes < writes) evidence.broken('L2', 'a write at rest does not end');
  if (!isAtRest(arrangement)) notAtRest(arrangement, evidence, 'after writes: ');
  await sameBytes(rest);
  if (sidefile.mode === 'adaptive') checkCapacity(arrangement, evidence, sidefile);
}

/** All blocks of all sites are compared, and what has rotted is mended. */
async function verifyAll({ arrangement, clock }: Rest): Promise<void> {
  const primary = arrangement.primary()!;
  for (const peer of othersOf(primary.site.context.config.site)) {
    primary.operate({ name: 'verify', peer });
  }
  for (let waited = 0; waited < 2 || (waited < 40 && !isAtRest(arrangement)); waited++) {
    await clock.run(clock.now() + 50);
  }
}

async function writeOn(
  { arrangement, evidence, clock }: Rest,
  writes: number,
  ended: { writes: number },
): Promise<void> {
  const { journal, broken } = evidence;
  for (; ended.writes < writes; ended.writes++) {
    const { write, bytes } = journal.begin({ volume: 0, first: 0, count: 1 }, 'data');
    try {
      await arrangement.write(0, 0, bytes);
    } catch (error) {
      broken('L2', `a write at rest ends with: ${(error as Error).message}`);
      return;
    }
    write.acknowledged ??= journal.moment();
    await pause(clock, 20);
  }
}

async function sameBytes({ arrangement, evidence, audit, mustMend }: Rest): Promise<void> {
  const all: string[] = [];
  for (const site of siteIds) {
    const loop = arrangement.loopOf(site);
    const backend = arrangement.backendOf(site);
    if (!loop || !(backend instanceof DelayedBackend)) return;
    const { context } = loop.site;
    const contents = await audit.look(site, context, backend.inner);
    const writes = contents.map((content) => content?.write ?? 'unreadable');
    all.push(`${context.held.contiguous}: ${writes.join()}`);
  }
  // What may be lost for good is not required to be equal, only to be said.
  if (!mustMend && all.some((site) => site.includes('unreadable'))) return;
  if (new Set(all).size > 1) evidence.broken('L1', `unlike at rest: ${all.join(' / ')}`);
}

/**
 * The target for lag 0 is the floor; for the first sidefile on basis o it is what the async mirror
 * stores, and room for what comes (claim 8).
 */
function checkCapacity(
  arrangement: Arrangement,
  evidence: Evidence,
  { capacity, limit, basis, headroom }: SidefileConfig,
): void {
  const primary = arrangement.status().primary;
  for (const site of siteIds) {
    const kept = arrangement.loopOf(site)?.site.context.header.capacity ?? capacity;
    const other = siteIds.find((id) => id !== primary && id !== site) ?? site;
    const isFirst =
      basis === 'oldest' && site !== primary && site !== 2 && (other === 2 || site < other);
    const stored = arrangement.loopOf(other)?.site.context.log.count ?? 0;
    const spans = stored + Math.max(headroom, Math.ceil(stored / 3));
    const target = isFirst ? Math.min(limit, Math.max(capacity, spans)) : capacity;
    // Hysteresis leaves a little more.
    if (kept <= target * 1.5) continue;
    evidence.broken('L4', `site ${site} keeps a sidefile of ${kept}, its target is ${target}`);
  }
}
