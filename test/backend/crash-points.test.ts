import { describe, expect, it } from 'vitest';
import type { DiskEvent } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { crashPoints } from './crash-points.ts';
import { lifeOfCuts, ordinaryLife, type RunHistory, recordedLife } from './history-of-a-run.ts';
import { blankHeader, codeOf, maxBlocksPerWrite } from './small-site.ts';

async function checked(disk: FaultyDisk, run: RunHistory, events: number, title: string) {
  try {
    await run.check(await openSite('/site', { disk }), events);
  } catch (error) {
    throw new Error(`${title}: ${(error as Error).message}`, { cause: error });
  }
}

describe('recovery from every crash point of a run', () => {
  it('finds what was acknowledged and nothing else, however the unflushed writes ended', async () => {
    const { before, events, run } = await recordedLife(ordinaryLife);
    let points = 0;
    for (const point of crashPoints(before, events)) {
      await checked(point.disk, run, point.events, point.title);
      points++;
    }
    console.log(`${events.length} disk events, ${points} crash points`);
    expect(points).toBeGreaterThan(2000);
  });

  it('finds it also while kept records are moved past dead ones', async () => {
    const { before, events, run } = await recordedLife(lifeOfCuts);
    let points = 0;
    for (const point of crashPoints(before, events)) {
      await checked(point.disk, run, point.events, point.title);
      points++;
    }
    console.log(`${events.length} disk events, ${points} crash points`);
    expect(points).toBeGreaterThan(900);
  });

  it('may itself be interrupted anywhere', async () => {
    const { before, events, run } = await recordedLife(ordinaryLife);
    let points = 0;
    let number = 0;
    for (const point of crashPoints(before, events)) {
      if (number++ % 61 !== 0) continue;
      const recovering = point.disk.copy();
      const own: DiskEvent[] = [];
      recovering.recording = own;
      await openSite('/site', { disk: recovering });
      for (const second of crashPoints(point.disk, own)) {
        await checked(second.disk, run, point.events, `${point.title}, then ${second.title}`);
        points++;
      }
    }
    console.log(`${points} crash points within recoveries`);
    expect(points).toBeGreaterThan(1000);
  });

  it('leaves a whole site or none, and a place where one can be made, when creation is cut short', async () => {
    const disk = new FaultyDisk();
    const before = disk.copy();
    const events: DiskEvent[] = [];
    disk.recording = events;
    await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
    const outcomes = new Map<string, number>();
    for (const point of crashPoints(before, events)) {
      const outcome = await codeOf(openSite('/site', { disk: point.disk }));
      outcomes.set(outcome, 1 + (outcomes.get(outcome) ?? 0));
      if (outcome === 'not-a-site') {
        await createSite('/site', blankHeader, { maxBlocksPerWrite, disk: point.disk });
      }
    }
    expect([...outcomes.keys()].sort()).toEqual(['not-a-site', 'resolved']);
  });
});
