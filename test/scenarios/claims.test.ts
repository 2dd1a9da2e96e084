import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EpochRecord } from '../../models/history.ts';
import { mirrorsOf } from '../../models/tracked.ts';
import { siteIds } from '../../models/words.ts';
import type { Actor } from './actor.ts';
import { scenario } from './scenario.ts';

/** What the claims say of sidefiles, read off running sites write by write. */

const sidefileOf = (actor: Actor) => actor.stage.arrangement.sidefileOf(actor.id)!;

/** The field of each tracked write, in the order of the sequences. */
const fields = (actor: Actor, field: 'heldByAsync' | 'noticeConfirmed' | 'stored') =>
  sidefileOf(actor).map((write) => write[field]);

scenario(
  'claims 1, 13, 15, 26, 32 [SIDEFILE-10, SIDEFILE-20]: each site tracks each write once, sorted, with its place, its data and a sequence of its own',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    const late = link('P', 'S').holds({ type: 'write', sequences: [2] });
    const writeToAsync = link('P', 'A').holds({ type: 'write' });
    await host.writes(1, { block: 5 });
    const tickets = host.begins(2, { block: 7 });
    await stage.until(() => sync.context.held.ranges.length > 0);
    expect(sidefileOf(sync).map(({ sequence }) => sequence)).toEqual([1, 3]);
    late.release();
    writeToAsync.release('last first');
    await stage.until(() => tickets.every(({ outcome }) => outcome === 'done'));
    await settle();
    for (const actor of [primary, sync, async]) {
      const tracked = sidefileOf(actor);
      expect(tracked.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
      for (const { entry } of tracked) {
        const asked = stage.journal.at(entry!.epoch, entry!.sequence)!;
        expect(entry!.extent).toEqual(asked.extent);
        const payload = await actor.disk.backend!.payload(entry!);
        expect(crc32(payload)).toBe(entry!.checksum);
        expect(stage.journal.contentAt(payload, 0, entry!.extent.first)).toMatchObject({
          write: asked.id,
          isWhole: true,
        });
      }
    }
  },
);

scenario(
  'claims 27-32 [PRIMARY-10, MIRROR-10]: a write is at the mirrors before the primary has stored it, and is acknowledged by a mirror only when it is durable there',
  async ({ stage, host, primary, sync, async, settle }) => {
    primary.diskStalls();
    sync.diskStalls();
    const [ticket] = host.begins(1);
    await stage.until(() => async.holds === 1);
    await stage.passes(5);
    expect(primary.holds).toBe(0);
    expect(fields(sync, 'stored')).toEqual([false]);
    expect(primary.context.peers[1].held.contiguous).toBe(0);
    sync.diskGoesOn();
    await stage.until(() => primary.context.peers[1].held.contiguous === 1);
    expect(sync.holds).toBe(1);
    expect(primary.context.committed).toBe(0);
    primary.diskGoesOn();
    await stage.until(() => ticket!.outcome === 'done');
    await settle();
    await expect(async).toHoldTheWriteSetOf(sync);
  },
);

scenario(
  'claims 9-12, 22-25, 28-31 [PRIMARY-40, PRIMARY-50, MIRROR-40, MIRROR-50]: first and third sidefile show per write what the async mirror holds, and that the sync mirror confirmed the notice',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    const writes = link('P', 'A').holds({ type: 'write' });
    const notices = link('P', 'S').holds({ type: 'notice' });
    const confirmations = link('S', 'P').holds({ type: 'noticed' });
    await host.writes(3);
    await stage.passes(5);
    expect(fields(primary, 'heldByAsync')).toEqual([false, false, false]);
    writes.release();
    await stage.until(() => primary.context.peers[2].held.contiguous === 3);
    expect(fields(primary, 'heldByAsync')).toEqual([true, true, true]);
    expect(fields(sync, 'heldByAsync')).toEqual([false, false, false]);
    notices.release();
    await stage.until(() => sync.context.peers[2].held.contiguous > 0);
    const told = sync.context.peers[2].held.contiguous;
    const upTo = (end: number) => [1, 2, 3].map((sequence) => sequence <= end);
    expect(fields(sync, 'heldByAsync')).toEqual(upTo(told));
    expect(fields(sync, 'noticeConfirmed')).toEqual(upTo(told));
    expect(fields(primary, 'noticeConfirmed')).toEqual([false, false, false]);
    confirmations.release();
    await settle();
    expect(fields(primary, 'noticeConfirmed')).toEqual([true, true, true]);
    expect(fields(sync, 'heldByAsync')).toEqual([true, true, true]);
    expect(fields(async, 'heldByAsync')).toEqual([null, null, null]);
  },
);

