import { expect } from 'vitest';
import { scenario } from './scenario.ts';
import { Stage } from './stage.ts';

scenario(
  'F12 [PRIMARY-20, EPOCH-70]: the primary is cut off from both mirrors: it acknowledges nothing more and rolls back when it is heard again',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(3);
    link('P', 'S').breaks();
    link('P', 'A').breaks();
    const tickets = host.asks(primary, 2);
    await settle();
    expect(sync).toServe();
    expect(tickets.map(({ outcome }) => outcome)).toEqual(['unknown-fate', 'unknown-fate']);
    await host.writes(1);
    stage.marksThisMoment();
    link('P', 'S').heals();
    link('P', 'A').heals();
    await settle();
    expect(primary.reported('cut')).toMatchObject([{ above: 3, through: 5, repaired: 0 }]);
    expect(primary).not.toServe();
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F13 [RECOVERY-20, EPOCH-70]: the old primary returns after a takeover: it is fenced, its suffix discarded and reported',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    link('P', 'S').holds({ type: 'write' });
    link('P', 'A').holds({ type: 'write' });
    host.begins(2);
    await stage.until(() => primary.holds === 5);
    await primary.crashes();
    await settle();
    await host.writes(1);
    stage.marksThisMoment();
    await primary.returns();
    expect(primary).not.toServe();
    await settle();
    expect(primary.reported('cut')).toMatchObject([{ above: 3, through: 5, repaired: 0 }]);
    expect(primary.reported('serving')).toEqual([]);
    expect(primary).toHaveReceivedDelta(sync, 4, 4);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F14 [EPOCH-40, RESYNC-40]: the old primary returns in the middle of a delta: the delta ends as planned, then it joins as a target',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(6);
    await primary.crashes();
    stage.marksThisMoment();
    link('S', 'A').takes(9);
    await stage.until(() => async.plans().length > 0);
    const held = link('S', 'A').holds({ type: 'write', sequences: [4, 5, 6] });
    await stage.until(() => async.holds >= 3 || held.count > 0);
    await primary.returns();
    await settle();
    held.release();
    await settle();
    expect(sync).toServe();
    expect(async.receivedFrom(primary)).toEqual([]);
    expect([...async.receivedFrom(sync)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(primary).toHaveBeenPlanned('none', 'level', 0);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F15 [EPOCH-90, RESYNC-30]: the primary flaps around the reconcile: whatever is begun again ends the same',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(5);
    link('P', 'A').takes(2);
    for (const wait of [1, 12, 25, 31, 40]) {
      await primary.crashes();
      await stage.passes(wait);
      await primary.returns();
      await stage.passes(wait);
    }
    await settle();
    const serving = [primary, sync, async].filter(({ isServing }) => isServing);
    expect(serving).toHaveLength(1);
    await host.writes(1);
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F21 [EPOCH-100, EPOCH-140]: the sync mirror returns empty: compared block by block, and in the sync set only when it is level',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(5);
    await sync.crashes();
    await settle();
    await host.writes(3);
    stage.marksThisMoment();
    await sync.returnsBlank();
    await settle();
    expect(sync.plans()[0]).toMatchObject({ verdict: 'compare-blocks', count: 8 });
    const admitted = primary.reported('elected').filter(({ syncSet }) => syncSet.includes(1));
    expect(admitted[0]).toMatchObject({ end: 8 });
    expect(primary.record.syncSet).toEqual([1]);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F21 [RESYNC-40, EPOCH-140]: the sync mirror returns stale: it is sent what it missed, then it is in the sync set again',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(5);
    await sync.crashes();
    await settle();
    expect(primary.record.syncSet).toEqual([]);
    await host.writes(3);
    stage.marksThisMoment();
    await sync.returns();
    await settle();
    expect(sync).toHaveReceivedDelta(primary, 6, 8);
    expect(primary.record.syncSet).toEqual([1]);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F22 [SIDEFILE-30, SIDEFILE-70]: the async mirror is away and returns: the sync mirror’s sidefile stays bounded, bits stand for the rest',
  { sidefile: { capacity: 8 } },
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(4);
    await settle();
    await async.crashes();
    await host.writes(30);
    expect(sync.status.sidefile.entries).toBeLessThanOrEqual(8);
    stage.marksThisMoment();
    await async.returns();
    await settle();
    expect(async).toHaveBeenPlanned('bitmap', 'entries retired', 30);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F45 [EPOCH-100]: the sync mirror’s disk is put back from an old backup: it shows less than was noted of it and has no vote until it is level',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(2);
    await settle();
    const backup = sync.copiesItsDisk();
    await host.writes(4);
    await settle();
    await primary.crashes();
    await sync.returnsWith(backup);
    await settle();
    expect(sync.holds).toBe(2);
    expect([sync, async].filter(({ isServing }) => isServing)).toEqual([]);
    await primary.returns();
    await settle();
    await expect(sync).toHoldTheWriteSetOf(async);
    await expect(primary).toHoldTheWriteSetOf(async);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F45 [LINK-20, RESYNC-60]: the disk of another arrangement is put in place of the sync mirror’s: refused, nothing of it is trusted and nothing overwritten',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(3);
    await settle();
    const other = new Stage(stage.backend, { seed: 2 });
    await other.opens();
    await other.host.writes(2);
    await other.settle();
    const [, foreign] = other.sites;
    await foreign.crashes();
    stage.marksThisMoment();
    stage.strangers.add(sync.id);
    await sync.returnsWith(foreign.copiesItsDisk());
    await settle();
    const reasons = [...primary.reported('refused'), ...sync.reported('refused')];
    expect(['no common record', 'two records of one name']).toContain(reasons[0]!.reason);
    expect(sync.holds).toBe(2);
    expect(primary.record.syncSet).toEqual([]);
    await host.writes(1);
    await settle();
    await expect(async).toHoldTheWriteSetOf(primary);
  },
);

scenario(
  'F47 [HOST-10, RECOVERY-20, EPOCH-10]: the primary crashes between sending and its own flush and restarts at once: no sequence is given twice, hosts are served in a new epoch only',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(2);
    await settle();
    const { epoch } = primary;
    primary.diskStalls();
    const tickets = host.begins(2);
    await stage.until(() => sync.holds === 4 && async.holds === 4);
    stage.marksThisMoment();
    await primary.losesPower();
    await primary.returns();
    expect(primary.holds).toBe(2);
    await settle();
    expect(tickets.map(({ outcome }) => outcome)).toEqual(['unknown-fate', 'unknown-fate']);
    const serving = [primary, sync].find(({ isServing }) => isServing)!;
    expect(serving.epoch).toBeGreaterThan(epoch);
    expect(serving.record.parent.sequence).toBe(4);
    await host.writes(2);
    await settle();
    expect(serving.holds).toBe(6);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F55 [EPOCH-140]: the sync mirror comes back with a hole behind it: it is not in the sync set until it is level',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await sync.crashes();
    await settle();
    await host.writes(4);
    const hole = link('P', 'S').holds({ type: 'write', sequences: [4] });
    await sync.returns();
    await stage.passes(200);
    expect(sync.context.held).toEqual({ contiguous: 3, ranges: [{ first: 5, last: 6 }] });
    expect(primary.record.syncSet).toEqual([]);
    await host.writes(1);
    expect(primary.record.syncSet).toEqual([]);
    hole.release();
    await settle();
    expect(primary.record).toMatchObject({ syncSet: [1], parent: { sequence: 7 } });
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F56 [LINK-10]: an acknowledgement of an old connection arrives after the async mirror came back empty: dropped',
  async ({ stage, host, primary, async, link, settle }) => {
    const late = link('A', 'P').holds({ type: 'acknowledged' });
    await host.writes(6);
    await stage.until(() => async.holds === 6 && late.count > 0);
    await stage.passes(10);
    const unmarked = link('P', 'A').holds({ type: 'stageCommit' });
    await async.returnsBlank();
    await stage.until(() => unmarked.count > 0);
    await stage.passes(10);
    const note = primary.context.peers[2];
    expect(note.held.contiguous).toBe(0);
    late.arriveLate();
    await stage.passes(1);
    expect(primary.context.peers[2]).toEqual(note);
    unmarked.release();
    await settle();
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F59 [MIRROR-20, EPOCH-110, RECOVERY-10]: the primary stored 10, c was 9, the mirrors elected end 9: the tenth is in no volume, redo stops at c',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'S').holds({ type: 'write', sequences: [10] });
    link('P', 'A').holds({ type: 'write', sequences: [10] });
    host.begins(10);
    await stage.until(() => primary.holds === 10 && primary.context.applied === 9);
    await stage.passes(20);
    await primary.losesPower('kept');
    await settle();
    expect(sync.record.parent.sequence).toBe(9);
    stage.marksThisMoment();
    await primary.returns();
    expect(primary.context.applied).toBeLessThanOrEqual(9);
    await settle();
    expect(primary.reported('cut')).toMatchObject([{ above: 9, through: 10, repaired: 0 }]);
    expect(await host.reads(9)).toBe(0);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F60 [SIDEFILE-70, RESYNC-50]: the async mirror is replaced by an empty site after its entries were trimmed without bits: compared block by block',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(12);
    await settle();
    expect(primary.context.header.peers[2].base).toBeGreaterThan(0);
    stage.marksThisMoment();
    await async.returnsBlank();
    await settle();
    expect(async.plans()[0]).toMatchObject({ verdict: 'compare-blocks', count: 12 });
    expect(async.blocksReceived()).toBe(12);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);
