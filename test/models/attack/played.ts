import { waitsOfAll } from '../../../models/diagnosis.ts';
import type { SiteId } from '../../../models/words.ts';
import type { Setup } from './setup.ts';
import { World } from './world.ts';

/** Plays written by hand: what is said line by line, and what is to be seen of it afterwards. */

/** Writes of one block, more than most plays ask for. */
export const setupOf = (more: Partial<Setup> = {}): Setup => ({
  blocks: 4,
  writes: Array.from({ length: 60 }, (_, index) => [index % 4, 1] as const),
  slow: [],
  config: {},
  ...more,
});

/** A sidefile of so many entries. */
export const fixed = (capacity: number) =>
  ({ mode: 'fixed', capacity, limit: capacity, basis: 'newest', headroom: 1 }) as const;

/** The world after these lines, separated by commas. */
export function played(lines: string, more: Partial<Setup> = {}): World {
  const world = new World(setupOf(more));
  go(world, lines);
  return world;
}

export function go(world: World, lines: string): void {
  for (const line of lines.split(', ')) world.apply(line);
}

export const times = (lines: string, count: number): string => Array(count).fill(lines).join(', ');

/** Every link delivers one frame a turn, `before` is told of it; the disks of these sites work, the others' stand still. */
export function run(
  world: World,
  turns: number,
  disks: readonly SiteId[],
  before: (channel: string) => unknown = () => {},
): void {
  for (let turn = 0; turn < turns; turn++) {
    for (const name of ['PS', 'SP', 'PA', 'AP', 'SA', 'AS']) {
      before(name);
      world.apply(`deliver ${name}`);
    }
    for (const site of disks) while (world.disk(site, 'ring') || world.disk(site, 'rest')) {}
  }
}

/** What became of the writes that hosts asked for. */
export const statesOf = (world: World): string[] =>
  world.host.writes.map(({ state }) => state).filter((state) => state !== 'new');

export const waitsIn = (world: World) => waitsOfAll(world.nodes.map(({ site }) => site));

/** The names of the commands that status helps with. */
export const advised = (world: World): string[] =>
  waitsIn(world).flatMap(({ helps }) => helps.map(({ command }) => command.name));
