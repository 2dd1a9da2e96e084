import { expect, it } from 'vitest';
import type { Identity } from '../../models/header.ts';
import type { Entry } from '../../models/words.ts';
import { type Backend, BackendError } from '../../src/backend/port.ts';
import { Payloads } from '../../src/runtime/payloads.ts';
import { readVolumes } from '../../src/runtime/read-volumes.ts';

const identity: Identity = {
  arrangement: 'harbour',
  site: 0,
  distance: 'near',
  blockBytes: 512,
  volumes: [4],
};
const extent = { volume: 0, first: 1, count: 1 };
const entry: Entry = { epoch: 0, sequence: 1, extent, kind: 'data', checksum: 7 };

it.each([
  ['once its payload was taken', 'payload'],
  ['once the volumes were read', 'read'],
  ['before', 'nothing'],
])(
  'an entry that goes from the sidefile into the volumes %s is read all the same',
  async (_, after) => {
    let isApplied = after === 'nothing';
    const backend = {
      async payload() {
        if (isApplied) throw new BackendError('gone', 'entry (0, 1) is in the volumes');
        if (after === 'payload') isApplied = true;
        return new Uint8Array(512).fill(2);
      },
      async read() {
        const bytes = new Uint8Array(512).fill(isApplied ? 2 : 1);
        if (after === 'read') isApplied = true;
        return bytes;
      },
    } as unknown as Backend;
    const read = readVolumes(backend, new Payloads(backend, 0), identity, extent, 1, [entry]);
    expect((await read)[0]).toBe(2);
  },
);
