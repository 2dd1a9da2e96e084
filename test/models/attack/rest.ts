import { isEmpty } from '../../../models/bits.ts';
import { rottenContent } from '../../../models/disk.ts';
import { newestEpoch } from '../../../models/history.ts';
import { isServing } from '../../../models/properties.ts';
import { refusalOfBranches } from '../../../models/refusal.ts';
import { decisionOf } from '../../../models/rules/epoch.ts';
import { type SiteId, siteIds } from '../../../models/words.ts';
import { Broken, type Checks } from './check.ts';
import { directions, pairNames } from './events.ts';
import { configOf } from './setup.ts';
import type { World } from './world.ts';

/** What is owed once faults stop (protocol 7). */

const roundsMax = 60;

/** L1, L2, L3: everything heals and waits end, fairly; then all three are equal and one serves. */
export function comeToRest(world: World, checks: Checks): void {
  for (let round = 0; round < roundsMax; round++) {
    for (const site of siteIds) world.apply(`start ${'PSA'[site]}`);
    for (const pair of pairNames) world.apply(`heal ${pair}`);
    for (const end of directions) world.apply(`resume ${end[0]} ${end[1]}`);
    world.settle();
    checks.check(world);
    if (isAtRest(world)) return;
    operatorActs(world);
    mendRot(world);
    if (round % 4 === 3) {
      endSplit(world);
      writeLost(world);
    }
    for (let place = 0; place < 3; place++) {
      const site = ((place + round) % 3) as SiteId;
      for (const timer of world.timers(site)) {
        world.timeout(site, timer);
        // Some rounds let waits end at once, as duels need.
        if (round % 4 !== 3) world.settle();
      }
    }
    checks.check(world);
  }
  throw new Broken('L1', `no rest: ${world.nodes.map((_, site) => told(world, site)).join(' / ')}`);
}

/** Of branches that were forced apart the newest one stays: whoever is on another one gives it up. */
function endSplit(world: World): void {
  const histories = world.nodes.map((node) => node.disk.header.history);
  const newest = histories.reduce((one, other) =>
    newestEpoch(other) > newestEpoch(one) ? other : one,
  );
  let discarded = false;
  for (const site of siteIds) {
    const own = histories[site]!;
    if (own.length === 0 || refusalOfBranches(own, newest) === null) continue;
    world.apply(`discard ${'PSA'[site]} ${'PSA'[site]}`);
    discarded = true;
  }
  if (!discarded) return;
  // Above all numbers promised meanwhile.
  const winner = siteIds.find(
    (site) =>
      newestEpoch(histories[site]!) === newestEpoch(newest) &&
      world.nodes[site].disk.header.consistency.kind === 'consistent',
  );
  if (winner !== undefined) world.apply(`force ${'PSA'[winner]}`);
  world.settle();
}

/** A block that cannot be read is found when somebody asks for a comparison; once found, it is mended unasked. */
function mendRot(world: World): void {
  if (!world.nodes.some(({ disk }) => disk.cached.includes(rottenContent))) return;
  if (world.nodes.some(({ site }) => site?.role === 'primary' && site.context.rotten.length > 0))
    return;
  for (const end of directions) world.apply(`verify ${end[0]} ${end[1]}`);
  world.settle();
}

/** What a primary cannot read that was forced, or elected with a loss, nobody else may have: a host writes it anew, as status says. */
function writeLost(world: World): void {
  const primary = world.nodes.find(isServing);
  const { header, rotten } = primary?.site?.context ?? { header: null, rotten: [] };
  const isAlone = header?.history.some(
    ({ how, lossBeyond }) => how === 'forced' || lossBeyond !== null,
  );
  if (!isAlone) return;
  for (const block of rotten) {
    forgetNew(world);
    world.addWrite(block, 1);
    world.apply(`write ${'PSA'[primary!.config.site]} 1`);
    world.settle();
  }
}

/** What was never asked for is not asked for now. */
function forgetNew(world: World): void {
  const writes = world.host.writes.map((write) =>
    write.state === 'new' ? ({ ...write, state: 'unknown' } as const) : write,
  );
  world.host = { ...world.host, writes };
}

