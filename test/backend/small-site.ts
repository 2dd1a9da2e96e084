import { crc32 } from 'node:zlib';
import type { Header, PeerHeader } from '../../models/header.ts';
import type { EpochRecord } from '../../models/history.ts';
import type { Entry, Sequence, WriteKind } from '../../models/words.ts';
import type { BackendError, StoredWrite } from '../../src/backend/port.ts';

/** Two small volumes, a sidefile of four entries: rings wrap within a dozen writes. */
export const blockBytes = 512;
export const volumes = [12, 8] as const;
export const capacity = 4;
export const maxBlocksPerWrite = 2;

const peer: PeerHeader = {
  incarnation: 0,
  noted: { contiguous: 0, ranges: [] },
  base: 0,
  mark: 0,
  youngest: 0,
  old: [],
  young: [],
};

export const genesis: EpochRecord = {
  epoch: 0,
  primary: 0,
  incarnations: [11, 12, 13],
  syncSet: [1],
  parent: { epoch: 0, sequence: 0 },
  how: 'genesis',
  lossBeyond: null,
};

export const nextRecord = (epoch: number, parent: Sequence): EpochRecord => ({
  ...genesis,
  epoch,
  parent: { epoch: 0, sequence: parent },
  how: 'majority',
});

export const blankHeader: Header = {
  identity: { arrangement: 'harbour', site: 1, distance: 'near', blockBytes, volumes },
  incarnation: 12,
  boot: 0,
  promised: 0,
  used: 0,
  history: [genesis],
  committed: 0,
  settled: 0,
  start: 1,
  capacity,
  consistency: { kind: 'consistent' },
  repair: [],
  damaged: false,
  halted: [],
  peers: [peer, peer, peer],
};

/** A write whose every byte follows from its position. */
export function writeOf(
  sequence: Sequence,
  where: { volume?: number; first?: number; count?: number; kind?: WriteKind; epoch?: number } = {},
): StoredWrite {
  const { volume = 0, first = sequence % 10, count = 1, kind = 'data', epoch = 0 } = where;
  const payload = new Uint8Array(kind === 'data' ? count * blockBytes : 0);
  for (let at = 0; at < payload.length; at++)
    payload[at] = 1 + ((sequence * 31 + at + epoch) % 255);
  const checksum = kind === 'data' ? crc32(payload) : 0;
  return { entry: { epoch, sequence, extent: { volume, first, count }, kind, checksum }, payload };
}

export const entriesOf = (writes: readonly StoredWrite[]): Entry[] =>
  writes.map(({ entry }) => entry);

/** The code a promise is rejected with; 'resolved' if it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error) => (error as BackendError).code ?? String(error),
  );
}

/** What the volumes hold after these writes, in order: the naive reference. */
export function imageOf(writes: readonly StoredWrite[], through: Sequence): Uint8Array {
  const image = new Uint8Array((volumes[0] + volumes[1]) * blockBytes);
  const sorted = [...writes].sort((one, other) => one.entry.sequence - other.entry.sequence);
  for (const { entry, payload } of sorted) {
    if (entry.sequence > through) continue;
    const { volume, first, count } = entry.extent;
    const at = ((volume === 0 ? 0 : volumes[0]) + first) * blockBytes;
    if (entry.kind === 'data') image.set(payload, at);
    else image.fill(0, at, at + count * blockBytes);
  }
  return image;
}

export const allBlocks = volumes[0] + volumes[1];

/** Numbers from 0 to below 1, always the same for one seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
