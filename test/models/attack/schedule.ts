import { movesOf } from '../../../models/node.ts';
import { isServing } from '../../../models/properties.ts';
import type { SiteConfig } from '../../../models/site.ts';
import { type SiteId, siteIds } from '../../../models/words.ts';
import type { Chance } from './chance.ts';
import { directions, type Line, pairNames, pairs } from './events.ts';
import type { Setup } from './setup.ts';
import type { World } from './world.ts';

/** Each seed has a temper of its own: what goes wrong often in one never happens in another. */
export interface Temper {
  readonly lines: number;
  readonly writes: number;
  readonly reads: number;
  readonly crashes: number;
  readonly cuts: number;
  readonly timeouts: number;
  readonly settles: number;
  readonly repairs: number;
  readonly losses: number;
  readonly operator: number;
  readonly splits: boolean;
}

export function drawSetup(chance: Chance): Setup {
  const blocks = chance.between(4, 8);
  const writes = Array.from({ length: chance.between(10, 40) }, () => {
    const count = chance.happens(0.3) ? chance.between(2, 3) : 1;
    return [chance.below(blocks - count + 1), count] as const;
  });
  const capacity = chance.between(1, 4);
  const mode = chance.of(['fixed', 'adaptive'] as const);
  const config: Partial<SiteConfig> = {
    sidefile: {
      mode,
      capacity,
      limit: mode === 'fixed' ? capacity : capacity + chance.between(1, 8),
      basis: chance.of(['newest', 'oldest'] as const),
      headroom: chance.between(0, 2),
    },
    onLegLoss: chance.of(['continue', 'continue', 'stop'] as const),
    syncFar: chance.happens(0.25),
    takeover: chance.of(['holder', 'any'] as const),
    frameEntries: chance.between(1, 4),
    frameBlocks: chance.between(1, 3),
    pendingMax: chance.between(2, 8),
  };
  const slow = siteIds.filter(() => chance.happens(0.6));
  const room = chance.of([Number.MAX_SAFE_INTEGER, 0, 1]);
  const verify = chance.of(['after-update', 'on-command'] as const);
  const lazyCommit = chance.happens(0.25);
  const overtakes = chance.happens(0.4);
  return { blocks, writes, slow, config: { ...config, verify, lazyCommit }, overtakes, room };
}

export function drawTemper(chance: Chance): Temper {
  const rate = (most: number) => (chance.happens(0.35) ? 0 : chance.next() * most);
  return {
    lines: chance.between(60, 400),
    writes: 0.02 + chance.next() * 0.2,
    reads: rate(0.05),
    crashes: rate(0.06),
    cuts: rate(0.1),
    timeouts: 0.02 + chance.next() * 0.2,
    settles: rate(0.1),
    repairs: 0.02 + chance.next() * 0.1,
    losses: rate(0.04),
    operator: rate(0.04),
    splits: chance.happens(0.15),
  };
}

/** The next line of a run. */
export function drawLine(chance: Chance, world: World, temper: Temper): Line {
  const site = 'PSA'[chance.below(3)]!;
  if (chance.happens(temper.crashes)) {
    const how = chance.happens(0.3) ? ' unnoticed' : '';
    const unflushed = chance.of(['lost', 'kept']);
    return chance.happens(0.15) ? `fail ${site} ${unflushed}` : `crash ${site} ${unflushed}${how}`;
  }
  if (chance.happens(temper.cuts)) {
    const pair = chance.of(pairNames);
    const unknowing = chance.happens(0.3) ? ` ${chance.of([pair[0]!, pair[1]!, pair])}` : '';
    return `cut ${pair}${unknowing}`;
  }
  if (chance.happens(temper.losses)) return drawLoss(chance, world, site);
  if (chance.happens(temper.operator)) return drawCommand(chance, site, temper.splits);
  if (chance.happens(temper.repairs)) return drawRepair(chance, world);
  if (chance.happens(temper.timeouts)) {
    const running = siteIds.flatMap((id) => world.timers(id).map((timer) => ({ id, timer })));
    if (running.length > 0) {
      const { id, timer } = chance.of(running);
      return `timeout ${'PSA'[id]} ${timer}`;
    }
  }
  if (chance.happens(temper.writes))
    return `write ${servingSite(world, chance)} ${drawCount(chance)}`;
  if (chance.happens(temper.reads)) {
    const count = chance.between(1, 2);
    const first = chance.below(world.setup.blocks - count + 1);
    return `read ${servingSite(world, chance)} ${first} ${count}`;
  }
  if (chance.happens(temper.settles)) return chance.happens(0.1) ? `expire ${site}` : 'settle';
  return drawProgress(chance, world) ?? drawRepair(chance, world);
}

