import { expect, it } from 'vitest';
import { recordOf } from '../../models/site.ts';
import { blocksOf, stage } from './on-fake-time.ts';

it('a mirror that was away enters the sync set again while hosts write without a pause', async () => {
  const { arrangement, until, pass } = await stage({
    sidefile: { capacity: 256 },
    links: { latency: () => ({ least: 1, most: 3 }) },
  });
  const syncSet = () => recordOf(arrangement.primary()!.site.context)?.syncSet;
  await until(arrangement.write(0, 0, blocksOf(1, 1)));
  let isWriting = true;
  let written = 0;
  const writers = Array.from({ length: 24 }, async (_, block) => {
    for (; isWriting; written++) await arrangement.write(0, block, blocksOf(block, 1));
  });
  await until(arrangement.crash(1));
  await pass(200);
  expect(syncSet()).toEqual([]);
  await until(arrangement.start(1));
  await pass(500);
  expect(syncSet()).toEqual([1]);
  expect(arrangement.primary()!.site.context.config.site).toBe(0);
  isWriting = false;
  await until(Promise.all(writers));
  expect(written).toBeGreaterThan(1000);
});
