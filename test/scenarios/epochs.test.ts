import { expect } from 'vitest';
import { proposerOf } from '../../models/words.ts';
import { scenario } from './scenario.ts';

scenario(
  'F16 [EPOCH-140, HOST-20]: only the sync leg is lost and the policy is to stop: the host is told in bounded time, no record leaves the sync mirror out',
  { policies: { onLegLoss: 'stop' } },
  async ({ stage, host, primary, sync, link, settle }) => {
    await host.writes(2);
    const { epoch } = primary;
    link('P', 'S').breaks();
    const [ticket] = host.asks(primary, 1);
    await stage.passes(120);
    expect(ticket!.outcome).toBe('unknown-fate');
    await settle();
    expect(primary.epoch).toBe(epoch);
    expect(primary.record.syncSet).toEqual([1]);
    link('P', 'S').heals();
    await host.writes(1);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F16 [EPOCH-140, PRIMARY-30]: only the sync leg is lost and the policy is to continue: a record without the sync mirror stands before the first acknowledgement, one with it when it is level',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    stage.marksThisMoment();
    link('P', 'S').breaks();
    const [ticket] = host.begins(1);
    await stage.until(() => ticket!.outcome !== 'pending');
    expect(ticket!.outcome).toBe('done');
    expect(primary.record.syncSet).toEqual([]);
    expect(primary.reported('elected')).toMatchObject([{ syncSet: [], lossBeyond: null }]);
    await host.writes(3);
    link('P', 'S').heals();
    await settle();
    expect(primary.record).toMatchObject({ syncSet: [1], parent: { sequence: 6 } });
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F37 [HOST-20, PRIMARY-30]: the async mirror is lost, then the sync mirror: service goes on after the first, after the second nothing is acknowledged and the status says what is missing',
  async ({ stage, host, primary, sync, async, settle }) => {
    await async.crashes();
    await host.writes(3);
    await sync.crashes();
    const [ticket] = host.begins(1);
    await settle();
    expect(ticket!.outcome).toBe('unknown-fate');
    expect(primary.status.peers).toMatchObject([
      { site: 1, connected: false },
      { site: 2, connected: false },
    ]);
    await async.returns();
    await settle();
    await host.writes(1);
    await sync.returns();
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F38 [EPOCH-110, RESYNC-20]: clocks jump by hours: nobody is suspected, and a failover goes by positions as ever',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    const { epoch } = primary;
    stage.marksThisMoment();
    stage.clock.leaps(7 * 3_600_000);
    await host.writes(1);
    await settle();
    expect(primary.epoch).toBe(epoch);
    expect([...sync.reported('probing'), ...async.reported('probing')]).toEqual([]);
    link('P', 'A').takes(1000);
    await host.writes(3);
    await primary.crashes();
    stage.clock.leaps(24 * 3_600_000);
    await settle();
    expect(async).toHaveReceivedDelta(sync, 4, 6);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F48 [EPOCH-40, EPOCH-50]: the sync mirror begins a store, promises a new epoch, then the store ends: nothing is acknowledged in the old epoch, the promise shows the store',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    sync.diskStalls();
    link('P', 'A').holds({ type: 'write' });
    host.begins(1);
    await stage.until(() => sync.context.storing.length === 1);
    link('P', 'A').breaks();
    link('P', 'S').breaks();
    await stage.passes(17);
    operator.urges(async);
    await stage.until(() => sync.context.owed !== null);
    stage.marksThisMoment();
    await stage.passes(9);
    const said = () => stage.since('sent').filter(({ from }) => from === 1);
    expect(said().filter(({ message }) => message.type === 'promise')).toEqual([]);
    sync.diskGoesOn();
    await stage.until(() => said().some(({ message }) => message.type === 'promise'));
    const promise = said().find(({ message }) => message.type === 'promise')!;
    expect(promise.message).toMatchObject({ summary: { held: { contiguous: 3 } } });
    expect(said().filter(({ message }) => message.type === 'acknowledged')).toEqual([]);
    await settle();
    expect(sync).toServe();
    expect(sync.context.header.history.at(-1)!.parent.sequence).toBe(3);
    link('P', 'A').heals();
    link('P', 'S').heals();
    await settle();
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F62 [EPOCH-10, EPOCH-20]: a candidate proposes, crashes, and proposes again: never two records of one name',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    await primary.crashes();
    await stage.passes(9);
    stage.marksThisMoment();
    for (let attempt = 0; attempt < 3; attempt++) {
      const held = link('A', 'S').holds({ type: 'propose' });
      operator.urges(async);
      await stage.until(() => held.count > 0 || sync.isServing);
      await async.losesPower();
      await async.returns();
      await stage.passes(9);
    }
    await settle();
    const numbers = async.reported('proposing').map(({ epoch }) => epoch);
    expect(numbers.length).toBeGreaterThan(1);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(proposerOf(number)).toBe(2);
    expect([...numbers].sort((one, other) => one - other)).toEqual(numbers);
    expect(sync).toServe();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F63 [EPOCH-40, PRIMARY-30, HOST-30]: the async mirror has promised a new epoch when the old primary asks it for evidence: no evidence, no read, no acknowledgement',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    await settle();
    await host.writes(1, { block: 0 });
    await settle();
    link('A', 'P').holds({ type: ['probe', 'propose'] });
    const proposal = link('A', 'S').holds({ type: 'propose' });
    operator.consents(async);
    await stage.until(() => proposal.count > 0);
    stage.marksThisMoment();
    const [ticket] = host.asks(primary, 1);
    const read = host.beginsToRead(0);
    await stage.passes(15);
    const asked = stage.since('delivered').filter(({ message }) => message.type === 'ask');
    expect(asked.length).toBeGreaterThan(0);
    const said = stage.since('sent').filter(({ from }) => from === 2);
    expect(said.filter(({ message }) => message.type === 'evidence')).toEqual([]);
    expect([ticket!.outcome, read.outcome]).toEqual(['pending', 'pending']);
    proposal.release();
    link('P', 'S').heals();
    link('A', 'P').flaps();
    await settle();
    await host.writes(1);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(async);
    await expect(primary).toHoldTheWriteSetOf(async);
  },
);

scenario(
  'EPOCH-40: the async mirror is forced, cut off from the primary; the sync mirror, which follows it, tells the primary that it was left: who asks there learns at once that it does not serve',
  async ({ stage, host, primary, sync, async, link, operator, settle }) => {
    await host.writes(2);
    await settle();
    link('P', 'A').breaks();
    await stage.passes(2);
    operator.forces(async);
    await stage.until(() => primary.status.role === 'mirror');
    expect(sync.epoch).toBe(async.epoch);
    expect(primary.epoch).toBeLessThan(async.epoch);
    const [ticket] = host.asks(primary, 1);
    await stage.until(() => ticket!.outcome !== 'pending');
    expect(ticket!.outcome).toBe('not-serving');
    link('P', 'A').heals();
    await settle();
    await expect(primary).toHoldTheWriteSetOf(async);
    await expect(sync).toHoldTheWriteSetOf(async);
  },
);
