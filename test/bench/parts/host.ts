import type { Arrangement } from '../../../src/runtime/arrangement.ts';

export const blockBytes = 4096;
export const blocks = 1 << 16;
export const capacity = 4096;
const payload = new Uint8Array(blockBytes).fill(7);

/** Blocks in an order that jumps about: no two of them neighbours, none twice in a round. */
export const blockAt = (index: number): number => (index * 7919) % blocks;
let given = 0;

export interface Load {
  /** Acknowledged writes per second. */
  readonly rate: number;
  /** Microseconds of processor time a write, all threads. */
  readonly processor: number;
}

/** Writes of one block, always so many outstanding. */
export async function load(arrangement: Arrangement, count: number, most: number): Promise<Load> {
  let left = count;
  const one = async () => {
    while (left-- > 0) await arrangement.write(0, blockAt(given++), payload);
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

/** Until everything is applied everywhere; what was put off is not done in somebody else’s time. */
export async function untilLevel(arrangement: Arrangement): Promise<void> {
  while (!arrangement.status().level) await new Promise((resume) => setTimeout(resume, 5));
}
