import { refusalOfCommand } from '../../../models/command-refusal.ts';
import { isServing } from '../../../models/properties.ts';
import { type SiteId, siteIds } from '../../../models/words.ts';
import { Chance } from './chance.ts';
import { Broken, type Checks } from './check.ts';
import { directions, pairNames } from './events.ts';
import { statesOf, waitsIn } from './played.ts';
import { configOf } from './setup.ts';
import type { World } from './world.ts';

/** What stays broken after all other faults were mended. */
export interface Lasting {
  readonly cuts: readonly string[];
  readonly down: readonly SiteId[];
  /** Disks that take requests and answer none. */
  readonly stuck: readonly SiteId[];
  /** Suspended legs stay so. */
  readonly suspended: boolean;
  /** Of the order in which waits end. */
  readonly seed: number;
}

const rounds = 26;
const writesFrom = rounds - 4;
const adviceMax = 10;
const burst = 5;
/** Writes in all: beyond a hundred their names are those of reads, and at rest some more are to come. */
const burstUpTo = 50;

/** `count`: how many things stay broken. */
export function drawLasting(chance: Chance, count: number): Lasting {
  const suspended = chance.happens(0.5);
  const seed = chance.below(2 ** 30);
  const broken = Array.from({ length: count }, () => drawBroken(chance));
  return {
    cuts: broken.flatMap(({ cuts = [] }) => cuts),
    down: broken.flatMap(({ down = [] }) => down),
    stuck: broken.flatMap(({ stuck = [] }) => stuck),
    suspended,
    seed,
  };
}

function drawBroken(chance: Chance): Partial<Lasting> {
  switch (chance.below(5)) {
    case 1:
      return { cuts: [chance.of(pairNames)] };
    case 2:
      return { cuts: pairNames.filter(() => chance.happens(0.6)) };
    case 3:
      return { down: [chance.of(siteIds)] };
    case 4:
      return { stuck: [chance.of(siteIds)] };
    default:
      return {};
  }
}

/**
 * L2 while something stays broken: no epochs follow each other without end, and what hosts write is acknowledged, or status says
 * why not. What it advises is followed, until it is.
 */
export function last(world: World, checks: Checks, lasting: Lasting): void {
  if (!lasting.suspended) for (const end of directions) world.apply(`resume ${end[0]} ${end[1]}`);
  for (const site of lasting.stuck) world.stuck.add(site);
  for (let advice = 0; !isServed(world, checks, lasting); advice++) {
    const waits = waitsIn(world);
    const [help] = waits.flatMap(({ helps }) => helps);
    if (waits.length === 0) throw new Broken('L2', `nobody serves, and status is silent`);
    if (help === undefined && !isForRepair(world, lasting)) {
      throw new Broken('L2', `nothing helps: ${JSON.stringify(waits)}`);
    }
    if (help === undefined) break;
    const { site } = world.nodes[help.at];
    const refusal = site === null ? 'it is down' : refusalOfCommand(site, help.command);
    if (refusal !== null || advice === adviceMax) {
      throw new Broken('L2', `advice does not help: ${JSON.stringify(help)}, ${refusal}`);
    }
    world.command(help.at, help.command);
    world.settle();
    checks.check(world);
  }
  world.stuck.clear();
}

/** Is it for nobody to end but who repairs what is broken? */
function isForRepair(world: World, { down, stuck }: Lasting): boolean {
  return configOf(world.setup, 0).onLegLoss === 'stop' || down.length > 0 || stuck.length > 0;
}

/** Waits end, in some order, and links that come back break no more: is what hosts write at last acknowledged? */
function isServed(world: World, checks: Checks, lasting: Lasting): boolean {
  const chance = new Chance(lasting.seed);
  let before = { records: Number.NaN, told: 0 };
  for (let round = 0; round < rounds; round++) {
    mend(world, lasting);
    world.settle();
    if (round === rounds / 2) before = { records: recordsOf(world), told: acknowledged(world) };
    if (round >= writesFrom) writeEverywhere(world, round);
    const [first, second, third] = chance.of(orders);
    for (const site of [first!, second!, third!]) {
      for (const timer of world.timers(site)) {
        world.timeout(site, timer);
        if (!chance.happens(0.2)) world.settle();
      }
    }
    world.settle();
    checks.check(world);
  }
  // A write may mend what kept a mirror out: it enters, and one that left comes back.
  if (recordsOf(world) > before.records + 2) throw new Broken('EPOCH-140', 'epochs without end');
  return acknowledged(world) > before.told;
}

const orders: readonly (readonly SiteId[])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

function mend(world: World, { cuts, down }: Lasting): void {
  for (const site of siteIds) {
    world.apply(down.includes(site) ? `crash ${'PSA'[site]} kept` : `start ${'PSA'[site]}`);
  }
  for (const pair of pairNames) world.apply(`${cuts.includes(pair) ? 'cut' : 'heal'} ${pair}`);
  for (const end of [...world.untold]) world.apply(`told ${end}`);
}

/** Hosts do not know who serves them. In the end they ask for as much as fills a sidefile. */
function writeEverywhere(world: World, round: number): void {
  const isLast = round === rounds - 1 && world.host.writes.length <= burstUpTo;
  const count = isLast ? burst : 1;
  for (const { config } of world.nodes.filter(isServing)) {
    const fresh = world.host.writes.filter(({ state }) => state === 'new').length;
    for (let lacking = count - fresh; lacking > 0; lacking--) {
      world.addWrite(world.host.writes.length % world.setup.blocks, 1);
    }
    world.apply(`write ${'PSA'[config.site]} ${count}`);
  }
  world.settle();
}

const acknowledged = (world: World): number =>
  statesOf(world).filter((state) => state === 'acknowledged').length;

const recordsOf = (world: World): number =>
  Math.max(...world.nodes.map(({ disk }) => disk.header.history.length));
