import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F04 [EPOCH-130, RESYNC-30]: the async mirror is ahead of the sync mirror: it is the source, takes over only by consent, and says what may be lost',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    await settle();
    await host.writes(3);
    await settle();
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(sync).not.toServe();
    expect(async).not.toServe();
    const missing = [...sync.reported('consentMissing'), ...async.reported('consentMissing')];
    expect(missing[0]).toMatchObject({ end: 5, primary: 2 });
    operator.consents(async);
    await settle();
    expect(async).toServe();
    expect(async.losses).toEqual([5]);
    expect(sync).toHaveReceivedDelta(async, 3, 5);
    await expect(sync).toHoldTheWriteSetOf(async);
    await expect(stage).toHaveLostBeyond(5);
  },
);

scenario(
  'F08 [EPOCH-90, SIDEFILE-70]: primary and the link of the mirrors lost in one event: nothing stale is promoted, then a delta',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(4);
    stage.marksThisMoment();
    await primary.crashes();
    link('S', 'A').breaks();
    await settle();
    expect(sync).not.toServe();
    expect(async).not.toServe();
    expect(sync.context.log).toMatchObject({ start: 1, newest: 4 });
    link('S', 'A').heals();
    await settle();
    expect(sync).toServe();
    expect(async).toHaveReceivedDelta(sync, 1, 4);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F09 [EPOCH-150, RESYNC-40]: the sync mirror is forced meanwhile and written to: the async mirror is the target, of the new writes as well',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(4);
    await primary.crashes();
    link('S', 'A').breaks();
    await settle();
    operator.forces(sync);
    await settle();
    expect(sync).toServe();
    expect(sync.record).toMatchObject({ how: 'forced', parent: { sequence: 4 } });
    await host.writes(3);
    stage.marksThisMoment();
    link('S', 'A').heals();
    await settle();
    expect(async).toHaveReceivedDelta(sync, 1, 7);
    await expect(async).toHoldTheWriteSetOf(sync);
    // Two votes are enough to end the force, though the far one is in no sync set.
    await stage.until(() => sync.record.how === 'majority');
    await host.writes(1);
  },
);

for (const row of ['F10', 'F54'] as const) {
  const writes = row === 'F10' ? 2 : 1;
  scenario(
    `${row} [RESYNC-60, EPOCH-10, RECOVERY-30]: both mirrors are forced and each written to: refused as split brain, under two names, neither overwritten, the losing suffix exported`,
    async ({ stage, host, operator, primary, sync, async, link, settle }) => {
      await host.writes(3);
      await settle();
      await primary.crashes();
      link('S', 'A').breaks();
      await settle();
      operator.forces(sync);
      operator.forces(async);
      await stage.until(() => sync.isServing && async.isServing);
      const told = [...host.asks(sync, writes), ...host.asks(async, 1)];
      await stage.until(() => told.every(({ outcome }) => outcome === 'done'));
      expect(sync.epoch).not.toBe(async.epoch);
      stage.marksThisMoment();
      link('S', 'A').heals();
      await settle();
      const refusals = [...sync.reported('refused'), ...async.reported('refused')];
      expect(refusals[0]).toMatchObject({ reason: 'forced on both branches' });
      expect([sync.holds, async.holds]).toEqual([3 + writes, 4]);
      expect([...sync.reported('cut'), ...async.reported('cut')]).toEqual([]);
      const suffix = await operator.exportsSuffixOf(async);
      expect(suffix).toMatchObject({ site: 2, above: 3, through: 4, missing: [] });
      expect(stage).toHaveExported(suffix);
      operator.discardsBranchOf(async);
      await settle();
      expect(async.reported('cut')).toMatchObject([{ above: 3, through: 4 }]);
      // What is committed is exported again in the cut itself, whatever an operator did before.
      expect(async.reported('exported')).toMatchObject([
        { above: 3, through: 4, count: 1 },
        { above: 3, through: 4, count: 1 },
      ]);
      await async.restarts();
      expect(await operator.suffixesOf(async)).toEqual([suffix]);
      await expect(async).toHoldTheWriteSetOf(sync);
      expect(sync.holds).toBe(3 + writes);
    },
  );
}

scenario(
  'F54 [EPOCH-110, EPOCH-150, RESYNC-60]: both mirrors are forced, a third site follows one: these two are a majority and go on, and the promise of the rival branch neither helps nor hinders',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    await primary.crashes();
    link('S', 'A').breaks();
    link('P', 'A').breaks();
    await settle();
    operator.forces(sync);
    operator.forces(async);
    await stage.until(() => sync.isServing && async.isServing);
    const told = [...host.asks(sync, 2), ...host.asks(async, 1)];
    await stage.until(() => told.every(({ outcome }) => outcome === 'done'));
    link('S', 'A').heals();
    await settle();
    stage.marksThisMoment();
    await primary.returns();
    await settle();
    expect(async.reported('promised').length).toBeGreaterThan(0);
    expect(async.context.header.promised).toBeGreaterThan(async.epoch);
    expect(sync).toServe();
    expect(sync.record).toMatchObject({ how: 'majority', syncSet: [0] });
    await expect(primary).toHoldTheWriteSetOf(sync);
    expect([sync.holds, async.holds]).toEqual([5, 4]);
    expect(async.reported('cut')).toEqual([]);
    link('P', 'A').heals();
    operator.discardsBranchOf(async);
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
  },
);

