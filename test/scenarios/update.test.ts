import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F23 [RESYNC-40]: primary dies, then the source of the delta: the async mirror is a shorter prefix and goes on from there',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(8);
    await primary.crashes();
    link('S', 'A').holds({ type: 'write', sequences: [5] });
    await stage.until(() => async.holds === 4);
    await sync.crashes();
    await stage.passes(20);
    await stage.audit();
    expect(async.status.consistency).toBe('consistent');
    expect(async.context.applied).toBeLessThanOrEqual(4);
    await sync.returns();
    await settle();
    expect(sync).toServe();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F23 [RESYNC-70]: primary dies, then the source of a bitmap update: the async mirror is at its last consistent prefix, as if nothing had happened',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    link('P', 'A').breaks();
    await host.writes(12);
    await primary.crashes();
    const held = link('S', 'A').holds({ type: 'stageCommit' });
    stage.marksThisMoment();
    await stage.until(() => held.count > 0);
    expect(async.blocksReceived()).toBeGreaterThan(0);
    await sync.crashes();
    await stage.passes(20);
    await stage.audit();
    expect(async.status.consistency).toBe('consistent');
    expect([async.holds, async.context.applied]).toEqual([3, 3]);
    await sync.returns();
    await settle();
    expect(sync).toServe();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F24 [RESYNC-40, RECOVERY-10]: primary dies, the async mirror dies during its delta and returns: it goes on from what it holds, in order',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(8);
    await primary.crashes();
    stage.marksThisMoment();
    link('S', 'A').holds({ type: 'write', sequences: [5, 6, 7, 8] });
    await stage.until(() => async.holds === 4);
    await async.losesPower();
    await async.returns();
    await settle();
    expect(async.plans()).toMatchObject([
      { verdict: 'delta', count: 8, from: 0 },
      { verdict: 'delta', count: 4, from: 4 },
    ]);
    expect(async.receivedFrom(sync)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F25 [RESYNC-40, LINK-10]: the link flaps during the update: it resumes, and what is held only grows',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(12);
    await primary.crashes();
    stage.marksThisMoment();
    const positions: number[] = [];
    for (const stuck of [4, 7, 10]) {
      const rest = Array.from({ length: 13 - stuck }, (_, index) => stuck + index);
      link('S', 'A').holds({ type: 'write', sequences: rest });
      await stage.until(() => async.holds === stuck - 1);
      positions.push(async.holds);
      link('S', 'A').flaps();
      await stage.passes(1);
    }
    await settle();
    expect(positions).toEqual([3, 6, 9]);
    const starts = async.plans().map(({ from }) => from);
    expect(starts).toEqual([0, 3, 6, 9]);
    expect(async.receivedFrom(sync)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F26 [RECOVERY-40, RECOVERY-10]: the source loses power during the update, its last sidefile record torn: the tail is dropped, then as planned',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(6);
    await primary.crashes();
    link('S', 'A').holds({ type: 'write', sequences: [4, 5, 6] });
    await stage.until(() => async.holds === 3);
    sync.diskStalls();
    const [ticket] = host.asks(sync, 1, { count: 4 });
    await stage.passes(3);
    await sync.losesPower('torn');
    expect(ticket!.outcome).toBe('unknown-fate');
    stage.marksThisMoment();
    await sync.returns();
    expect(sync.holds).toBe(6);
    expect(sync.status.damaged).toBe(false);
    await settle();
    expect(sync).toServe();
    expect(async.plans().at(0)).toMatchObject({ verdict: 'delta', count: 3 });
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F34 [RESYNC-80]: the host writes to the new primary during the update, over the same blocks: newer data survives',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').breaks();
    await host.writes(10);
    await primary.crashes();
    stage.marksThisMoment();
    link('S', 'A').takes(3);
    await stage.until(() => async.blocksReceived() >= 4);
    await host.writes(3, { block: 0 });
    await host.writes(2, { block: 8, count: 2 });
    await settle();
    expect(async).toHaveBeenPlanned('bitmap', 'entries retired', 10);
    expect(await host.reads(0)).toBe(13);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F35 [RESYNC-70, SIDEFILE-70]: one block is written again and again: its blocks go once, in one step',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(1, { block: 5 });
    await settle();
    link('P', 'A').breaks();
    await host.writes(30, { block: 5 });
    await settle();
    await primary.crashes();
    stage.marksThisMoment();
    const held = link('S', 'A').holds({ type: 'stageCommit' });
    await stage.until(() => held.count > 0);
    expect(async.context.applied).toBe(1);
    await stage.audit();
    held.release();
    await settle();
    expect(async).toHaveBeenPlanned('bitmap', 'entries retired', 30);
    expect(async.blocksReceived()).toBe(1);
    expect(await host.reads(5)).toBe(31);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F35 [RESYNC-40, RESYNC-70]: one block is written more often than there are blocks, and the sidefile has it all: the delta is folded, one block moves, in one step',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(1, { block: 5 });
    await settle();
    link('P', 'A').breaks();
    await host.writes(30, { block: 5 });
    await settle();
    await primary.crashes();
    stage.marksThisMoment();
    const held = link('S', 'A').holds({ type: 'stageCommit' });
    await stage.until(() => held.count > 0);
    expect(async.context.applied).toBe(1);
    await stage.audit();
    held.release();
    await settle();
    expect(async).toHaveBeenPlanned('folded', 'blocks written again', 30);
    expect(async.plans().at(-1)).toMatchObject({ blocks: 1 });
    expect(async.blocksReceived()).toBe(1);
    expect(async.receivedFrom(sync)).toEqual([]);
    expect(sync.reported('converged')).toMatchObject([{ peer: 2 }]);
    expect(await host.reads(5)).toBe(31);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F67 [RESYNC-30, RESYNC-50]: the source retires an entry before it is delivered: both plan again, by blocks',
  { sidefile: { capacity: 8 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(6);
    await primary.crashes();
    stage.marksThisMoment();
    link('S', 'A').holds({ type: 'write' });
    await stage.until(() => async.plans().length > 0);
    expect(async).toHaveBeenPlanned('delta', 'sidefile covers', 6);
    await host.writes(20);
    await settle();
    expect(sync.reported('suspended')).toMatchObject([{ peer: 2 }]);
    expect(async.plans().at(-1)).toMatchObject({ verdict: 'bitmap', reason: 'entries retired' });
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F68 [RESYNC-90]: writes that never let a pass end: after a bounded pause the update ends',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await async.crashes();
    await host.writes(12);
    link('P', 'A').takes(4);
    stage.marksThisMoment();
    await async.returns();
    let outstanding = host.begins(2);
    for (let round = 0; round < 400 && async.reported('staged').length === 0; round++) {
      outstanding = [...outstanding.filter(({ outcome }) => outcome === 'pending')];
      while (outstanding.length < 2) outstanding = [...outstanding, ...host.begins(1)];
      await stage.passes(1);
    }
    expect(async.plans()[0]).toMatchObject({ verdict: 'bitmap' });
    expect(async.reported('staged')).toHaveLength(1);
    await settle();
    expect(outstanding.every(({ outcome }) => outcome === 'done')).toBe(true);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'RESYNC-30, RESYNC-20: the digest that comes with the mirror’s summary is of another plan: nothing begins, both tell of themselves again, and agree',
  async ({ stage, host, primary, async, link, settle }) => {
    link('P', 'A').breaks();
    await host.writes(5);
    await settle();
    stage.marksThisMoment();
    const held = link('A', 'P').holds({ type: 'recordStored' });
    link('P', 'A').heals();
    await stage.until(() => held.count > 0);
    const told = stage.postman.sent.findLast(({ from, to }) => from === 2 && to === 0)!.message;
    if (told.type !== 'recordStored') throw new Error(`the mirror said ${told.type}`);
    const digest = (told.digest + 1) % 2 ** 32;
    const before = stage.postman.sent.length;
    link('A', 'P').forges({ ...told, digest });
    await stage.until(() => primary.reported('unlikePlans').length > 0);
    expect(primary.reported('unlikePlans')).toMatchObject([
      { peer: 2, own: told.digest, theirs: digest },
    ]);
    expect(primary.context.peers[2].phase).toBe('suspended');
    const why = () => stage.arrangement.status().waits.map(({ what }) => what);
    expect(why()).toContain('site 2 plans otherwise: both must be of one version');
    const begun = stage.postman.sent.slice(before).filter(({ from, to }) => from === 0 && to === 2);
    expect(begun.map(({ message }) => message.type)).not.toContain('write');
    expect(async.holds).toBe(0);
    held.release();
    await settle();
    expect(primary.reported('unlikePlans').length).toBe(1);
    expect(why()).toEqual([]);
    expect(async).toHaveBeenPlanned('delta', 'sidefile covers', 5);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'LINK-10, LINK-30: a leg is suspended in the middle of its update: its session ends, the mark that comes late is of the past, and once resumed it begins anew',
  { sidefile: { capacity: 8 } },
  async ({ stage, host, primary, async, link, operator, settle }) => {
    link('P', 'A').breaks();
    await host.writes(30, { block: 5 });
    await settle();
    stage.marksThisMoment();
    const mark = link('P', 'A').holds({ type: 'stageCommit' });
    link('P', 'A').heals();
    await stage.until(() => mark.count > 0);
    const { session } = primary.context.peers[2];
    operator.suspends(async);
    await stage.until(() => primary.context.peers[2].session > session);
    mark.arriveLate();
    await stage.passes(50);
    // It was greeted in the new session all the same: it has a voice.
    expect(primary.context.peers[2]).toMatchObject({ phase: 'suspended', ship: null });
    expect(async.context.applied).toBe(0);
    operator.resumes(async);
    await settle();
    expect(async).toHaveBeenPlanned('bitmap', 'entries retired', 30);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);
