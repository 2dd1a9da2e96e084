import { expect } from 'vitest';
import type { Wait } from '../../models/diagnosis.ts';
import { scenario } from './scenario.ts';

scenario(
  'F40 [RESYNC-30, RESYNC-60, RECOVERY-30]: an operator wants the stale sync mirror to overwrite the primary: he is shown what that gives up, and it happens only when he agrees to exactly that',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    link('S', 'A').breaks();
    await settle();
    await host.writes(3);
    await settle();
    const lost = { above: 2, through: 5, count: 3, committed: 3 };
    const preview = operator.looksAt(sync, primary);
    expect(preview.discards).toEqual([
      { site: 0, ...lost },
      { site: 2, ...lost },
    ]);
    // Of themselves they would go the other way.
    expect(preview.plan).toMatchObject({
      toFirst: { verdict: 'delta', count: 3, lacking: [{ first: 3, last: 5 }] },
      toSecond: { verdict: 'none' },
    });
    const before = stage.describe();
    const told =
      'from site 1 to 0 gives up 3 writes of 3..5 at site 0, 3 of them committed; 3 writes of 3..5 at site 2, 3 of them committed';
    expect(() => operator.resyncs(sync, primary)).toThrow(told);
    expect(() => operator.resyncs(sync, primary, preview.discards.slice(0, 1))).toThrow(told);
    await host.writes(1);
    await settle();
    expect(() => operator.resyncs(sync, primary, preview.discards)).toThrow('4 writes of 3..6');
    expect(primary).toServe();
    expect(before).not.toContain('repair 1');
    operator.resyncs(sync, primary, operator.looksAt(sync, primary).discards);
    link('P', 'S').heals();
    link('S', 'A').heals();
    await settle();
    expect(sync).toServe();
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(async).toHoldTheWriteSetOf(sync);
    expect(sync.holds).toBe(2);
    for (const site of [primary, async]) {
      const [suffix] = await operator.suffixesOf(site);
      expect(suffix).toMatchObject({ above: 2, through: 6, missing: [] });
      expect(stage).toHaveExported(suffix!);
    }
    expect(sync.context.header.history.some(({ how }) => how === 'forced')).toBe(true);
  },
);

scenario(
  'F40 [RESYNC-30]: in the direction of positions nobody needs to agree: the far mirror is ahead and fills the near one',
  async ({ host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    await settle();
    await host.writes(3);
    await settle();
    await primary.crashes();
    await settle();
    expect(operator.looksAt(async, sync)).toMatchObject({
      discards: [],
      plan: { toSecond: { verdict: 'delta', count: 3 } },
    });
    expect(operator.looksAt(sync, async).discards).toEqual([
      { site: 2, above: 2, through: 5, count: 3, committed: 3 },
    ]);
    operator.resyncs(async, sync);
    operator.consents(async);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(async);
    expect(sync.holds).toBe(5);
    operator.resyncs(async, sync);
    await settle();
    expect(async).toServe();
  },
);

scenario(
  'F37 [EPOCH-80, EPOCH-150]: the async mirror is lost, then one more: service goes on after the first; after the second no acknowledgement, and the status says what is missing and what helps',
  async ({ stage, host, operator, primary, sync, async, settle }) => {
    await host.writes(2);
    await async.crashes();
    await host.writes(2);
    expect(operator.waits).toEqual([]);
    await sync.crashes();
    const [ticket] = host.asks(primary, 1);
    await stage.passes(150);
    expect(ticket!.outcome).toBe('unknown-fate');
    const [missing] = operator.waits;
    expect(missing).toEqual({
      site: 0,
      what: 'it reaches no other site with a vote: no write is acknowledged',
      helps: [{ at: 0, command: { name: 'force' } }],
    });
    expect(primary.status).toMatchObject({ forced: false, syncSet: [1], waits: [missing] });
    operator.follows(missing!);
    await settle();
    await host.writes(1);
    expect(primary.status).toMatchObject({ forced: true, syncSet: [] });
    expect(operator.waits.map(({ what }) => what)).toEqual([
      `epoch ${primary.epoch} is forced: no majority stands behind it`,
    ]);
    await sync.returnsBlank();
    await settle();
    const admission = operator.waits.find(({ what }) => what.startsWith('site 1 is filled'));
    expect(admission!.helps).toEqual([{ at: 0, command: { name: 'admit', site: 1 } }]);
    operator.follows(admission!);
    await settle();
    expect(primary.status).toMatchObject({ forced: false, syncSet: [1], waits: [] });
    await expect(sync).toHoldTheWriteSetOf(primary);
  },
);

scenario(
  'F04, F20 [EPOCH-130]: no holder is left: the status names the consent that is missing, and it is enough',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    link('P', 'S').breaks();
    await settle();
    await host.writes(3);
    await settle();
    await primary.crashes();
    await settle();
    const isAsked = ({ helps }: Wait) => helps[0]?.command.name === 'consent';
    // Whoever is blocked tries again after a while, and is blocked again.
    await stage.until(() => operator.waits.some(isAsked));
    const asked = operator.waits.find(isAsked);
    expect(asked).toMatchObject({
      what: 'no holder is left: site 2 can take over if what may have been acknowledged beyond 5 is given up',
      helps: [{ command: { name: 'consent', primary: 2 } }],
    });
    operator.follows(asked!);
    await settle();
    expect(async).toServe();
    expect(async.losses).toEqual([5]);
    await expect(sync).toHoldTheWriteSetOf(async);
  },
);