scenario(
  'F20 [EPOCH-130]: the sync leg is lost, then the async leg, then the primary: the async mirror wins, by consent',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    link('P', 'S').breaks();
    await settle();
    await host.writes(3);
    await settle();
    link('P', 'A').breaks();
    const [late] = host.asks(primary, 1);
    await stage.passes(150);
    expect(late!.outcome).toBe('unknown-fate');
    await primary.crashes();
    await settle();
    expect([sync, async].some(({ isServing }) => isServing)).toBe(false);
    operator.consents(async);
    await settle();
    expect(async).toServe();
    expect(async.losses).toEqual([3]);
    await expect(sync).toHoldTheWriteSetOf(async);
    await expect(stage).toHaveLostBeyond(3);
  },
);

scenario(
  'F20 [EPOCH-120]: the async leg is lost, then the sync leg, then the primary: the sync mirror wins, nobody is asked',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(1);
    link('P', 'A').breaks();
    await settle();
    await host.writes(3);
    link('P', 'S').breaks();
    await stage.passes(150);
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    expect(sync.record.lossBeyond).toBeNull();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F29 [EPOCH-110, EPOCH-120]: async leg, sync leg and primary are lost within moments: positions choose, not clocks',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'A').breaks();
    await host.writes(2);
    link('P', 'S').breaks();
    await stage.passes(1);
    await primary.crashes();
    stage.clock.leaps(86_400_000);
    stage.marksThisMoment();
    await settle();
    expect(sync).toServe();
    expect(sync.record).toMatchObject({ parent: { sequence: 4 }, lossBeyond: null });
    expect(async.plans().at(-1)).toMatchObject({ verdict: 'delta', from: async.plans()[0]!.from });
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F36 [EPOCH-120, EPOCH-140]: planned switchover and failback: nothing lost, nothing resynced',
  async ({ stage, host, operator, primary, sync, async, settle }) => {
    await host.writes(5);
    await settle();
    stage.marksThisMoment();
    operator.switchesOverTo(sync);
    await settle();
    expect(sync).toServe();
    expect(primary).not.toServe();
    await host.writes(2);
    await settle();
    operator.switchesOverTo(primary);
    await settle();
    expect(primary).toServe();
    for (const site of [primary, sync, async]) {
      expect(site.plans().every(({ verdict }) => verdict === 'none')).toBe(true);
      expect(site.blocksReceived()).toBe(0);
    }
    expect(async.receivedFrom(sync)).toEqual([6, 7]);
    expect(async.receivedFrom(primary)).toEqual([]);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F42 [EPOCH-100, EPOCH-150]: a resync is owed and the other mirror is gone for good: forced once, the replacement is filled, and admitted once a second vote is there; nothing is pinned',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, operator, primary, sync, async, settle }) => {
    await async.crashes();
    await host.writes(8);
    await sync.crashes();
    await settle();
    await primary.restarts();
    operator.forces(primary);
    await settle();
    expect(primary).toServe();
    await host.writes(2);
    stage.marksThisMoment();
    await sync.returnsBlank();
    await settle();
    expect(sync.plans()[0]).toMatchObject({ verdict: 'compare-blocks', count: 10 });
    await host.writes(8);
    expect(primary.status.sidefile.entries).toBeLessThanOrEqual(4);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await async.returns();
    await settle();
    expect(primary.record).toMatchObject({ how: 'majority', syncSet: [1] });
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(sync).toHoldTheWriteSetOf(primary);
  },
);

scenario(
  'F42 [EPOCH-100, EPOCH-150]: a resync is owed and the other mirror is gone for good: the primary is forced where it stands, and the operator admits the replacement: a majority again, without the third site',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, operator, primary, sync, async, settle }) => {
    await async.crashes();
    await host.writes(8);
    await sync.crashes();
    await settle();
    const [stuck] = host.asks(primary, 1);
    await stage.passes(150);
    expect(stuck!.outcome).toBe('unknown-fate');
    operator.forces(primary);
    await stage.until(() => primary.isServing);
    expect(primary.record).toMatchObject({ how: 'forced', parent: { sequence: 9 } });
    await host.writes(2);
    await sync.returnsBlank();
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    const blank = sync.context.header.incarnation;
    expect(primary.record).toMatchObject({ how: 'forced', syncSet: [] });
    expect(primary.record.incarnations[1]).not.toBe(blank);
    operator.admits(sync);
    await settle();
    expect(primary.record).toMatchObject({ how: 'majority', syncSet: [1] });
    expect(primary.record.incarnations[1]).toBe(blank);
    await host.writes(8);
    expect(primary.status.sidefile.entries).toBeLessThanOrEqual(4);
    // The third site is replaced at last: two votes admit it by themselves, and any one may be lost.
    await async.returnsBlank();
    await settle();
    expect(primary.record.incarnations[2]).toBe(async.context.header.incarnation);
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    await expect(async).toHoldTheWriteSetOf(sync);
  },
);

