import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F44 [RESYNC-100]: the last block of a primary is mended from a mirror whose other bytes are wrong: that is no comparison of all blocks, and nobody is called converged',
  { volumes: [16] },
  async ({ stage, host, primary, sync, operator, settle }) => {
    for (const block of [15, 2]) await host.writes(1, { block });
    await settle();
    await primary.blockRots(15);
    await sync.bytesChange([2]);
    stage.marksThisMoment();
    await expect(host.reads(15)).rejects.toThrow('unreadable');
    await stage.passes(60);
    expect(await host.reads(15)).toBe(1);
    expect(primary.reported('converged')).toEqual([]);
    operator.verifies(sync);
    await settle();
    expect(primary.reported('converged')).toMatchObject([{ peer: 1 }]);
    await expect(sync).toHoldTheWriteSetOf(primary);
  },
);

scenario(
  'F44 [RECOVERY-60]: a comparison of all blocks is given up at one that nobody has: of its mirror others are asked all the same',
  async ({ stage, host, primary, sync, async, operator, settle }) => {
    for (const block of [3, 10]) await host.writes(1, { block });
    await settle();
    for (const site of [primary, sync, async]) await site.blockRots(3);
    for (const site of [primary, sync]) await site.blockRots(10);
    stage.marksThisMoment();
    operator.verifies(async);
    await expect(host.reads(10)).rejects.toThrow('unreadable');
    await stage.passes(60);
    expect(await host.reads(10)).toBe(2);
    await expect(host.reads(3)).rejects.toThrow('unreadable');
    expect(primary.reported('converged')).toEqual([]);
  },
);

scenario(
  'F44 [RECOVERY-60]: a block is found unreadable while a mirror is asked for one beyond it, which nobody has: the mirror is asked once more',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    for (const block of [3, 5]) await host.writes(1, { block });
    await settle();
    for (const site of [primary, sync, async]) await site.blockRots(5);
    for (const site of [primary, async]) await site.blockRots(3);
    stage.marksThisMoment();
    const answers = link('S', 'P').holds({ type: 'lent' });
    await expect(host.reads(5)).rejects.toThrow('unreadable');
    await stage.until(() => answers.count > 0);
    await expect(host.reads(3)).rejects.toThrow('unreadable');
    answers.release();
    await stage.passes(60);
    expect(await host.reads(3)).toBe(1);
    await expect(host.reads(5)).rejects.toThrow('unreadable');
  },
);

scenario(
  'F44 [RECOVERY-60]: c waits for an empty site that took the place of the sync mirror, and its update for a block that has rotted: the async mirror lends it below the elected end',
  { policies: { onLegLoss: 'stop' } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    link('P', 'A').breaks();
    link('S', 'A').breaks();
    const told = link('S', 'P').holds({ type: 'acknowledged' });
    host.begins(1);
    await stage.until(() => told.count > 0);
    await primary.crashes();
    const confirmed = link('S', 'P').holds({ type: 'recordStored' });
    await primary.returns();
    await stage.until(() => confirmed.count > 0);
    await sync.crashes();
    await primary.blockRots(1);
    stage.marksThisMoment();
    link('P', 'A').heals();
    link('S', 'A').heals();
    await stage.until(() => primary.isServing);
    expect(primary.context.committed).toBeLessThan(primary.record.parent.sequence);
    await sync.returnsBlank();
    await settle();
    expect(primary.reported('mended')).toMatchObject([{ blocks: 1 }]);
    for (const site of [sync, async]) await expect(site).toHoldTheWriteSetOf(primary);
    expect(sync.holds).toBe(4);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F44 [RECOVERY-60]: a block that rotted at all three sites is written again while its primary is a mirror: primary once more, it gives that block to an empty site',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, operator, settle }) => {
    await host.writes(6);
    await settle();
    for (const site of [primary, sync, async]) await site.blockRots(3);
    stage.marksThisMoment();
    await expect(host.reads(3)).rejects.toThrow('unreadable');
    await stage.passes(60);
    operator.switchesOverTo(sync);
    await stage.until(() => sync.isServing);
    operator.suspends(primary);
    await stage.passes(20);
    for (const block of [3, 4, 5, 6, 7, 8, 9, 10, 11, 3]) await host.writes(1, { block });
    operator.resumes(primary);
    await settle();
    expect(primary.reported('staged').length).toBeGreaterThan(0);
    operator.switchesOverTo(primary);
    await stage.until(() => primary.isServing);
    for (const site of [sync, async]) await site.blockRots(3);
    await async.crashes();
    await async.returnsBlank();
    await settle();
    await expect(async).toHoldTheWriteSetOf(primary);
  },
);
