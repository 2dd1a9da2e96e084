import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSite } from '../../src/backend/file.ts';
import type { StoredWrite } from '../../src/backend/port.ts';
import {
  allBlocks,
  blankHeader,
  entriesOf,
  imageOf,
  maxBlocksPerWrite,
  writeOf,
} from './small-site.ts';

/** Entries that are applied in one call, and what makes them hard to keep apart. */
const together: readonly (readonly [string, readonly StoredWrite[]])[] = [
  [
    'the same blocks of two volumes',
    [writeOf(1, { volume: 0, first: 0, count: 2 }), writeOf(2, { volume: 1, first: 0, count: 2 })],
  ],
  [
    'data, then zeroes, then data, one beside the other',
    [
      writeOf(1, { volume: 0, first: 0, count: 1 }),
      writeOf(2, { volume: 0, first: 1, count: 1, kind: 'zeroes' }),
      writeOf(3, { volume: 0, first: 2, count: 1 }),
      writeOf(4, { volume: 0, first: 3, count: 2, kind: 'trim' }),
    ],
  ],
  [
    'zeroes, then data',
    [
      writeOf(1, { volume: 0, first: 4, count: 2, kind: 'zeroes' }),
      writeOf(2, { volume: 0, first: 6, count: 1 }),
    ],
  ],
  [
    'zeroes and data that overlap',
    [
      writeOf(1, { volume: 0, first: 0, count: 2 }),
      writeOf(2, { volume: 0, first: 1, count: 2, kind: 'zeroes' }),
      writeOf(3, { volume: 0, first: 2, count: 2 }),
      writeOf(4, { volume: 0, first: 1, count: 1 }),
    ],
  ],
];

it.each(together)('%s: each of them is applied where it belongs', async (_, writes) => {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  try {
    const place = join(directory, 'site');
    const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite });
    await backend.store(writes, writes.length);
    await backend.apply(entriesOf(writes));
    expect(await backend.read(0, allBlocks)).toEqual(imageOf(writes, writes.length));
    await backend.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