const drawCount = (chance: Chance): number => (chance.happens(0.3) ? chance.between(2, 4) : 1);

function servingSite(world: World, chance: Chance): string {
  const serving = world.nodes.filter(isServing).map(({ config }) => 'PSA'[config.site]!);
  return serving.length > 0 && !chance.happens(0.1) ? chance.of(serving) : 'PSA'[chance.below(3)]!;
}

function drawProgress(chance: Chance, world: World): Line | null {
  const moves: Line[] = directions
    .filter((name) => world.channels.get(name)!.length > 0)
    .map((name) => `deliver ${name}${drawPlace(chance, world, name)}`);
  for (const [one, other] of pairs) {
    if (world.isOver(one, other)) moves.push(`end ${'PSA'[one]}${'PSA'[other]}`);
  }
  for (const site of siteIds) {
    for (const { event } of movesOf(world.nodes[site])) {
      if (event.type === 'disk') moves.push(`disk ${'PSA'[site]} ${event.lane}`);
    }
  }
  return moves.length > 0 ? chance.of(moves) : null;
}

function drawPlace(chance: Chance, world: World, name: string): string {
  const waiting = world.channels.get(name)!.length;
  const overtakes = world.setup.overtakes && waiting > 1 && chance.happens(0.4);
  return overtakes ? ` ${chance.below(waiting)}` : '';
}

function drawRepair(chance: Chance, world: World): Line {
  const down = siteIds.filter((site) => world.nodes[site].site === null);
  const cut = pairNames.filter((pair) => !world.up.get(pair));
  const lines = [
    ...down.map((site) => `start ${'PSA'[site]}`),
    ...cut.map((pair) => `heal ${pair}`),
    ...[...world.untold].map((end) => `told ${end}`),
  ];
  return lines.length > 0 ? chance.of(lines) : 'settle';
}

function drawLoss(chance: Chance, world: World, site: string): Line {
  const id = 'PSA'.indexOf(site) as SiteId;
  if (chance.happens(0.2)) return `rotBlock ${site} ${chance.below(world.setup.blocks)}`;
  if (world.nodes[id].site !== null) {
    return chance.happens(0.5) ? `copy ${site}` : `crash ${site} ${chance.of(['lost', 'kept'])}`;
  }
  const { entries } = world.nodes[id].disk;
  const kinds = ['replace', 'restore', ...(entries.length > 0 ? ['rot'] : [])];
  const kind = chance.of(kinds);
  return kind === 'rot' ? `rot ${site} ${chance.of(entries).sequence}` : `${kind} ${site}`;
}

function drawCommand(chance: Chance, site: string, splits: boolean): Line {
  const other = chance.of([...'PSA'].filter((name) => name !== site));
  const any = chance.of([...'PSA']);
  const lines = [
    `takeOver ${site}`,
    `consent ${site} ${any}`,
    `switchover ${site} ${other}`,
    `switchover ${site} ${other}`,
    `suspend ${site} ${other}`,
    `resume ${site} ${other}`,
    `verify ${site} ${other}`,
    ...(splits ? [`force ${site}`, `discard ${site} ${site}`, `admit ${site} ${any}`] : []),
  ];
  return chance.of(lines);
}
