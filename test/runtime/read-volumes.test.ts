import { expect, it } from 'vitest';
import type { Identity } from '../../models/header.ts';
import type { Entry } from '../../models/words.ts';
import { type Backend, BackendError } from '../../src/backend/port.ts';
import { Payloads } from '../../src/runtime/payloads.ts';
import { readVolumes, UnreadableBlocks } from '../../src/runtime/read-volumes.ts';

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

/** Of four blocks that have all rotted: those told of the first three, if this is written while one of them is being read. */
function found(reading: number, write: (unreadable: UnreadableBlocks) => readonly number[]) {
  const rotten = new Set([0, 1, 2, 3]);
  let isWritten = false;
  const backend = {
    async read(block: number) {
      const isRotten = rotten.has(block);
      if (block === reading && !isWritten) {
        isWritten = true;
        for (const written of write(unreadable)) rotten.delete(written);
      }
      if (isRotten) throw new BackendError('rot', `block ${block} has rotted`);
    },
  } as unknown as Backend;
  const unreadable = new UnreadableBlocks(backend, [2, 2]);
  return new Promise((resolve) => void unreadable.find([{ first: 0, count: 3 }], resolve));
}

const written = (first: number, count: number) => (unreadable: UnreadableBlocks) => {
  unreadable.written({ first, count });
  return Array.from({ length: count }, (_, index) => first + index);
};

it.each([
  ['nothing is written', 0, () => [], [0, 1, 2]],
  ['two are written that were found', 2, written(0, 2), [2]],
  ['one is written that is being read', 1, written(1, 1), [0, 2]],
  ['one is written that is not read yet', 1, written(2, 1), [0, 1]],
  ['one is written that is not asked for', 1, written(3, 1), [0, 1, 2]],
] as const)(
  'RECOVERY-60: what is told to be unreadable is so, if meanwhile %s',
  async (_, reading, write, expected) => {
    expect(await found(reading, write)).toEqual(expected);
  },
);

it('RECOVERY-60: an entry that comes into the volumes is written to blocks of its own volume', async () => {
  const ofSecond = { ...entry, extent: { volume: 1, first: 0, count: 1 } };
  const applied = (one: Entry, block: number) => (unreadable: UnreadableBlocks) => {
    unreadable.applied([one]);
    return [block];
  };
  expect(await found(2, applied(entry, 1))).toEqual([0, 2]);
  expect(await found(2, applied(ofSecond, 2))).toEqual([0, 1]);
});

it.each([
  ['sound', () => {}, []],
  [
    'rotten',
    () => {
      throw new BackendError('io', 'it cannot be read');
    },
    [1],
  ],
] as const)(
  'RECOVERY-60: a %s block that is written each time it is read is told of in the end',
  async (_, read, expected) => {
    const backend = {
      async read() {
        unreadable.written({ first: 1, count: 1 });
        read();
      },
    } as unknown as Backend;
    const unreadable = new UnreadableBlocks(backend, [2]);
    const told = new Promise((resolve) => void unreadable.find([{ first: 1, count: 1 }], resolve));
    expect(await told).toEqual(expected);
  },
);

it('RECOVERY-60: what a stage held is written, whatever that was', async () => {
  const staged = (unreadable: UnreadableBlocks) => {
    unreadable.stageApplied();
    return [0, 1, 2];
  };
  expect(await found(2, staged)).toEqual([]);
});
