import { siteIds } from '../../../models/words.ts';
import type { Arrangement } from '../../../src/runtime/arrangement.ts';

export const blockBytes = 4096;
export const blocks = 1 << 16;
export const capacity = 4096;
const payload = new Uint8Array(blockBytes).fill(7);

/**
 * In which order blocks are written, none twice in a round. `apart`: it jumps about, and no two blocks that
 * a site may apply together are neighbours, the worst a disk can be given. `row`: one behind the other.
 */
export type Order = 'apart' | 'row';

export const blockAt = (index: number, order: Order): number =>
  (order === 'apart' ? index * 7919 : index) % blocks;
let given = 0;

export interface Load {
  /** Acknowledged writes per second. */
  readonly rate: number;
  /** Microseconds of processor time a write, all threads. */
  readonly processor: number;
}

/** Writes of one block, always so many outstanding. */
export async function load(
  arrangement: Arrangement,
  count: number,
  most: number,
  order: Order = 'apart',
): Promise<Load> {
  let left = count;
  const one = async () => {
    while (left-- > 0) await arrangement.write(0, blockAt(given++, order), payload);
  };
  return measured(count, () => Promise.all(Array.from({ length: most }, one)));
}

/** What so many writes take, done by `act`. */
export async function measured(count: number, act: () => Promise<unknown>): Promise<Load> {
  const used = process.cpuUsage();
  const begun = performance.now();
  await act();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  return { rate: count / seconds, processor: (user + system) / count };
}

/** Blocks that the three sites hold and have not applied: work put off for whoever comes after. */
export function unapplied(arrangement: Arrangement): number {
  const behind = siteIds.map((site) => {
    const { held, applied } = arrangement.loopOf(site)!.site.context;
    return held.contiguous - applied;
  });
  return behind.reduce((sum, count) => sum + count, 0);
}

/** Until everything is applied everywhere; what was put off is not done in somebody else’s time. */
export async function untilLevel(arrangement: Arrangement): Promise<void> {
  while (!arrangement.status().level) await new Promise((resume) => setTimeout(resume, 5));
}
