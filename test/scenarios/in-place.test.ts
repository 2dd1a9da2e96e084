import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F64 [RESYNC-70]: there is no room beside the volumes: the mirror is marked before the first block is overwritten, and whole once the source has completed it',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    await async.crashes();
    await host.writes(12);
    await settle();
    async.hasNoRoomForUpdates();
    stage.marksThisMoment();
    const held = link('A', 'P').holds({ type: 'blocksStored' });
    await async.returns();
    await stage.until(() => held.count > 0);
    expect(async.status.consistency).toBe('inconsistent');
    expect(async.context.stable.consistency).toMatchObject({ shippedTo: 14 });
    await host.writes(3, { block: 1 });
    held.release();
    await settle();
    expect(async).toHaveBeenPlanned('bitmap', 'entries retired', 12);
    expect(async.reported('staged')).toHaveLength(1);
    expect(async.status.consistency).toBe('consistent');
    expect(primary.reported('converged')).toMatchObject([{ peer: 2 }]);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F64 [RESYNC-70, RECOVERY-10]: power is lost in the middle of an update in place: the mark is still there, and the same history completes it by its bits',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, async, link, settle }) => {
    await async.crashes();
    await host.writes(14);
    await settle();
    async.hasNoRoomForUpdates();
    const held = link('A', 'P').holds({ type: 'blocksStored' });
    await async.returns();
    await stage.until(() => held.count > 0);
    await async.losesPower();
    stage.marksThisMoment();
    async.hasNoRoomForUpdates();
    await async.returns();
    expect(async.status.consistency).toBe('inconsistent');
    await settle();
    expect(async.plans().at(-1)).toMatchObject({ verdict: 'bitmap', reason: 'blocks to repair' });
    expect(async.status.consistency).toBe('consistent');
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F64 [RESYNC-50, RESYNC-70]: an update in place dies half way with its source, and the new primary is of another branch: blocks are compared, its bits are not used',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    for (const [one, other] of [
      ['P', 'S'],
      ['P', 'A'],
      ['S', 'A'],
    ] as const) {
      link(one, other).breaks();
    }
    await stage.passes(20);
    operator.forces(primary);
    operator.forces(sync);
    await stage.until(() => primary.isServing && sync.isServing);
    const told = host.asks(primary, 10);
    await stage.until(() => told.every(({ outcome }) => outcome === 'done'));
    const rival = host.asks(sync, 1);
    await stage.until(() => rival.every(({ outcome }) => outcome === 'done'));
    async.hasNoRoomForUpdates();
    stage.marksThisMoment();
    const held = link('A', 'P').holds({ type: 'blocksStored' });
    link('P', 'A').heals();
    await stage.until(() => held.count > 0);
    expect(async.plans()).toMatchObject([{ verdict: 'bitmap' }]);
    await primary.crashes();
    expect(async.status.consistency).toBe('inconsistent');
    stage.marksThisMoment();
    link('S', 'A').heals();
    await stage.passes(40);
    operator.discardsBranchOf(async);
    await settle();
    const [first] = async.plans();
    expect(first).toMatchObject({ verdict: 'compare-blocks', reason: 'shipped off the history' });
    expect(async.status.consistency).toBe('consistent');
    await expect(async).toHoldTheWriteSetOf(sync);
  },
);
