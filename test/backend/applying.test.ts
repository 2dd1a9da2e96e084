import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSite } from '../../src/backend/file.ts';
import type { StoredWrite } from '../../src/backend/port.ts';
import {
  allBlocks,
  blankHeader,
  codeOf,
  entriesOf,
  imageOf,
  maxBlocksPerWrite,
  nextRecord,
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

/** A header waits for no volume: the record that cuts 3 and 4 is there before they are applied. Its site marks their blocks for repair. */
it('what a header cuts while it waits to be applied is left out, and stops nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  try {
    const place = join(directory, 'site');
    const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite });
    const writes = [1, 2, 3, 4].map((sequence) => writeOf(sequence));
    await backend.store(writes, 4);
    const history = [...blankHeader.history, { ...nextRecord(3, 2), lossBeyond: 2 }];
    const calls = [
      backend.flush(),
      backend.apply(entriesOf(writes)),
      backend.persist({ ...blankHeader, promised: 3, history, committed: 2 }),
    ];
    expect(await Promise.all(calls.map(codeOf))).toEqual(['resolved', 'resolved', 'resolved']);
    expect(await backend.read(0, allBlocks)).toEqual(imageOf(writes, 2));
    await backend.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
