import { expect, it } from 'vitest';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite } from '../../src/backend/file.ts';
import { leftOf } from '../garbage.ts';
import { blankHeader, maxBlocksPerWrite } from './small-site.ts';

it('content that was read is not kept until the volumes change', async () => {
  const disk = new FaultyDisk();
  const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
  const read: WeakRef<Uint8Array>[] = [];
  for (let block = 0; block < 10; block++) read.push(new WeakRef(await backend.read(block, 1)));
  expect(await leftOf(read)).toBe(0);
  await backend.flush();
});
