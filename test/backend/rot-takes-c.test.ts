import { expect, it } from 'vitest';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { labelsBytes } from '../../src/backend/label.ts';
import { headBytes } from '../../src/backend/record.ts';
import { blankHeader, maxBlocksPerWrite, randomFrom, writeOf } from './small-site.ts';

/** 1 is applied, as the record of 2 carried that it is committed; then one bit of the payload of 2 turns. */
it('RECOVERY-10, RECOVERY-30: c is found in the head of a record whose payload has rotted', async () => {
  const disk = new FaultyDisk(randomFrom(3));
  const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
  const [first, second] = [writeOf(1), writeOf(2)];
  await backend.store([first], 0);
  await backend.store([second], 1);
  await backend.apply([first.entry]);
  await backend.flush();
  disk.kill();
  // A head and a payload take a sector each: this is the payload of 2.
  disk.rot('/site/sidefile', labelsBytes + 3 * headBytes);
  const found = await openSite('/site', { disk });
  expect(found.entries.map(({ sequence }) => sequence)).toEqual([1]);
  expect(found.committed).toBe(1);
});