/** An operator agrees to a loss, or makes the site primary that nobody else can be. */
function operatorActs(world: World): void {
  for (const site of siteIds) {
    const node = world.nodes[site].site;
    if (node === null || (node.state as { role?: string }).role !== 'blocked') continue;
    const primary = decisionOf(node.context)?.choice.primary ?? null;
    if (primary === null) continue;
    world.apply(`consent ${'PSA'[site]} ${'PSA'[primary]}`);
    world.settle();
  }
}

export function isAtRest(world: World): boolean {
  const sites = world.nodes.map(({ site }) => site);
  if (sites.some((site) => site === null)) return false;
  const primary = world.nodes.find(isServing);
  if (!primary) return false;
  const { peers } = primary.site!.context;
  if (siteIds.some((id) => id !== primary.config.site && peers[id].phase !== 'streaming')) {
    return false;
  }
  const faces = world.nodes.map(({ site, disk }) => {
    const { header, held, applied } = site!.context;
    if (header.consistency.kind !== 'consistent' || !isEmpty(header.repair)) return 'unfit';
    if (header.damaged || disk.cached.includes(rottenContent)) return 'unfit';
    const { history } = header;
    return JSON.stringify([newestEpoch(history), history.length, held, applied, disk.cached]);
  });
  const timers = siteIds.flatMap((site) => world.timers(site));
  return faces.every((face) => face === faces[0] && face !== 'unfit') && timers.length === 0;
}

function told(world: World, id: number): string {
  const { site, disk } = world.nodes[id]!;
  if (site === null) return 'down';
  const { header, held, committed, applied, peers, election } = site.context;
  const facts = {
    role: site.role,
    state: site.state,
    epochs: header.history.map(({ epoch, how }) => (how === 'forced' ? `${epoch}!` : epoch)),
    promised: header.promised,
    held,
    committed,
    applied,
    start: header.start,
    settled: header.settled,
    kind: header.consistency.kind,
    repair: header.repair.length,
    damaged: header.damaged,
    incarnation: header.incarnation,
    legs: peers.map(({ phase }) => phase),
    election: election?.epoch,
    timers: world.timers(id as SiteId),
    bytes: disk.cached.join(),
  };
  return `${'PSA'[id]} ${JSON.stringify(facts).replaceAll('"', '')}`;
}

/** L2 and L4: writes go on, and retiring with them. */
export function writeOn(world: World, checks: Checks): void {
  const { sidefile } = configOf(world.setup, 0);
  const count = 3 * Math.max(sidefile.capacity, sidefile.mode === 'adaptive' ? sidefile.limit : 0);
  const begun = world.host.writes.length;
  forgetNew(world);
  for (let written = 0; written < count + 1; written++) {
    world.addWrite(written % world.setup.blocks, 1);
    const primary = world.nodes.find(isServing);
    if (primary) world.apply(`write ${'PSA'[primary.config.site]} 1`);
    world.settle();
    for (const site of siteIds) world.timeout(site, 'retry');
    world.settle();
    checks.check(world);
    const { state } = world.host.writes[begun + written]!;
    if (state !== 'acknowledged') {
      const story = world.nodes.map((_, site) => told(world, site)).join(' / ');
      throw new Broken('L2', `write ${written + 1} at rest is ${state}: ${story}`);
    }
  }
  if (!isAtRest(world)) comeToRest(world, checks);
  checkCapacity(world);
}

function checkCapacity(world: World): void {
  const { mode, basis, capacity: floor, headroom } = configOf(world.setup, 0).sidefile;
  if (mode === 'adaptive' && basis === 'oldest') return;
  const capacity = mode === 'fixed' ? floor : Math.max(floor, headroom);
  for (const { site } of world.nodes) {
    const kept = site!.context.header.capacity;
    // Hysteresis leaves a little more.
    if (mode === 'fixed' ? kept === capacity : kept <= Math.max(capacity + 1, capacity * 1.5)) {
      continue;
    }
    throw new Broken('L4', `${'PSA'[site!.context.config.site]} keeps ${kept}, not ${capacity}`);
  }
}
