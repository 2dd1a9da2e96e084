import { describe, expect, it } from 'vitest';
import { isAwaited } from '../../models/rules/commit.ts';
import { type Entry, siteIds } from '../../models/words.ts';
import type { Recovered } from '../../src/backend/port.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { type GatheredStore, GatheredStores } from '../../src/runtime/gathered-stores.ts';
import { memoryStore } from '../../src/runtime/site-store.ts';
import { blocksOf, stage } from './on-fake-time.ts';

const entry = (sequence: number, epoch = 1): Entry => ({
  epoch,
  sequence,
  extent: { volume: 0, first: 0, count: 1 },
  kind: 'data',
  checksum: sequence,
});

const storeOf = (entries: readonly Entry[], committed = 0, bytes = 512): GatheredStore => ({
  entries,
  writes: entries.map((one) => ({ entry: one, payload: new Uint8Array(bytes) })),
  committed,
});

describe('stores that no host waits for', () => {
  function gathering() {
    const clock = new FakeClock();
    const given: GatheredStore[] = [];
    const stores = new GatheredStores(clock, (store) => given.push(store));
    return { clock, given, stores };
  }

  it('go together after a moment: entries in their order, with the largest c', async () => {
    const { clock, given, stores } = gathering();
    stores.add(storeOf([entry(1), entry(2)], 1));
    stores.add(storeOf([entry(3)], 0));
    expect(given).toEqual([]);
    await clock.run(clock.now() + 5);
    expect(given).toHaveLength(1);
    expect(given[0]!.entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(given[0]!.writes.map((write) => write.entry.sequence)).toEqual([1, 2, 3]);
    expect(given[0]!.committed).toBe(1);
    await clock.run(clock.now() + 50);
    expect(given).toHaveLength(1);
  });

  it('go at once when there is enough for a flush, in entries or in bytes', () => {
    const { given, stores } = gathering();
    stores.add(storeOf(Array.from({ length: 128 }, (_, index) => entry(index + 1))));
    expect(given).toHaveLength(1);
    stores.add(storeOf([entry(129)], 0, 1 << 20));
    expect(given).toHaveLength(2);
    expect(stores.isEmpty).toBe(true);
  });

  it('of two epochs stay apart, as what a c is worth hangs on its epoch', () => {
    const { given, stores } = gathering();
    stores.add(storeOf([entry(1, 1)], 1));
    stores.add(storeOf([entry(2, 4)], 0));
    expect(given).toEqual([storeOf([entry(1, 1)], 1)]);
    stores.give();
    expect(given[1]).toEqual(storeOf([entry(2, 4)], 0));
  });

  it('are forgotten with the site that dies', async () => {
    const { clock, given, stores } = gathering();
    stores.add(storeOf([entry(1)]));
    stores.drop();
    await clock.run(clock.now() + 50);
    stores.give();
    expect(given).toEqual([]);
  });
});

/** Notes what the backend is asked for. */
function watched(found: Recovered, asked: string[]): Recovered {
  const backend = new Proxy(found.backend, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        asked.push(String(name));
        return method.apply(target, given);
      };
    },
  });
  return { ...found, backend };
}

describe('a site of a running arrangement', () => {
  it('gathers only what no host waits for: hosts are answered, the far mirror follows', async () => {
    const { arrangement, until, pass } = await stage({ policies: { syncFar: false } });
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    await pass(50);
    const awaited = siteIds.map((site) => isAwaited(arrangement.loopOf(site)!.site.context));
    expect(awaited).toEqual([true, true, false]);
    let isAnswered = false;
    const answered = arrangement.write(0, 1, blocksOf(2, 1)).then(() => {
      isAnswered = true;
    });
    await pass(1);
    expect(isAnswered).toBe(true);
    await answered;
    const held = () => arrangement.loopOf(2)!.site.context.held.contiguous;
    const newest = arrangement.loopOf(0)!.site.context.held.contiguous;
    expect(held()).toBeLessThan(newest);
    await pass(10);
    expect(held()).toBe(newest);
    await until(arrangement.close());
  });

  it.each([
    ['begins it when it stops', 'stop', 1],
    ['forgets it when it dies', 'crash', 0],
  ] as const)('with a store that waits %s', async (_, end, begun) => {
    const asked: string[] = [];
    const { arrangement, until, pass } = await stage({
      stores: (site, limits) => {
        const store = memoryStore(limits);
        return site === 2
          ? { ...store, open: async () => watched(await store.open(), asked) }
          : store;
      },
    });
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    await pass(50);
    const written = arrangement.write(0, 1, blocksOf(2, 1));
    await pass(1);
    await written;
    // It has what it was sent in hand, and the moment that it waits for more has not passed.
    asked.length = 0;
    await until(arrangement[end](2));
    await pass(50);
    expect(asked.filter((name) => name === 'store')).toHaveLength(begun);
    await until(arrangement.close());
  });

  it('waits for nothing where every mirror is in the sync set', async () => {
    const { arrangement, until, pass } = await stage({ policies: { syncFar: true } });
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    await pass(50);
    const awaited = siteIds.map((site) => isAwaited(arrangement.loopOf(site)!.site.context));
    expect(awaited).toEqual([true, true, true]);
    await until(arrangement.close());
  });
});
