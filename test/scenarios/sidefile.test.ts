import { expect } from 'vitest';
import { bitsOfPeer } from '../../models/bitmap.ts';
import { countOf } from '../../models/bits.ts';
import type { Actor } from './actor.ts';
import { scenario } from './scenario.ts';

const bitsFor = (site: Actor, other: Actor) =>
  countOf(bitsOfPeer(site.context.header.peers[other.id]));

scenario(
  'F17 [SIDEFILE-20, RESYNC-40]: only the async leg is lost, for a short time: the sidefiles absorb it',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(4);
    await settle();
    const { epoch } = primary;
    link('P', 'A').breaks();
    await host.writes(6);
    stage.marksThisMoment();
    link('P', 'A').heals();
    await settle();
    expect(async).toHaveReceivedDelta(primary, 5, 10);
    expect(async.receivedFrom(primary)).toHaveLength(6);
    expect(bitsFor(primary, async)).toBe(0);
    expect(primary.epoch).toBe(epoch);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F18 [SIDEFILE-70, LINK-30, RESYNC-50]: the async leg is slow for long: hosts go on, the leg is suspended, its writes become bits',
  { sidefile: { capacity: 8 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    link('P', 'A').takes(200);
    stage.marksThisMoment();
    await host.writes(24);
    expect(primary.status.sidefile.entries).toBeLessThanOrEqual(8);
    expect(sync.status.sidefile.entries).toBeLessThanOrEqual(8);
    await stage.until(() => primary.reported('suspended').length > 0);
    expect(bitsFor(primary, async)).toBeGreaterThan(0);
    link('P', 'A').takes(2);
    link('P', 'A').flaps();
    await settle();
    expect(async.plans()[0]).toMatchObject({ verdict: 'bitmap', reason: 'entries retired' });
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F19 [HOST-20]: only the mirrors cannot reach each other: service goes on as ever, and the status says so',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    const { epoch } = primary;
    link('S', 'A').breaks();
    await host.writes(5);
    await settle();
    expect(primary.epoch).toBe(epoch);
    expect(primary).toServe();
    expect(sync.status.peers).toContainEqual(
      expect.objectContaining({ site: 2, connected: false }),
    );
    expect(async.status.peers).toContainEqual(
      expect.objectContaining({ site: 1, connected: false }),
    );
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F31 [PRIMARY-50, MIRROR-40, MIRROR-50, LINK-10]: acknowledgements and notices are lost, repeated and reordered: the note is what is held, an unknown position changes nothing',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    const acknowledgements = link('A', 'P').holds({ type: 'acknowledged' });
    for (let write = 0; write < 4; write++) {
      await host.writes(1);
      await stage.passes(6);
    }
    expect(acknowledgements.count).toBeGreaterThanOrEqual(4);
    acknowledgements.release('last first');
    await stage.passes(10);
    expect(primary.context.peers[2].held.contiguous).toBe(4);
    expect(sync.context.peers[2].held.contiguous).toBe(4);
    expect(primary.context.peers[1].informed.contiguous).toBe(4);
    link('P', 'S').holds({ type: 'notice' });
    await host.writes(2);
    await stage.passes(10);
    expect(sync.context.peers[2].held.contiguous).toBe(4);
    link('P', 'S').flaps();
    await settle();
    expect(sync.context.peers[2].held.contiguous).toBe(6);
    link('A', 'P').forges({
      type: 'acknowledged',
      epoch: primary.epoch,
      held: { contiguous: 99, ranges: [] },
      start: 1,
      windowEnd: 200,
    });
    await stage.passes(1);
    expect(primary.context.peers[2].held.contiguous).toBe(6);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F32 [SIDEFILE-30, SIDEFILE-70, HOST-10]: the sidefiles wrap with a slow peer and a new epoch begins meanwhile: sequences continue, nothing vanishes without its bits',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    const { epoch } = primary;
    link('P', 'A').takes(60);
    link('S', 'A').takes(60);
    await host.writes(9);
    operator.switchesOverTo(sync);
    await stage.until(() => sync.isServing);
    await host.writes(9);
    expect(sync.epoch).toBeGreaterThan(epoch);
    expect(sync.holds).toBe(20);
    expect(sync.status.sidefile.start).toBeGreaterThan(16);
    expect(bitsFor(sync, async)).toBeGreaterThan(0);
    await stage.settle(3000);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F18 [LINK-40, SIDEFILE-40, SIDEFILE-50]: the async leg is lost for long: absorbed, from high water on the host is slowed but never stopped, at the limit the leg is given up for bits, and the sidefile shrinks to its floor',
  { sidefile: { mode: 'adaptive', capacity: 12, limit: 48, headroom: 2 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(4);
    await settle();
    link('P', 'A').breaks();
    const outstanding = async (count: number) => {
      const tickets = host.begins(count);
      let most = 0;
      while (tickets.some(({ outcome }) => outcome === 'pending')) {
        await stage.passes(0.1);
        most = Math.max(most, primary.context.waiting.length);
      }
      expect(tickets.every(({ outcome }) => outcome === 'done')).toBe(true);
      return most;
    };
    expect(await outstanding(16)).toBeGreaterThan(1);
    expect(primary.status.sidefile).toMatchObject({ highWater: false });
    expect(bitsFor(primary, async)).toBe(0);
    await host.writes(16);
    expect(primary.status.sidefile.highWater).toBe(true);
    expect(await outstanding(4)).toBe(1);
    expect(primary.status.sidefile).toMatchObject({ highWater: true });
    expect(bitsFor(primary, async)).toBe(0);
    await host.writes(12);
    expect(primary.status.sidefile.highWater).toBe(false);
    expect(bitsFor(primary, async)).toBeGreaterThan(0);
    expect(await outstanding(24)).toBeGreaterThan(1);
    await host.writes(96);
    await settle();
    expect(primary.status.sidefile.capacity).toBeLessThanOrEqual(16);
    stage.marksThisMoment();
    link('P', 'A').heals();
    await settle();
    expect(async.plans()[0]).toMatchObject({ verdict: 'bitmap' });
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

for (const basis of ['newest', 'oldest'] as const) {
  scenario(
    `claims 8 and 19 to 21 [SIDEFILE-40, PRIMARY-50]: an adaptive first sidefile of basis ${basis} spans what the async mirror ${basis === 'newest' ? 'lacks' : 'still stores, as the primary tells'}`,
    { sidefile: { mode: 'adaptive', capacity: 8, limit: 32, headroom: 8, basis } },
    async ({ stage, host, primary, sync, async, settle }) => {
      async.diskStalls('volumes');
      // One after the other: nothing ever lags by more than one.
      for (let write = 1; write <= 6; write++) {
        await host.writes(1);
        await stage.passes(20);
      }
      // It holds all of them and lets none go: nothing is lacking, six are stored.
      expect(async.context).toMatchObject({ held: { contiguous: 6 }, log: { start: 1 } });
      expect(sync.context.peers[2].held.contiguous).toBe(6);
      expect(sync.status.sidefile.capacity).toBe(basis === 'newest' ? 9 : 14);
      expect(primary.status.sidefile.capacity).toBe(9);
      async.diskGoesOn();
      await host.writes(24);
      await settle();
      expect(async.context.log.start).toBeGreaterThan(6);
      if (basis === 'oldest') {
        expect(sync.context.peers[2].start).toBe(async.context.log.start);
        expect(sync.context.log.start).toBeLessThanOrEqual(async.context.log.start);
      }
      for (let write = 1; write <= 60; write++) {
        await host.writes(1);
        await stage.passes(20);
      }
      const kept = basis === 'newest' ? 9 : async.status.sidefile.entries + 9;
      expect(sync.status.sidefile.capacity).toBeLessThanOrEqual(Math.ceil((kept * 4) / 3));
      await settle();
      await expect(async).toHoldTheWriteSetOf(sync);
    },
  );
}

scenario(
  'F33 [SIDEFILE-40]: the first sidefile grows over what the async mirror lacks while the primary dies: no entry lost, and it shrinks only when nothing is outstanding',
  { sidefile: { mode: 'adaptive', capacity: 4, limit: 32, headroom: 2 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    link('P', 'A').takes(1000);
    await host.writes(20);
    expect(sync.status.sidefile.capacity).toBeGreaterThanOrEqual(20);
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(async).toHaveReceivedDelta(sync, 3, 22);
    await expect(async).toHoldTheWriteSetOf(sync);
    const outstanding = sync.status.sidefile.entries;
    expect(sync.status.sidefile.capacity).toBeGreaterThanOrEqual(outstanding);
    await primary.returns();
    await settle();
    for (let write = 0; write < 70; write++) {
      await host.writes(1);
      await stage.passes(8);
    }
    expect(sync.status.sidefile.capacity).toBeLessThanOrEqual(8);
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'F58 [MIRROR-30]: the async mirror’s ring is full of entries beyond a hole: there is room for the hole',
  { sidefile: { capacity: 4 } },
  async ({ stage, host, primary, sync, async, link, settle }) => {
    const hole = link('P', 'A').holds({ type: 'write', sequences: [1] });
    await host.writes(3);
    await stage.passes(10);
    expect(async.context.held).toEqual({ contiguous: 0, ranges: [{ first: 2, last: 3 }] });
    hole.release();
    await stage.until(() => async.holds === 3);
    await host.writes(9);
    await settle();
    expect(async.holds).toBe(12);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);
