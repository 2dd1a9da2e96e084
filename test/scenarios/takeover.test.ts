import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F01 [RESYNC-20, RESYNC-40, EPOCH-120]: the primary dies while the async mirror lags: it is sent exactly what it lacks, in order',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    link('P', 'A').takes(1000);
    await host.writes(3);
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    expect(async).toHaveReceivedDelta(sync, 3, 5);
    expect(async.receivedFrom(sync)).toHaveLength(3);
    expect(sync.record).toMatchObject({ primary: 1, parent: { sequence: 5 }, lossBeyond: null });
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F02 [EPOCH-80]: the primary dies and nobody lags: no data moves, the epoch advances all the same',
  async ({ stage, host, primary, sync, async, settle }) => {
    await host.writes(4);
    await settle();
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    expect(sync.epoch).toBeGreaterThan(0);
    expect(async).toHaveBeenPlanned('none', 'level', 0);
    expect(async.receivedFrom(sync)).toEqual([]);
    expect(async.blocksReceived()).toBe(0);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F03 [RESYNC-20, PRIMARY-50]: notices of what the async mirror holds were lost: the plan asks the async mirror itself',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'S').holds({ type: 'notice' });
    link('P', 'A').holds({ type: 'write', sequences: [4, 5] });
    await host.writes(5);
    await settle();
    expect(async.holds).toBe(3);
    expect(sync.context.peers[2].held.contiguous).toBe(0);
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(async).toHaveReceivedDelta(sync, 4, 5);
    expect(async.receivedFrom(sync)).toHaveLength(2);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

for (const initiator of ['sync', 'async'] as const) {
  scenario(
    `F05 [EPOCH-110, RESYNC-30]: the async mirror holds writes no host was told of: they are kept, whoever initiates (${initiator})`,
    async ({ stage, host, operator, primary, sync, async, link, settle }) => {
      link('P', 'S').holds({ type: 'write' });
      const tickets = host.begins(3);
      await stage.until(() => async.holds === 3);
      stage.marksThisMoment();
      await primary.crashes();
      operator.urges(initiator === 'sync' ? sync : async);
      await settle();
      const elected = [...sync.reported('elected'), ...async.reported('elected')];
      expect(elected).toMatchObject([{ primary: 1, end: 3, untold: 3, lossBeyond: null }]);
      expect(sync).toServe();
      expect(tickets.map(({ outcome }) => outcome)).toEqual(Array(3).fill('unknown-fate'));
      expect(sync.holds).toBe(3);
      expect(await host.reads(2)).toBe(3);
      await expect(async).toHoldTheWriteSetOf(sync);
    },
  );
}

scenario(
  'F06 [RESYNC-20, SIDEFILE-20]: each mirror lacks a write the other holds: both directions, where maxima would see none',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    link('P', 'S').holds({ type: 'write', sequences: [7] });
    link('P', 'A').holds({ type: 'write', sequences: [9] });
    host.begins(10);
    await stage.passes(10);
    expect(sync.context.held).toEqual({ contiguous: 6, ranges: [{ first: 8, last: 10 }] });
    expect(async.context.held).toEqual({ contiguous: 8, ranges: [{ first: 10, last: 10 }] });
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(sync.record).toMatchObject({ parent: { sequence: 10 }, lossBeyond: null });
    expect(async).toHaveReceivedDelta(sync, 9, 9);
    const fetched = stage.since('delivered').filter(({ message }) => message.type === 'fetched');
    for (const { from, to, message } of fetched) {
      expect({ from, to, message }).toMatchObject({
        from: 2,
        to: 1,
        message: { entries: [{ sequence: 7 }] },
      });
    }
    expect(fetched).toHaveLength(1);
    expect(sync.holds).toBe(10);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F07 [RESYNC-50, SIDEFILE-70]: the sidefile has overwritten what the async mirror lacks: that is found before anything moves, and its blocks go',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    link('P', 'A').breaks();
    await host.writes(9);
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    expect(async).toHaveBeenPlanned('bitmap', 'entries retired', 9);
    const announced = async.plans().at(-1)!.blocks;
    const { after, expected } = async.expectations().at(-1)!;
    expect([after, expected.bytes]).toEqual(['planned', announced * 512]);
    expect(expected.milliseconds).toBeGreaterThan(0);
    expect(async.blocksReceived()).toBe(announced);
    expect(async.receivedFrom(sync)).toEqual([]);
    expect(async.blocksReceived()).toBeGreaterThanOrEqual(9);
    expect(async.blocksReceived()).toBeLessThan(24);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F11 [EPOCH-80, EPOCH-90]: the primary dies and the mirrors cannot talk: they wait, nobody is promoted',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(3);
    const { epoch } = sync;
    await primary.crashes();
    link('S', 'A').breaks();
    const [ticket] = host.begins(1);
    await settle();
    expect(sync).not.toServe();
    expect(async).not.toServe();
    expect([sync.epoch, async.epoch]).toEqual([epoch, epoch]);
    expect(ticket!.outcome).toBe('no-primary');
    link('S', 'A').heals();
    await settle();
    expect(sync).toServe();
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F41 [RESYNC-20]: nothing was ever written and the primary dies: nothing to do is a success',
  async ({ stage, host, primary, sync, async, settle }) => {
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    expect(async).toHaveBeenPlanned('none', 'level', 0);
    await host.writes(1);
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F50 [PRIMARY-20, EPOCH-110]: a write is lost on one connection and the next one stored: that one was never acknowledged, the history ends before the hole',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(6);
    await settle();
    link('P', 'S').holds({ type: 'write', sequences: [7] });
    link('P', 'A').holds({ type: 'write' });
    const tickets = host.begins(2);
    await stage.until(() => sync.context.held.ranges.length > 0);
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(tickets.map(({ outcome }) => outcome)).toEqual(['unknown-fate', 'unknown-fate']);
    expect(sync.record).toMatchObject({ parent: { sequence: 6 }, lossBeyond: null });
    expect(sync.reported('cut')).toMatchObject([{ above: 6, through: 8, repaired: 0 }]);
    await host.writes(1);
    await settle();
    expect(sync.holds).toBe(7);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F51 [HOST-30]: a write stored at the primary only is not read by anybody, and then it is gone',
  async ({ stage, host, primary, sync, link, settle }) => {
    link('P', 'S').holds({ type: 'write' });
    link('P', 'A').holds({ type: 'write' });
    host.begins(1, { block: 0 });
    await stage.until(() => primary.holds === 1);
    expect(await host.reads(0)).toBe(0);
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    expect(await host.reads(0)).toBe(0);
    await primary.returns();
    await settle();
    await expect(primary).toHoldTheWriteSetOf(sync);
    expect(await host.reads(0)).toBe(0);
  },
);

scenario(
  'F53 [RESYNC-10, EPOCH-120]: the async mirror initiates while the sync mirror holds more: the sync mirror becomes primary',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    link('P', 'A').takes(1000);
    await host.writes(5);
    stage.marksThisMoment();
    await primary.crashes();
    await stage.passes(9);
    operator.urges(async);
    await settle();
    expect(async.reported('proposing')).toHaveLength(1);
    expect(async.reported('elected')).toMatchObject([{ primary: 1, end: 5, lossBeyond: null }]);
    expect(sync.reported('serving')).toMatchObject([{ contiguous: 5 }]);
    expect(async.reported('serving')).toEqual([]);
    expect(sync).toServe();
    expect(async).toHaveReceivedDelta(sync, 1, 5);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F57 [EPOCH-90, EPOCH-30]: both mirrors propose at once, again and again: one of them wins',
  async ({ stage, host, operator, primary, sync, async, settle }) => {
    await host.writes(3);
    await primary.crashes();
    await stage.passes(9);
    for (let round = 0; round < 5; round++) {
      if (!sync.isServing) operator.urges(sync);
      if (!async.isServing) operator.urges(async);
      await stage.passes(1 + round);
    }
    await settle();
    expect(sync).toServe();
    expect(async).not.toServe();
    await host.writes(1);
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F66 [EPOCH-90]: the primary is heard and hears nobody: the mirrors elect, and nothing waits for ever',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(3);
    link('S', 'P').fallsSilent();
    link('A', 'P').fallsSilent();
    const [ticket] = host.asks(primary, 1);
    await settle();
    expect(sync).toServe();
    expect(ticket!.outcome).toBe('unknown-fate');
    link('P', 'S').heals();
    link('P', 'A').heals();
    await settle();
    expect(primary).not.toServe();
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);
