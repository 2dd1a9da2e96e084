import { describe, expect, it } from 'vitest';
import type { DiskEvent } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import type { Recovered } from '../../src/backend/port.ts';
import { crashPoints, survivals } from './crash-points.ts';
import { ordinaryLife, recordedLife } from './history-of-a-run.ts';
import { allBlocks, blankHeader, blockBytes, codeOf, maxBlocksPerWrite } from './small-site.ts';

/** A process ends and leaves in the cache what nobody flushed; the next one opens the site; then the power is lost. */

const place = '/site';

/** Each disk that loses power after some event of opening `killed`, and how many of them were left. */
async function* darkAfter(killed: FaultyDisk) {
  const opening = killed.copy();
  const events: DiskEvent[] = [];
  opening.recording = events;
  await openSite(place, { disk: opening });
  for (const { disk, events: done } of crashPoints(killed, events, survivals)) {
    yield { disk, left: events.length - done };
  }
}

/** The disk as a process leaves it that is killed before each of the events, or whose flush fails and saves nothing. */
function* killedIn(before: FaultyDisk, events: readonly DiskEvent[]) {
  const running = before.copy();
  for (const [done, event] of events.entries()) {
    const killed = running.copy();
    killed.kill();
    yield { killed, done };
    running.perform(event);
    if (event.kind !== 'flush') continue;
    const failed = killed.copy();
    failed.node(event.file).pending = [];
    yield { killed: failed, done };
  }
}

const told = ({ header, entries, committed, damage }: Recovered) =>
  JSON.stringify({ header, entries, committed, damage });

describe('killed, opened, then dark', () => {
  it('a site holds what was acknowledged, and what it was found with: nothing is refused', async () => {
    const { before, events, run } = await recordedLife(ordinaryLife);
    let points = 0;
    let number = 0;
    for (const { killed, done } of killedIn(before, events)) {
      const seen = told(await openSite(place, { disk: killed.copy() }));
      for await (const { disk, left } of darkAfter(killed)) {
        if (left > 0 && number++ % 3 !== 0) continue;
        const found = await openSite(place, { disk });
        if (left === 0) expect(told(found)).toBe(seen);
        await run.check(found, done);
        points++;
      }
    }
    console.log(`${events.length} disk events, ${points} losses of power`);
    expect(points).toBeGreaterThan(4000);
  });

  it('a stage is opened, and is what it was found as', async () => {
    const { before, events } = await recordedLife(async (backend) => {
      for (const fill of [1, 2, 3]) {
        await backend.stage([{ first: 0, bytes: new Uint8Array(blockBytes).fill(fill) }]);
        await backend.flushStage();
        if (fill === 2) await backend.dropStage();
      }
    });
    const staged = async ({ backend }: Recovered) => {
      await backend.applyStage();
      return (await backend.read(0, 1))[0];
    };
    for (const { killed } of killedIn(before, events)) {
      const seen = await staged(await openSite(place, { disk: killed.copy() }));
      for await (const { disk, left } of darkAfter(killed)) {
        const found = await staged(await openSite(place, { disk }));
        if (left === 0) expect(found).toBe(seen);
      }
    }
  });

  it('a site that could be opened while it was made is there', async () => {
    const before = new FaultyDisk();
    const disk = before.copy();
    const events: DiskEvent[] = [];
    disk.recording = events;
    await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
    let opened = 0;
    for (const { killed } of killedIn(before, events)) {
      if ((await codeOf(openSite(place, { disk: killed }))) !== 'resolved') continue;
      opened++;
      killed.crash(() => () => false);
      expect(await codeOf(openSite(place, { disk: killed }))).toBe('resolved');
    }
    expect(opened).toBeGreaterThan(0);
  });
});

it('blocks of an update in place: what is read after opening is durable with the next flush, also after one that failed', async () => {
  const disk = new FaultyDisk(() => 0.9);
  const consistency = { kind: 'inconsistent', epoch: 0, from: 0, shippedTo: 0 } as const;
  const header = { ...blankHeader, consistency };
  const { backend } = await createSite(place, header, { maxBlocksPerWrite, disk });
  const bytes = new Uint8Array(2 * blockBytes).fill(5);
  await backend.overwrite([{ first: 3, bytes }]);
  disk.awaited.set('failFlush', (path) => path.endsWith('/volume-0'));
  expect(await codeOf(backend.flush())).toBe('flush-failed');
  disk.kill();
  const again = await openSite(place, { disk });
  const seen = await again.backend.read(0, allBlocks);
  await again.backend.flush();
  disk.crash(() => () => false);
  const { backend: last } = await openSite(place, { disk });
  expect(await last.read(0, allBlocks)).toEqual(seen);
});
