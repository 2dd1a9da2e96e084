import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/simulator/simulate.ts';

/** Seeds that once broke a promise, with what was wrong then. What happens in a run moves with each thing a site asks its disk for. */
const stored = [
  [3, 'L3: a sidefile that shrank took back room it had told the primary of'],
  [4, 'L2: a site whose last storage answer names no event never opened its links'],
  [47, 'L2: the target of an update believed the third site to hold what the source holds'],
  [77, 'L4: two near mirrors of a far primary each kept what the other stored, on basis o'],
  [93, 'L3: a promise set back an update whose mark was being written'],
  [128, 'L3: the same over files'],
  [142, 'L2: as seed 47'],
  [170, 'S1: what a mark was going to say was taken for durable (by the checker)'],
  [346, 'L3: a site was started twice at once'],
  [1130, 'S8: two writes of zeroes to one place were taken for each other (by the checker)'],
  [2077, 'L3: a restart that found the mark of an update took no other one'],
] as const;

/** With disks that lie, and operators. */
const storedMedia = [
  [
    892,
    'budget',
    'S1: c passed a mirror whose disk had lost what it acknowledged (by the checker)',
  ],
  [941, 'unlimited', 'S6: a block the source could not read was left out of a comparison'],
  [1100, 'budget', 'L2: a primary acknowledged alone what it knew it could not read'],
  [
    1745,
    'unlimited',
    'a header under way retired what a newer record had cut: nobody believed the site',
  ],
  [7037, 'budget', 'L1: a mirror stood still for a comparison whose leg had begun anew'],
  [3_000_088, 'budget', 'L1: a comparison was forgotten when its primary began an epoch'],
] as const;

describe('seeds that once broke a promise', () => {
  it.each(stored)('seed %i (%s)', async (seed) => {
    const { violations, restAfter } = await simulate({ seed, media: 'sound' });
    expect(violations).toEqual([]);
    expect(restAfter).not.toBeNull();
  });

  it('seed 3 (L2: a majority decided nothing, with the promise of a rival forced branch in hand)', async () => {
    const { violations, restAfter } = await simulate({ seed: 3 });
    expect(violations).toEqual([]);
    expect(restAfter).not.toBeNull();
  });

  it('seed 3000453, budget media, two lanes (a copy from the past counted as repaired while its old session was still up)', async () => {
    const { violations } = await simulate({ seed: 3000453, media: 'budget', lanes: 2 });
    expect(violations).toEqual([]);
  });

  it.each(storedMedia)('seed %i, %s media (%s)', async (seed, media) => {
    const { violations, coverage } = await simulate({ seed, media });
    expect(violations).toEqual([]);
    expect(coverage.counts.get('report distrusted')).toBeUndefined();
  });
});
