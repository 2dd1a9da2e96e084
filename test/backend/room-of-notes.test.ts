import { expect, it } from 'vitest';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite } from '../../src/backend/file.ts';
import { blankHeader, capacity, maxBlocksPerWrite, writeOf } from './small-site.ts';

it('a c that comes alone takes no room from entries: twice the capacity of the largest fit, each with one', async () => {
  const disk = new FaultyDisk();
  const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
  for (let sequence = 1; sequence <= 2 * capacity; sequence++) {
    const largest = writeOf(sequence, { first: 0, count: maxBlocksPerWrite });
    await expect(backend.store([largest], sequence - 1)).resolves.toBe(undefined);
    await expect(backend.store([], sequence)).resolves.toBe(undefined);
  }
});
