import { newestOf } from '../../models/history.ts';
import { refusalOfBranches } from '../../models/refusal.ts';
import type { SidefileConfig } from '../../models/site.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import { type FakeClock, pause } from '../runtime/clock.ts';
import { DelayedBackend } from './delayed-backend.ts';
import type { Evidence } from './evidence.ts';
import { claimsPrefix } from './safety-of-sites.ts';
import type { VolumeAudit } from './volume-audit.ts';

/** Nothing is left to do: one primary, all sites up and level, every leg streaming. */
export function isAtRest(arrangement: Arrangement): boolean {
  const status = arrangement.status();
  if (!status.level || status.sites.some((site) => site === null)) return false;
  const primary = status.sites[status.primary!]!;
  if (primary.peers.some(({ phase }) => phase !== 'streaming')) return false;
  return siteIds.every((site) => {
    const { context } = arrangement.loopOf(site)!.site;
    return claimsPrefix(context, context.stable) && context.storing.length === 0;
  });
}

/**
 * What only an operator may decide: a loss, when a site asks for that consent; force, when there is
 * no majority of sites with a vote and waiting has not helped; which of two branches is given up: that
 * of whoever does not follow the primary.
 */
export function operatorAct(
  arrangement: Arrangement,
  attempt: number,
  acted: (act: string) => void,
): void {
  const status = arrangement.status();
  if (status.primary !== null) {
    if (giveUpBranches(arrangement, status.primary)) acted('discard');
    return;
  }
  const asked = arrangement
    .timeline()
    .slice(-100)
    .findLast(({ event }) => event.kind === 'consentMissing');
  if (asked?.event.kind === 'consentMissing') {
    arrangement.loopOf(asked.site)?.operate({ name: 'consent', primary: asked.event.primary });
    acted('consent');
    return;
  }
  if (attempt < 2 || voters(arrangement) >= 2) return;
  const best = [...status.sites]
    .filter((site) => site !== null)
    .sort((one, other) => other.epoch - one.epoch || other.committed - one.committed)[0];
  if (!best || best.epoch < 0) return;
  arrangement.loopOf(best.site)?.operate({ name: 'force' });
  acted('force');
}

function giveUpBranches(arrangement: Arrangement, primary: SiteId): boolean {
  const historyOf = (site: SiteId) => arrangement.loopOf(site)?.site.context.header.history ?? [];
  const rivals = siteIds.filter((site) => {
    const [own, kept] = [historyOf(site), historyOf(primary)];
    return own.length > 0 && kept.length > 0 && refusalOfBranches(own, kept) !== null;
  });
  for (const site of rivals) arrangement.loopOf(site)?.operate({ name: 'discard', branch: site });
  return rivals.length > 0;
}

/** Is it the incarnation that the newest record anybody holds names? */
function voters(arrangement: Arrangement): number {
  const contexts = siteIds.map((site) => arrangement.loopOf(site)?.site.context ?? null);
  const newest = contexts
    .map((context) => context && newestOf(context.header.history))
    .filter((record) => record != null)
    .sort((one, other) => other.epoch - one.epoch)[0];
  return contexts.filter(
    (context, site) => context && newest?.incarnations[site] === context.header.incarnation,
  ).length;
}

interface Rest {
  readonly clock: FakeClock;
  readonly arrangement: Arrangement;
  readonly evidence: Evidence;
  readonly audit: VolumeAudit;
  readonly sidefile: SidefileConfig;
}

/**
 * L1: write sets and bytes of all three are equal. L2: a host can write again. L3: nothing waits for
 * ever. L4: an adaptive sidefile is back at its floor once nobody lags.
 * Not verified: that rest is reached under a load that never ends; L4 of a sidefile with basis o, that
 * spans what others store, who span what it stores.
 */
export async function checkRest(rest: Rest): Promise<void> {
  const { clock, arrangement, evidence, sidefile } = rest;
  if (!isAtRest(arrangement)) {
    evidence.broken(
      arrangement.status().primary === null ? 'L2' : 'L3',
      stuckSentence(arrangement),
    );
    return;
  }
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
  if (!isAtRest(arrangement))
    evidence.broken('L3', `after one write: ${stuckSentence(arrangement)}`);
  await sameBytes(rest);
  if (sidefile.mode === 'adaptive' && sidefile.basis === 'newest')
    checkCapacity(arrangement, evidence, sidefile);
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

async function sameBytes({ arrangement, evidence, audit }: Rest): Promise<void> {
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
  if (new Set(all).size > 1) evidence.broken('L1', `unlike at rest: ${all.join(' / ')}`);
}

function checkCapacity(
  arrangement: Arrangement,
  evidence: Evidence,
  { capacity }: SidefileConfig,
): void {
  for (const site of siteIds) {
    const kept = arrangement.loopOf(site)?.site.context.header.capacity ?? capacity;
    // Hysteresis leaves a little more.
    if (kept <= capacity * 1.5) continue;
    evidence.broken('L4', `site ${site} keeps a sidefile of ${kept}, the floor is ${capacity}`);
  }
}

function stuckSentence(arrangement: Arrangement): string {
  return siteIds.map((site) => siteSentence(arrangement, site)).join(' / ');
}

function siteSentence(arrangement: Arrangement, id: SiteId): string {
  const site = arrangement.status().sites[id];
  if (!site) return `${id} down`;
  const legs = site.role === 'primary' ? site.peers.map(({ phase }) => phase).join('+') : '';
  const state = JSON.stringify(site.state).replaceAll('"', '');
  return `${id} ${site.role} ${state} ${legs} e${site.epoch} p${site.promised} held ${site.held.contiguous} c ${site.committed} a ${site.applied} ${site.consistency} repair ${site.repairBlocks}`;
}
