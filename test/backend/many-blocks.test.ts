import { expect, it } from 'vitest';
import { Applier } from '../../src/backend/applier.ts';
import { type StagedPlace, StageIndex } from '../../src/backend/stage-index.ts';
import type { VolumeSet, VolumeWrite } from '../../src/backend/volume-set.ts';
import { randomFrom } from './small-site.ts';

/** One more than a map or a set can hold. */
const many = 2 ** 24 + 1;

it('a stage knows more blocks than a map can hold, each once, ascending', () => {
  const index = new StageIndex();
  for (let block = 0; block < many; block++) index.set(block, { offset: 512, checksum: 1 });
  index.set(0, { offset: 2 ** 40, checksum: 2 ** 32 - 1 });
  let next = 0;
  for (const [block, { offset }] of index.all()) {
    if (block !== next++ || offset !== (block === 0 ? 2 ** 40 : 512)) {
      throw new Error(`block ${block} at ${offset}`);
    }
  }
  expect(next).toBe(many);
}, 60_000);

it('of a stage each block has its newest place, however far apart they are', () => {
  const random = randomFrom(7);
  const index = new StageIndex();
  const reference = new Map<number, StagedPlace>();
  for (let offset = 1; offset <= 20_000; offset++) {
    const block = Math.floor(random() * 100) * 2 ** Math.floor(random() * 35);
    const place = { offset, checksum: Math.floor(random() * 2 ** 32) };
    index.set(block, place);
    reference.set(block, place);
  }
  expect([...index.all()]).toEqual([...reference].sort(([one], [other]) => one - other));
});

it('more blocks than a set can hold are applied in one call, in order', async () => {
  const written: VolumeWrite[] = [];
  const volumes = {
    alone: (change: () => Promise<void>) => change(),
    async writeAll(writes: readonly VolumeWrite[]) {
      written.push(...writes);
    },
  } as unknown as VolumeSet;
  const count = 2 ** 16;
  const extents = Array.from({ length: Math.ceil(many / count) }, (_, index) => {
    return { volume: 0, first: index * count, count };
  });
  const entries = extents.map((extent, index) => {
    return { epoch: 0, sequence: index + 1, extent, kind: 'zeroes' as const, checksum: 0 };
  });
  await new Applier(null as never, null as never, volumes).apply(entries.toReversed());
  expect(written.map(({ extent }) => extent)).toEqual(extents);
}, 60_000);
