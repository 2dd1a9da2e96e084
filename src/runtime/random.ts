/** Randomness as a port: a number in [0, 1). */
export type Random = () => number;

/** The same numbers for the same seed, for ever (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A whole number in low..high, both included. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

export const chance = (random: Random, probability: number): boolean => random() < probability;

export const pick = <Member>(random: Random, members: readonly Member[]): Member =>
  members[Math.floor(random() * members.length)]!;

/** Never 0: that names a site without a vote. */
export const newIncarnation = (random: Random): number => between(random, 1, 0x7fff_ffff);
