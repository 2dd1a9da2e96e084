import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Sequence } from '../../models/words.ts';
import { createSite } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import type { Backend } from '../../src/backend/port.ts';
import { Payloads } from '../../src/runtime/payloads.ts';
import { readVolumes } from '../../src/runtime/read-volumes.ts';
import { blankHeader, entriesOf, maxBlocksPerWrite, writeOf } from '../backend/small-site.ts';

/** The disk of this machine, but that from `hold` to `release` nothing is read of that file. */
function heldReads(path: string) {
  let held = Promise.resolve();
  let release = () => {};
  const open: typeof nodeDisk.open = async (at, mode) => {
    const file = await nodeDisk.open(at, mode);
    if (at !== path) return file;
    const read = file.read.bind(file);
    return Object.assign(file, {
      read: (offset: number, length: number) => held.then(() => read(offset, length)),
    });
  };
  const hold = () => {
    held = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { disk: { ...nodeDisk, open }, hold, release: () => release() };
}

async function goRound(backend: Backend, from: Sequence): Promise<void> {
  for (let sequence = from; sequence < from + 20; sequence++) {
    await backend.store([writeOf(sequence, { volume: 1, first: 0 })], sequence);
    await backend.persist({ ...blankHeader, settled: sequence, start: sequence + 1 });
    backend.retire(sequence + 1);
  }
}

it('what has left the sidefile while it was read is not covered by what was written before it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  try {
    const place = join(directory, 'site');
    const { disk, hold, release } = heldReads(join(place, 'sidefile'));
    const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
    const [zeroes, data] = [writeOf(1, { first: 1, kind: 'zeroes' }), writeOf(2, { first: 1 })];
    const overlay = entriesOf([zeroes, data]);
    await backend.store([zeroes, data], 2);
    hold();
    const { identity } = blankHeader;
    const { extent } = data.entry;
    const read = readVolumes(backend, new Payloads(backend, 0), identity, extent, 1, overlay);
    await backend.apply(overlay);
    await backend.flush();
    await goRound(backend, 3);
    release();
    expect(await read).toEqual(data.payload);
    await backend.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
