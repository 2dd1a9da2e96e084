import { expect, it } from 'vitest';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { blankHeader, codeOf, maxBlocksPerWrite, writeOf } from './small-site.ts';

it('a payload is there for whoever asks while its entry is being stored', async () => {
  const disk = new FaultyDisk();
  const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
  const write = writeOf(1);
  const stored = backend.store([write], 0);
  expect(await backend.payload(write.entry)).toEqual(write.payload);
  await stored;
});

it('what is asked once it closes is refused, and what was asked before ends', async () => {
  const disk = new FaultyDisk();
  const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
  const before = codeOf(backend.store([writeOf(1)], 0));
  const closed = backend.close();
  const after = [
    backend.store([writeOf(2)], 0),
    backend.persist(blankHeader),
    backend.apply([writeOf(1).entry]),
    backend.flush(),
    backend.dropStage(),
    backend.exportSuffix(0, 1, [writeOf(1).entry]),
  ].map(codeOf);
  expect(await Promise.all(after)).toEqual(after.map(() => 'closed'));
  expect(await before).toBe('resolved');
  await closed;
  expect((await openSite('/site', { disk })).entries).toEqual([writeOf(1).entry]);
});
