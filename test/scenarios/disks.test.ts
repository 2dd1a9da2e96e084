import { expect } from 'vitest';
import type { Failure } from './gates.ts';
import { scenario } from './scenario.ts';

for (const site of ['sync', 'async'] as const) {
  scenario(
    `F27 [RECOVERY-10]: power is lost with volume blocks half written at the ${site} mirror: they are redone from the sidefile`,
    async ({ stage, host, primary, settle, ...sites }) => {
      const mirror = sites[site];
      await host.writes(4, { block: 1, count: 3 });
      await host.writes(6);
      await settle();
      expect(mirror.context.applied).toBe(10);
      expect(mirror.context.header.settled).toBe(0);
      await mirror.losesPower('torn');
      await mirror.returns();
      await settle();
      expect(mirror.context.applied).toBe(primary.context.applied);
      await expect(mirror).toHoldTheWriteSetOf(primary);
      await expect(stage).toHaveLostNothing();
    },
  );
}

scenario(
  'F28 [RECOVERY-50, EPOCH-140]: the sync mirror’s store fails: it acknowledges nothing, leaves by a record, and the host goes on',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(2);
    await settle();
    stage.marksThisMoment();
    sync.diskFails('flush');
    const [ticket] = host.begins(1);
    await stage.until(() => ticket!.outcome !== 'pending');
    expect(ticket!.outcome).toBe('done');
    expect(sync.isUp).toBe(false);
    expect(sync.hasStoppedItself()).toBe(true);
    expect(primary.reported('elected')).toMatchObject([{ syncSet: [] }]);
    await sync.returns();
    await settle();
    expect(primary.record.syncSet).toEqual([1]);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F30 [LINK-30, RECOVERY-50]: one of two volumes fails at the sync mirror: the leg is down for both, and comes back for both',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(2, { volume: 0 });
    await host.writes(2, { volume: 1 });
    await settle();
    stage.marksThisMoment();
    sync.volumeFails(1);
    host.begins(1, { volume: 1 });
    await stage.until(() => !sync.isUp);
    await stage.passes(60);
    expect(primary.record.syncSet).toEqual([]);
    await host.writes(3, { volume: 0 });
    await sync.returns();
    await settle();
    expect(sync.plans()[0]!.verdict).toBe('delta');
    expect(sync.receivedFrom(primary).slice(-3)).toEqual([6, 7, 8]);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

for (const how of ['flush', 'full', 'short'] as const satisfies readonly Failure[]) {
  const named = { flush: 'a flush fails', full: 'its disk is full', short: 'a write ends early' };
  scenario(
    `F43 [RECOVERY-50, HOST-20]: at the primary ${named[how]}: it stops for good, and nothing is acknowledged that is not durable`,
    async ({ stage, host, primary, sync, async, settle }) => {
      await host.writes(2);
      await settle();
      stage.marksThisMoment();
      primary.diskFails(how);
      const [ticket] = host.asks(primary, 1);
      await settle();
      expect(ticket!.outcome).toBe('unknown-fate');
      expect(primary.isUp).toBe(false);
      expect(primary.hasStoppedItself()).toBe(true);
      expect(sync).toServe();
      await host.writes(1);
      await primary.returns();
      await settle();
      await expect(primary).toHoldTheWriteSetOf(sync);
      await expect(async).toHoldTheWriteSetOf(sync);
      await expect(stage).toHaveLostNothing();
    },
  );
}

scenario(
  'F44 [RECOVERY-60]: one bit rots in a volume: what is read is never wrong, and says that it cannot be read',
  async ({ stage, host, primary, sync, settle }) => {
    await host.writes(3);
    await settle();
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    await sync.blockRots(1);
    await expect(host.reads(1)).rejects.toThrow('unreadable');
    expect(await host.reads(0)).toBe(1);
    stage.strangers.add(sync.id);
  },
);

scenario(
  'F44 [RECOVERY-40, RECOVERY-60]: one bit rots in a sidefile record: it is found at the next start and never applied or sent',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(6);
    await settle();
    await sync.losesPower();
    await sync.recordRots(4);
    stage.marksThisMoment();
    await sync.returns();
    expect(sync.status.damaged).toBe(true);
    expect(sync.context.held).toEqual({ contiguous: 3, ranges: [{ first: 5, last: 6 }] });
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    expect(sync.status.damaged).toBe(false);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F52 [SIDEFILE-60, RECOVERY-10]: a block is applied and not flushed when its entry should make room, and power is lost: the entry is still there',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(3);
    await settle();
    sync.diskStalls('volumes');
    host.begins(4);
    await stage.passes(20);
    expect(sync.context.applied).toBeGreaterThanOrEqual(3);
    const { settled } = sync.status;
    expect(sync.context.stable.start).toBeLessThanOrEqual(settled + 1);
    await sync.losesPower('lost');
    await sync.returns();
    expect(sync.holds).toBeGreaterThanOrEqual(4);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F65 [RECOVERY-40, EPOCH-130]: the sync mirror flushed and acknowledged a write, loses it to rot, and the primary dies: it is damaged and no holder, not torn',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(8);
    await settle();
    link('P', 'A').holds({ type: 'write' });
    await host.writes(2);
    await settle();
    await sync.crashes();
    await sync.recordRots(9);
    await primary.crashes();
    await sync.returns();
    await settle();
    expect(sync.status.damaged).toBe(true);
    expect([sync, async].filter(({ isServing }) => isServing)).toEqual([]);
    await primary.returns();
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);