scenario(
  'F10, F11 [EPOCH-150, RESYNC-60]: mirrors that cannot talk are told to wait or be forced; two that were forced, that one must be given up',
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(3);
    await settle();
    await primary.crashes();
    link('S', 'A').breaks();
    await settle();
    const alone = { what: 'it reaches no other site: alone it may not take over' };
    expect(operator.waits).toMatchObject([
      { site: 1, ...alone, helps: [{ at: 1, command: { name: 'force' } }] },
      { site: 2, ...alone, helps: [{ at: 2, command: { name: 'force' } }] },
    ]);
    for (const wait of operator.waits) operator.follows(wait);
    await stage.until(() => sync.isServing && async.isServing);
    host.asks(sync, 1);
    host.asks(async, 1);
    link('S', 'A').heals();
    await settle();
    const split = operator.waits.find(({ what }) => what.includes('forced on both branches'));
    expect(split!.helps).toEqual([
      { at: 1, command: { name: 'discard', branch: 1 } },
      { at: 2, command: { name: 'discard', branch: 2 } },
    ]);
    operator.follows(split!, async);
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
  },
);

scenario(
  'LINK-30: an operator suspends a leg: its writes become bits, the status says so, and it is level again when he resumes it, also across a flap of the link',
  { sidefile: { capacity: 8 } },
  async ({ stage, host, operator, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    operator.suspends(async);
    stage.marksThisMoment();
    await host.writes(24);
    await settle();
    expect(async.receivedFrom(primary)).toEqual([]);
    expect(async.holds).toBe(2);
    expect(primary.status.peers.find(({ site }) => site === 2)!.phase).toBe('suspended');
    expect(primary.status.sidefile.entries).toBeLessThanOrEqual(8);
    link('P', 'A').flaps();
    await settle();
    expect(async.holds).toBe(2);
    const [suspended] = operator.waits;
    expect(suspended).toEqual({
      site: 0,
      what: 'its leg to site 2 is suspended by an operator',
      helps: [{ at: 0, command: { name: 'resume', peer: 2 } }],
    });
    operator.follows(suspended!);
    await settle();
    expect(async.plans().at(-1)).toMatchObject({ verdict: 'bitmap' });
    expect(operator.waits).toEqual([]);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'LINK-30: a leg that an operator suspended stays so where its primary restarts, until he resumes it',
  async ({ stage, host, operator, primary, async, settle }) => {
    await host.writes(2);
    await settle();
    operator.suspends(async);
    await settle();
    await primary.restarts();
    await settle();
    await host.writes(3);
    await settle();
    expect(primary.record.primary).toBe(0);
    expect(async.holds).toBe(2);
    const [suspended] = operator.waits;
    expect(suspended!.helps).toEqual([{ at: 0, command: { name: 'resume', peer: 2 } }]);
    operator.follows(suspended!);
    await settle();
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);

scenario(
  'LINK-30, EPOCH-140: an operator suspends the leg of the sync mirror: hosts go on by a record without it, and it enters again when he resumes',
  async ({ stage, host, operator, primary, sync, settle }) => {
    await host.writes(2);
    await settle();
    operator.suspends(sync);
    await settle();
    await host.writes(3);
    expect(primary.record.syncSet).toEqual([]);
    expect(sync.holds).toBe(2);
    operator.resumes(sync);
    await settle();
    expect(primary.record.syncSet).toEqual([1]);
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
  },
);
