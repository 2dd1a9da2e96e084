import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F40 [RESYNC-30, RESYNC-60, RECOVERY-30]: an operator wants the stale sync mirror to overwrite the primary: he is shown what that gives up, and it happens only when he agrees to exactly that',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    link('S', 'A').breaks();
    await settle();
    await host.writes(3);
    await settle();
    const lost = { above: 2, through: 5, count: 3, committed: 3 };
    const preview = operator.looksAt(sync, primary);
    expect(preview.discards).toEqual([
      { site: 0, ...lost },
      { site: 2, ...lost },
    ]);
    // Of themselves they would go the other way.
    expect(preview.plan).toMatchObject({
      toFirst: { verdict: 'delta', count: 3, lacking: [{ first: 3, last: 5 }] },
      toSecond: { verdict: 'none' },
    });
    const before = stage.describe();
    const told =
      'from site 1 to 0 gives up 3 writes of 3..5 at site 0, 3 of them committed; 3 writes of 3..5 at site 2, 3 of them committed';
    expect(() => operator.resyncs(sync, primary)).toThrow(told);
    expect(() => operator.resyncs(sync, primary, preview.discards.slice(0, 1))).toThrow(told);
    await host.writes(1);
    await settle();
    expect(() => operator.resyncs(sync, primary, preview.discards)).toThrow('4 writes of 3..6');
    expect(primary).toServe();
    expect(before).not.toContain('repair 1');
    operator.resyncs(sync, primary, operator.looksAt(sync, primary).discards);
    link('P', 'S').heals();
    link('S', 'A').heals();
    await settle();
    expect(sync).toServe();
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    expect(sync.holds).toBe(2);
    for (const site of [primary, async]) {
      const [suffix] = await operator.suffixesOf(site);
      expect(suffix).toMatchObject({ above: 2, through: 6, missing: [] });
      expect(stage).toHaveExported(suffix!);
    }
    expect(sync.context.header.history.some(({ how }) => how === 'forced')).toBe(true);
  },
);

scenario(
  'F40 [RESYNC-30]: in the direction of positions nobody needs to agree: the far mirror is ahead and fills the near one',
  async ({ host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    await settle();
    await host.writes(3);
    await settle();
    await primary.crashes();
    await settle();
    expect(operator.looksAt(async, sync)).toMatchObject({
      discards: [],
      plan: { toSecond: { verdict: 'delta', count: 3 } },
    });
    expect(operator.looksAt(sync, async).discards).toEqual([
      { site: 2, above: 2, through: 5, count: 3, committed: 3 },
    ]);
    operator.resyncs(async, sync);
    operator.consents(async);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(async);
    expect(sync.holds).toBe(5);
    operator.resyncs(async, sync);
    await settle();
    expect(async).toServe();
  },
);