scenario(
  'claims 28, 29 [MIRROR-40]: the first sidefile tracks what the async mirror received also where the sync mirror did not receive it yet',
  async ({ stage, host, sync, async, link, settle }) => {
    const late = link('P', 'S').holds({ type: 'write', sequences: [2] });
    await host.writes(1);
    const [ticket] = host.begins(1);
    await stage.until(() => sync.context.peers[2].held.contiguous === 2);
    const [, second] = sidefileOf(sync);
    expect(second).toMatchObject({ sequence: 2, entry: null, stored: false, heldByAsync: true });
    late.release();
    await stage.until(() => ticket!.outcome === 'done');
    await settle();
    expect(sidefileOf(sync)[1]).toMatchObject({ stored: true, heldByAsync: true });
    await expect(async).toHoldTheWriteSetOf(sync);
  },
);

scenario(
  'claim 17 [EPOCH-160]: the near mirror is the sync mirror, before a takeover and after it',
  async ({ host, primary, sync, settle }) => {
    await host.writes(1);
    await settle();
    expect(primary.record.syncSet).toEqual([1]);
    await primary.crashes();
    await settle();
    await primary.returns();
    await settle();
    expect(sync.record).toMatchObject({ primary: 1, syncSet: [0] });
  },
);

scenario(
  'SIDEFILE-90: a write that comes under a position held already with another checksum stops the site: it is neither stored nor acknowledged',
  async ({ stage, host, primary, sync, link, settle }) => {
    await host.writes(2);
    await settle();
    const [, second] = sidefileOf(sync);
    const entries = [{ ...second!.entry!, kind: 'zeroes' as const, checksum: 0 }];
    link('P', 'S').forges({ type: 'write', epoch: primary.epoch, entries, committed: 2 });
    await stage.passes(2);
    expect(sync.isUp).toBe(false);
    await sync.returns();
    await settle();
    expect(sidefileOf(sync)[1]!.entry).toEqual(second!.entry);
    await expect(sync).toHoldTheWriteSetOf(primary);
  },
);

scenario(
  'RECOVERY-70: each start has a boot number of its own, and an empty site in a place is another incarnation',
  async ({ async, settle }) => {
    const { boot, incarnation } = async.context.header;
    await async.restarts();
    expect(async.context.header).toMatchObject({ boot: boot + 1, incarnation });
    expect(async.context.stable.boot).toBe(boot + 1);
    await async.crashes();
    await async.returnsBlank();
    expect(async.context.header.incarnation).not.toBe(incarnation);
    await settle();
  },
);

describe('which mirror is which', () => {
  const record = (primary: 0 | 1 | 2, syncSet: readonly (0 | 1 | 2)[]): EpochRecord => ({
    epoch: 3,
    primary,
    incarnations: [1, 1, 1],
    syncSet,
    parent: { epoch: 0, sequence: 0 },
    how: 'majority',
    lossBeyond: null,
  });

  it('EPOCH-160: the far one is the async mirror, whoever is in the sync set', () => {
    for (const syncSet of [[], [1], [1, 2], [2]] as const) {
      const mirrors = mirrorsOf(record(0, syncSet), ['near', 'near', 'far']);
      expect(mirrors).toEqual({ sync: 1, async: 2 });
    }
  });

  it('EPOCH-160: of two near ones it is the one outside of the sync set, and nobody if both are in', () => {
    expect(mirrorsOf(record(2, [0]), ['near', 'near', 'far'])).toEqual({ sync: 0, async: 1 });
    expect(mirrorsOf(record(2, [0, 1]), ['near', 'near', 'far'])).toEqual({
      sync: null,
      async: null,
    });
    expect(siteIds).toHaveLength(3);
  });
});
