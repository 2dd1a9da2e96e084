import { expect, it } from 'vitest';
import type { DiskEvent } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import type { Backend } from '../../src/backend/port.ts';
import { crashPoints } from './crash-points.ts';
import { blankHeader, blockBytes, maxBlocksPerWrite } from './small-site.ts';

const place = '/site';
const blocksOf = (fill: number) => new Uint8Array(blockBytes).fill(fill);

/**
 * What applying the stage makes of blocks 0 to 2, for each disk that a loss of power can leave while `act` is under
 * way, block 0 being in the stage before it. -1: it cannot be applied.
 */
async function outcomesOf(act: (backend: Backend) => Promise<void>): Promise<Set<string>> {
  const disk = new FaultyDisk();
  const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
  await backend.stage([{ first: 0, bytes: blocksOf(1) }]);
  await backend.flushStage();
  const before = disk.copy();
  const events: DiskEvent[] = [];
  disk.recording = events;
  await act(backend);
  disk.recording = null;
  const outcomes = new Set<string>();
  for (const point of crashPoints(before, events)) {
    const found = await openSite(place, { disk: point.disk });
    const fills = await found.backend.applyStage().then(
      async () => {
        const bytes = await found.backend.read(0, 3);
        return [0, 1, 2].map((block) => bytes[block * blockBytes]).join(' ');
      },
      () => '-1',
    );
    outcomes.add(fills);
  }
  return outcomes;
}

it('a stage is as it was last flushed, or with all that the next flush was to add, however power is lost in it', async () => {
  const outcomes = await outcomesOf(async (backend) => {
    await backend.stage([{ first: 1, bytes: blocksOf(2) }]);
    await backend.stage([{ first: 0, bytes: blocksOf(3) }]);
    await backend.flushStage();
  });
  expect([...outcomes].sort()).toEqual(['1 0 0', '3 2 0']);
});

it('a stage is whole or dropped, and of a new one nothing is of the old one', async () => {
  const outcomes = await outcomesOf(async (backend) => {
    await backend.dropStage();
    await backend.stage([{ first: 2, bytes: blocksOf(4) }]);
    await backend.flushStage();
  });
  expect([...outcomes].sort()).toEqual(['0 0 0', '0 0 4', '1 0 0']);
});
