import { describe, expect, it } from 'vitest';
import { type Composition, changes, type Model, type Property } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';

type Pair = readonly [before: number, after: number];

/** Two clocks of four hours, of which one is read; what was asked about it is noted. */
function clocks(asked: Pair[], wrong = -1): Composition {
  const clock = () => ({
    initial: 0,
    step: (hour: number) => ({ state: (hour + 1) % 4 }),
    moves: () => [{ name: 'tick', event: 'tick' }],
  });
  const claim = changes(
    'CLOCK',
    'the clock that is read goes on by an hour',
    ['read'],
    ({ read: before }: { read: number }, { read: after }: { read: number }) => {
      asked.push([before, after]);
      return after === (before + 1) % 4 && after !== wrong;
    },
  );
  return { name: 'clocks', components: { read: clock(), other: clock() }, properties: [claim] };
}

describe('a claim about changes', () => {
  it('is asked once of each pair of before and after, and of nothing that stays as it was', async () => {
    const asked: Pair[] = [];
    const verdict = await checkModel(clocks(asked));
    expect([verdict.kind, verdict.states, verdict.generated]).toEqual(['exhausted', 16, 33]);
    // Once, and once more with copies: whether it writes to them.
    const twice = ['0,1', '1,2', '2,3', '3,0'].flatMap((pair) => [pair, pair]);
    expect(asked.map(String).sort()).toEqual(twice);
  });

  it('is broken by the first change that is wrong', async () => {
    const verdict = await checkModel(clocks([], 2));
    expect(verdict).toMatchObject({ kind: 'safety', depth: 2 });
    expect(verdict.counterexample!.steps).toHaveLength(3);
  });

  it.each([
    ['the whole state', null],
    ['what it reads by name', ['read']],
  ])('of a plain model sees %s', async (_, reads) => {
    const asked: Pair[] = [];
    const verdict = await checkModel(plain(asked, reads));
    expect([verdict.kind, verdict.states]).toEqual(['exhausted', 8]);
    expect(asked.every(([before, after]) => before !== after)).toBe(true);
    expect(new Set(asked.map(String))).toEqual(new Set(['0,1', '1,2', '2,3', '3,0']));
  });
});

interface Clocks {
  readonly read: number;
  readonly other: number;
}

/** One hand of four hours, and a lamp that goes on and off; of all that is read the hour is what matters. */
function plain(asked: Pair[], reads: readonly string[] | null): Model<Clocks> {
  const hourOf = (seen: Record<string, unknown>) => seen.read as number;
  const claim: Property = changes(
    'CLOCK',
    'the hand goes on',
    reads,
    (before: Record<string, unknown>, after: Record<string, unknown>) => {
      const pair = [hourOf(before), hourOf(after)] as const;
      if (reads !== null || pair[0] !== pair[1]) asked.push(pair);
      return JSON.stringify(before) !== JSON.stringify(after);
    },
  );
  return {
    name: 'a clock and a lamp',
    initial: [{ read: 0, other: 0 }],
    actions: ({ read, other }) => [
      ['tick', { read: (read + 1) % 4, other }],
      ['lamp', { read, other: 1 - other }],
      ['wait', { read, other }],
    ],
    properties: [claim],
  };
}
