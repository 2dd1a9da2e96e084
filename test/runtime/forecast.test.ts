import { describe, expect, it } from 'vitest';
import type { Report } from '../../models/effect.ts';
import type { SiteId } from '../../models/words.ts';
import { Forecast, firstBytesPerSecond } from '../../src/runtime/forecast.ts';

const planned = (verdict: string, blocks: number): Report => ({
  kind: 'planned',
  peer: 2,
  verdict,
  reason: 'why',
  count: 0,
  blocks,
  from: 0,
  to: 9,
});

/** What is announced of each of these happenings. */
function announced(...happenings: readonly (readonly [at: number, site: SiteId, event: Report])[]) {
  const forecast = new Forecast(1000);
  return happenings.map(([at, site, event]) => forecast.of({ at, site, event })?.milliseconds);
}

describe('F07: the time a plan will take is announced with it', () => {
  const first = Math.ceil((50_000 / firstBytesPerSecond) * 1000);

  it('at first by a guess, then by how long plans took', () => {
    const times = announced(
      [0, 1, planned('bitmap', 50)],
      [500, 2, { kind: 'staged', through: 9 } as unknown as Report],
      [600, 1, planned('bitmap', 50)],
      [1600, 1, { kind: 'level', peer: 2, at: 9 }],
      // 100 and 50 bytes a millisecond were seen.
      [2000, 1, planned('delta', 75)],
    );
    expect(times).toEqual([first, undefined, 500, undefined, 1000]);
  });

  it('a comparison goes by a rate of its own', () => {
    const times = announced(
      [0, 1, planned('compare-blocks', 50)],
      [5000, 1, { kind: 'level', peer: 2, at: 9 }],
      [6000, 1, planned('bitmap', 50)],
      [6000, 1, planned('compare-blocks', 50)],
    );
    expect(times).toEqual([first, undefined, first, 5000]);
  });

  it('nothing is announced when nothing moves, and nothing learnt from a plan that was given up', () => {
    const times = announced(
      [0, 1, planned('none', 0)],
      [0, 1, planned('bitmap', 50)],
      [5000, 1, { kind: 'suspended', peer: 2 }],
      [9000, 1, { kind: 'level', peer: 2, at: 9 }],
      [9000, 1, planned('bitmap', 50)],
    );
    expect(times).toEqual([undefined, first, undefined, undefined, first]);
  });
});
