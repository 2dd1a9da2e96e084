import { describe, expect, it } from 'vitest';
import { always, type Composition } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import { Estimate } from '../../src/checker/estimate.ts';

/** A counter that carries its name about, and goes up by so much. */
function counter(name: string, by: number, limit = 6): Composition {
  return {
    name: 'counter',
    components: {
      counter: {
        initial: { name, count: 0 },
        step: (state, event) => {
          const { count } = state as { count: number };
          return { state: { name, count: (count + (event as number)) % limit } };
        },
        moves: () => [{ name: 'up', event: by }],
      },
    },
    properties: [always('F', 'it counts', () => true)],
  };
}

const fingerprint = async (composition: Composition, read = '', as = '') =>
  (await checkModel(composition, { fingerprint: { read, as } })).fingerprint;

describe('fingerprints of graphs', () => {
  it('the same graph has the same, whatever its parts are called', async () => {
    const original = await fingerprint(counter('right', 1));
    expect(original).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprint(counter('wrong', 1), '"wrong"', '"right"')).toBe(original);
    expect(await fingerprint(counter('wrong', 1))).not.toBe(original);
  });

  it('a graph of the same shape with other values is another one', async () => {
    const up = await checkModel(counter('a', 1), { fingerprint: { read: '', as: '' } });
    const down = await checkModel(counter('a', 5), { fingerprint: { read: '', as: '' } });
    expect([down.states, down.generated, down.depth]).toEqual([up.states, up.generated, up.depth]);
    expect(down.fingerprint).not.toBe(up.fingerprint);
  });

  it('a graph of the same states with one action less is another one', async () => {
    const counting = (last: number) => {
      const { components, ...rest } = counter('a', 1);
      const moves = (state: unknown) =>
        (state as { count: number }).count <= last ? [{ name: 'up', event: 1 }] : [];
      return { ...rest, components: { counter: { ...components.counter!, moves } } };
    };
    // From the last of them it leads back to the first.
    expect(await fingerprint(counting(5))).not.toBe(await fingerprint(counting(4)));
  });

  it('a run that was cut short has none', async () => {
    const verdict = await checkModel(counter('a', 1, 1e6), {
      statesMax: 10,
      fingerprint: { read: '', as: '' },
    });
    expect([verdict.kind, verdict.fingerprint]).toEqual(['incomplete', null]);
  });
});

describe('an estimate of how many states there will be', () => {
  const after = (...counts: readonly number[]) => {
    const estimate = new Estimate();
    for (const [depth, count] of counts.entries()) estimate.note(depth, count);
    return estimate.states(counts.at(-1)!);
  };

  it('says nothing while levels grow', () => {
    expect(after(1, 3, 7, 15)).toBeNull();
    expect(after(1, 3)).toBeNull();
  });

  it('sums up levels that shrink: 64, 32, 16 … after 1,000', () => {
    expect(after(1000, 1064, 1096)).toBe(1096 + 32);
  });

  it('is never below what was found', () => {
    expect(after(10, 20, 20)).toBe(20);
  });
});
