import { type Arrangement, createArrangement } from '../../src/runtime/arrangement.ts';
import type { ArrangementOptions } from '../../src/runtime/arrangement-options.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { seededRandom } from '../../src/runtime/random.ts';

/** An arrangement in memory whose time moves only while something is waited for. */
export interface Stage {
  readonly arrangement: Arrangement;
  readonly clock: FakeClock;
  /** Lets time pass until the promise is settled; fails after ten simulated seconds. */
  until<Result>(promise: Promise<Result>): Promise<Result>;
  /** Lets this many milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
}

export async function stage(options: Partial<ArrangementOptions> = {}): Promise<Stage> {
  const clock = new FakeClock();
  const made = createArrangement({
    storage: 'memory',
    volumes: [64, 32],
    blockBytes: 512,
    blocksPerWriteMax: 4,
    durations: { election: 20, patience: 25, retry: 10, request: 200 },
    clock,
    random: seededRandom(1),
    ...options,
  });
  const arrangement = await waited(clock, made);
  return {
    arrangement,
    clock,
    until: (promise) => waited(clock, promise),
    pass: (milliseconds) => clock.run(clock.now() + milliseconds),
  };
}

export async function waited<Result>(clock: FakeClock, promise: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  promise.then(settled, settled);
  const deadline = clock.now() + 10_000;
  while (!isSettled && clock.now() < deadline) {
    await clock.run(clock.now() + 5, () => !isSettled);
  }
  if (!isSettled) throw new Error('not settled after ten simulated seconds');
  return promise;
}

/** Every byte of each block tells which write it came from. */
export const blocksOf = (fill: number, count: number): Uint8Array =>
  new Uint8Array(count * 512).fill(fill);