scenario(
  'F42 [EPOCH-100]: both mirrors are lost and replaced: one word of the operator, and both have a vote',
  async ({ host, operator, primary, sync, async, settle }) => {
    await host.writes(5);
    await sync.crashes();
    await async.crashes();
    operator.forces(primary);
    await settle();
    await sync.returnsBlank();
    await async.returnsBlank();
    await settle();
    expect(primary.record.how).toBe('forced');
    operator.admits(sync);
    await settle();
    const incarnations = [primary, sync, async].map(({ context }) => context.header.incarnation);
    expect(primary.record).toMatchObject({ how: 'majority', syncSet: [1], incarnations });
    await host.writes(2);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
  },
);

scenario(
  'F42 [EPOCH-100]: nobody is admitted by a word while two who have votes talk, nor before he is filled',
  async ({ host, operator, primary, sync, async, link, settle }) => {
    await host.writes(3);
    expect(() => operator.admits(sync)).toThrow('two votes admit by themselves');
    await sync.crashes();
    await async.crashes();
    operator.forces(primary);
    await settle();
    link('P', 'S').breaks();
    await sync.returnsBlank();
    expect(() => operator.admits(sync)).toThrow('site 1 is down, not streaming');
    await settle();
    expect(primary.record.incarnations[1]).not.toBe(sync.context.header.incarnation);
  },
);

scenario(
  'F46 [PRIMARY-30]: with an empty sync set the last leg breaks unnoticed and another epoch begins: no evidence, no acknowledgement',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    await settle();
    await host.writes(1);
    await settle();
    expect(primary.record.syncSet).toEqual([]);
    const stuck = [link('P', 'A').holds(), link('A', 'P').holds()];
    operator.consents(async);
    await stage.until(() => async.isServing);
    expect(primary.isServing).toBe(true);
    const [ticket] = host.asks(primary, 1);
    await stage.passes(150);
    expect(ticket!.outcome).toBe('unknown-fate');
    await host.writes(1);
    link('P', 'S').heals();
    for (const { release } of stuck) release();
    await settle();
    expect(primary.epoch).toBe(async.epoch);
    await expect(sync).toHoldTheWriteSetOf(async);
  },
);

scenario(
  'F49 [EPOCH-100]: the async mirror was replaced by an empty site and the primary dies: the empty one has no vote, only force helps',
  async ({ host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    await settle();
    await host.writes(3);
    await settle();
    await primary.crashes();
    await async.returnsBlank();
    await settle();
    expect([sync, async].some(({ isServing }) => isServing)).toBe(false);
    expect(async.context.header.history).toEqual([]);
    operator.forces(sync);
    await settle();
    expect(sync).toServe();
    expect(sync.context.header.history.some(({ how }) => how === 'forced')).toBe(true);
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
  },
);

scenario(
  'F61 [RECOVERY-30, EPOCH-130]: the old primary applied what a consented loss gave up, exports it, and crashes right after cutting it: its blocks are repaired before it is trusted',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(5);
    link('P', 'S').breaks();
    await settle();
    const beyond = Array.from({ length: 45 }, (_, index) => 6 + index);
    link('P', 'A').holds({ type: 'write', sequences: beyond });
    await host.writes(45);
    await stage.until(() => primary.context.applied === 50);
    expect(async.holds).toBe(5);
    await primary.crashes();
    await settle();
    operator.consents(async);
    await settle();
    expect(async.losses).toEqual([5]);
    stage.marksThisMoment();
    link('P', 'S').heals();
    await primary.returns();
    await stage.until(() => primary.context.stable.repair.length > 0);
    expect(primary.reported('cut')).toMatchObject([{ above: 5, through: 50 }]);
    await primary.losesPower();
    await primary.returns();
    const [suffix] = await operator.suffixesOf(primary);
    expect(suffix).toMatchObject({ site: 0, above: 5, through: 50, missing: [] });
    expect(stage).toHaveExported(suffix!);
    expect(primary.status.repairBlocks).toBeGreaterThan(0);
    expect(primary.status.consistency).toBe('inconsistent');
    await settle();
    expect(primary.plans()).toContainEqual(
      expect.objectContaining({ verdict: 'bitmap', reason: 'blocks to repair' }),
    );
    expect(primary.status).toMatchObject({ repairBlocks: 0, consistency: 'consistent' });
    await expect(primary).toHoldTheWriteSetOf(async);
    await expect(sync).toHoldTheWriteSetOf(async);
    await expect(stage).toHaveLostBeyond(5);
  },
);
