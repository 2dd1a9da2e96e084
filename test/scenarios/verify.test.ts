import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F27 [RESYNC-100]: an operator has both mirrors verified while the host writes on: converged is said once all blocks were equal at one position',
  async ({ stage, host, primary, sync, async, operator, settle }) => {
    await host.writes(6);
    await settle();
    stage.marksThisMoment();
    operator.verifies(sync);
    operator.verifies(async);
    await host.writes(8, { block: 3 });
    await settle();
    expect(primary.reported('converged').map(({ peer }) => peer)).toEqual([1, 2]);
    expect(primary.reported('differing')).toEqual([]);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F27 [RESYNC-100]: bytes of a mirror are wrong and read well: verify finds them and gives them again before it says converged',
  async ({ stage, host, primary, async, operator, settle }) => {
    await host.writes(6);
    await settle();
    stage.marksThisMoment();
    await async.bytesChange([2, 9]);
    operator.verifies(async);
    await settle();
    expect(primary.reported('differing').map(({ blocks }) => blocks)).toEqual([1, 1]);
    expect(primary.reported('converged')).toHaveLength(1);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F27 [RESYNC-100]: a mirror whose bytes go wrong again and again is never called converged',
  async ({ stage, host, primary, async, operator, link, settle }) => {
    await host.writes(4);
    await settle();
    stage.marksThisMoment();
    await async.bytesChange([2]);
    operator.verifies(async);
    for (let round = 0; round < 12; round++) {
      const held = link('A', 'P').holds({ type: 'blocksStored' });
      await stage.passes(10);
      if (held.count > 0) await async.bytesChange([2]);
      held.release();
    }
    await stage.passes(20);
    expect(primary.reported('unmended')).toMatchObject([{ peer: 2, blocks: 1 }]);
    expect(primary.reported('converged')).toEqual([]);
    operator.verifies(async);
    await settle();
    expect(primary.reported('converged')).toHaveLength(1);
    await expect(async).toHoldTheWriteSetOf(primary);
  },
);

scenario(
  'F44 [RECOVERY-60, RESYNC-100]: a block of a mirror rots: verify finds it and it is given again',
  async ({ stage, host, primary, sync, operator, settle }) => {
    await host.writes(6);
    await settle();
    await sync.blockRots(3);
    stage.marksThisMoment();
    operator.verifies(sync);
    await settle();
    expect(primary.reported('differing')).toMatchObject([{ peer: 1, blocks: 1 }]);
    expect(primary.reported('converged')).toHaveLength(1);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F44 [RECOVERY-60]: a block of the primary rots: verify does not ship it, and mends it from the mirror that has it',
  async ({ stage, host, primary, async, operator, settle }) => {
    await host.writes(6);
    await settle();
    await primary.blockRots(3);
    stage.marksThisMoment();
    operator.verifies(async);
    await settle();
    expect(primary.reported('unreadable')).toMatchObject([{ blocks: [3] }]);
    expect(primary.reported('mended')).toMatchObject([{ blocks: 1 }]);
    expect(primary.reported('differing')).toEqual([]);
    expect(primary.reported('converged')).toHaveLength(1);
    expect(await host.reads(3)).toBe(4);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F44 [RECOVERY-60, HOST-30]: a host reads a rotten block: it is told so, the block is mended from a mirror, and the next read has it',
  async ({ stage, host, primary, sync, settle }) => {
    await host.writes(3);
    await settle();
    await primary.blockRots(1);
    stage.marksThisMoment();
    await expect(host.reads(1)).rejects.toThrow('unreadable');
    await settle();
    expect(primary.reported('mended')).toMatchObject([{ blocks: 1 }]);
    expect(await host.reads(1)).toBe(2);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F44 [RECOVERY-60]: a block an update is to ship has rotted at its source: it is mended from the third site first, and then shipped',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, settle }) => {
    await async.crashes();
    await host.writes(12);
    await settle();
    await primary.blockRots(3);
    stage.marksThisMoment();
    await async.returns();
    await settle();
    expect(primary.reported('unreadable')).toMatchObject([{ blocks: [3] }]);
    expect(primary.reported('mended')).toMatchObject([{ blocks: 1 }]);
    expect(async.reported('staged')).toHaveLength(1);
    expect(primary.reported('converged')).toMatchObject([{ peer: 2 }]);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F44 [RECOVERY-60]: a mirror that is to be compared is lost, and a block of the update that fills its successor has rotted: it is mended from the third site all the same',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, operator, settle }) => {
    await host.writes(12);
    await settle();
    await primary.blockRots(3);
    stage.marksThisMoment();
    operator.verifies(async);
    await stage.passes(1);
    await async.crashes();
    await async.returnsBlank();
    await settle();
    expect(primary.reported('mended')).toMatchObject([{ blocks: 1 }]);
    expect(primary.reported('converged')).toMatchObject([{ peer: 2 }]);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F44 [RECOVERY-60]: of two blocks that have rotted nobody has one: the other is mended all the same',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(6);
    await settle();
    for (const site of [primary, sync, async]) await site.blockRots(3);
    await primary.blockRots(4);
    stage.marksThisMoment();
    await expect(host.reads(3)).rejects.toThrow('unreadable');
    await expect(host.reads(4)).rejects.toThrow('unreadable');
    await stage.passes(60);
    expect(await host.reads(4)).toBe(5);
    await expect(host.reads(3)).rejects.toThrow('unreadable');
    expect(primary.reported('mended')).toMatchObject([{ blocks: 1 }]);
    expect(primary.reported('unmended').length).toBeGreaterThan(0);
  },
);

scenario(
  'F44 [RECOVERY-60]: a block that nobody has keeps none from being mended, whether it lies far off or rots later',
  { volumes: [1024] },
  async ({ stage, host, primary, sync, async, settle }) => {
    for (const block of [3, 5, 900]) await host.writes(1, { block });
    await settle();
    for (const site of [primary, sync, async]) await site.blockRots(3);
    await primary.blockRots(900);
    stage.marksThisMoment();
    const read = stage.arrangement.read(0, 0, 1024).catch(({ code }) => code);
    await stage.passes(60);
    expect(await read).toBe('unreadable');
    expect(await host.reads(900)).toBe(3);
    await primary.blockRots(5);
    await expect(host.reads(5)).rejects.toThrow('unreadable');
    await stage.passes(60);
    expect(await host.reads(5)).toBe(2);
    await expect(host.reads(3)).rejects.toThrow('unreadable');
  },
);

scenario(
  'F44 [RECOVERY-60]: nobody can read a block an update is to ship: it is owed, the mirror stays as it was, and a write that covers it ends that',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, settle }) => {
    await async.crashes();
    await host.writes(12);
    await settle();
    await primary.blockRots(3);
    await sync.blockRots(3);
    stage.marksThisMoment();
    await async.returns();
    await stage.passes(60);
    expect(async.reported('staged')).toEqual([]);
    expect(async.status.consistency).toBe('consistent');
    expect(primary.reported('unmended')).toMatchObject([{ peer: 1 }]);
    expect(await host.reads(4)).toBe(5);
    await host.writes(1, { block: 3 });
    await settle();
    expect(async.reported('staged')).toHaveLength(1);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F23 [RESYNC-100, RESYNC-70]: after a staged update all blocks are compared before the two are called converged, also when the link breaks meanwhile',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, async, link, settle }) => {
    await async.crashes();
    await host.writes(12);
    stage.marksThisMoment();
    await async.returns();
    const held = link('A', 'P').holds({ type: 'sumsDiffer' });
    await stage.until(() => held.count > 0);
    expect(async.reported('staged')).toHaveLength(1);
    expect(primary.reported('converged')).toEqual([]);
    link('P', 'A').flaps();
    await settle();
    expect(primary.reported('converged')).toMatchObject([{ peer: 2 }]);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);
