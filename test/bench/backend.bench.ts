import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Header } from '../../models/header.ts';
import { Arrivals } from '../../src/backend/arrivals.ts';
import { createSite } from '../../src/backend/file.ts';
import { MemorySite } from '../../src/backend/memory.ts';
import type { Backend, StoredWrite } from '../../src/backend/port.ts';
import { encodeHead, headBytes } from '../../src/backend/record.ts';
import { SidefileIndex } from '../../src/backend/sidefile-index.ts';
import { blankHeader } from '../backend/small-site.ts';

/** `npx tsx --expose-gc test/bench/backend.bench.ts`: the backends' speed, as ratios in one run. */
const blockBytes = 4096;
const blocks = 1 << 18;
const writes = 30_000;
const outstanding = 32;
const capacity = 2048;

const header: Header = {
  ...blankHeader,
  identity: { ...blankHeader.identity, blockBytes, volumes: [blocks] },
  capacity,
};

const payload = new Uint8Array(blockBytes).fill(7);
const checksum = crc32(payload);
const writeOf = (sequence: number): StoredWrite => {
  const extent = { volume: 0, first: (sequence * 7919) % blocks, count: 1 };
  return { entry: { epoch: 0, sequence, extent, kind: 'data', checksum }, payload };
};

/** Keeps 32 stores under way; notes how many shared each flush. */
async function storeAll(backend: Backend): Promise<{ seconds: number; groups: number[] }> {
  const groups: number[] = [];
  const begun = performance.now();
  let next = 1;
  let ended = 0;
  let noted = 0;
  const one = async () => {
    while (next <= writes) {
      const sequence = next++;
      await backend.store([writeOf(sequence)], sequence - 1);
      ended++;
      if (ended - noted >= outstanding || ended === writes) {
        groups.push(ended - noted);
        noted = ended;
      }
      if (sequence % 1024 === 0) {
        const start = Math.max(1, sequence - 512);
        void backend.persist({ ...header, start, settled: start, committed: sequence - 1 });
        backend.retire(start);
      }
    }
  };
  await Promise.all(Array.from({ length: outstanding }, one));
  return { seconds: (performance.now() - begun) / 1000, groups };
}

/** The bare loop: the same bytes appended to a preallocated file, the same groups, one flush each. */
async function appendAll(path: string, groups: readonly number[]): Promise<number> {
  const file = await open(path, 'w+');
  const bytes = 2 * capacity * (headBytes + blockBytes);
  for (let at = 0; at < bytes; at += 1 << 20)
    await file.write(Buffer.alloc(1 << 20), 0, 1 << 20, at);
  await file.sync();
  const head = Buffer.alloc(headBytes, 1);
  const begun = performance.now();
  let at = 0;
  for (const group of groups) {
    const parts = Array.from({ length: group }, () => [head, payload]).flat();
    const length = group * (headBytes + blockBytes);
    if (at + length > bytes) at = 0;
    await file.writev(parts, at);
    await file.datasync();
    at += length;
  }
  const seconds = (performance.now() - begun) / 1000;
  await file.close();
  return seconds;
}

async function throughput(directory: string): Promise<void> {
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++) {
    const place = join(directory, `site-${round}`);
    const { backend } = await createSite(place, header, { maxBlocksPerWrite: 4 });
    const { seconds, groups } = await storeAll(backend);
    await backend.close();
    const bare = await appendAll(join(directory, `bare-${round}`), groups);
    ratios.push(bare / seconds);
    console.log(
      `  file backend ${rate(seconds)}, bare loop ${rate(bare)}, ratio ${(bare / seconds).toFixed(2)}, mean group ${(writes / groups.length).toFixed(1)}`,
    );
    rmSync(place, { recursive: true });
  }
  console.log(`one site, median ratio to a bare loop: ${medianOf(ratios)}`);
}

const rate = (seconds: number) => `${Math.round(writes / seconds)}/s`;

/** Three sites on one disk at once, against three bare loops at once. */
async function threeSites(directory: string): Promise<void> {
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++) {
    const places = [0, 1, 2].map((site) => join(directory, `three-${round}-${site}`));
    const found = await Promise.all(
      places.map((place) => createSite(place, header, { maxBlocksPerWrite: 4 })),
    );
    const begun = performance.now();
    const runs = await Promise.all(found.map(({ backend }) => storeAll(backend)));
    const sites = (performance.now() - begun) / 1000;
    for (const { backend } of found) await backend.close();
    const bares = await Promise.all(
      runs.map(({ groups }, site) => appendAll(join(directory, `three-bare-${site}`), groups)),
    );
    const bare = Math.max(...bares);
    ratios.push(bare / sites);
    console.log(
      `  three sites ${rate(sites)} each, three bare loops ${rate(bare)} each, ratio ${(bare / sites).toFixed(2)}`,
    );
    for (const place of places) rmSync(place, { recursive: true });
  }
  console.log(`three sites at once, median ratio to three bare loops: ${medianOf(ratios)}`);
}

const medianOf = (ratios: number[]) =>
  ratios.sort((one, other) => one - other)[Math.floor(ratios.length / 2)]!.toFixed(2);

async function throughMemory(): Promise<void> {
  const { backend } = await new MemorySite(header).open();
  const { seconds } = await storeAll(backend);
  console.log(`memory backend: ${rate(seconds)}`);
}

/** Random 4 KiB writes out of the sidefile into the volume, 256 a call, and one flush. */
async function applying(directory: string): Promise<void> {
  const { backend } = await createSite(join(directory, 'apply'), header, { maxBlocksPerWrite: 4 });
  const all = Array.from({ length: 2 * capacity }, (_, index) => writeOf(index + 1));
  await backend.store(all, all.length);
  const begun = performance.now();
  for (let at = 0; at < all.length; at += 256) {
    await backend.apply(all.slice(at, at + 256).map(({ entry }) => entry));
  }
  const applied = performance.now();
  await backend.flush();
  const flushed = performance.now();
  console.log(
    `applying ${all.length} random writes: ${Math.round((all.length / (applied - begun)) * 1000)}/s, their flush ${Math.round(flushed - applied)} ms`,
  );
  await backend.close();
}

function indexOfMillion(): void {
  const million = 1_000_000;
  globalThis.gc?.();
  const before = memory();
  const index = new SidefileIndex();
  const arrivals = new Arrivals();
  const times: string[] = [];
  let begun = performance.now();
  for (let sequence = 1; sequence <= million; sequence++) {
    const extent = { volume: 0, first: sequence, count: 1 };
    const entry = { epoch: 0, sequence, extent, kind: 'data' as const, checksum };
    index.set({ entry, place: sequence * 4608 });
    arrivals.push(sequence * 4608, sequence);
    if (sequence % 200_000 === 0) {
      times.push(`${Math.round(((performance.now() - begun) * 1e6) / 200_000)} ns`);
      begun = performance.now();
    }
  }
  globalThis.gc?.();
  const bytes = (memory() - before) / million;
  console.log(`index of a million entries: ${bytes.toFixed(1)} bytes an entry`);
  console.log(`time an append, by fifths of the million: ${times.join(', ')}`);
  if (index.size !== million) throw new Error('the index lost entries');
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function encoding(): void {
  const record = {
    place: 4608,
    length: 4608,
    entry: writeOf(9).entry,
    committed: 8,
    committedEpoch: 0,
    flushedPlace: 0,
    flushedSequence: 0,
    generation: 3,
    before: Array.from({ length: 8 }, () => ({ place: 1, epoch: 0, sequence: 1 })),
  };
  const begun = performance.now();
  for (let count = 0; count < 200_000; count++) encodeHead(record, count);
  console.log(`encoding a head: ${((performance.now() - begun) / 200).toFixed(2)} µs`);
}

const directory = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'sidefile-bench-'));
try {
  indexOfMillion();
  encoding();
  await throughMemory();
  await applying(directory);
  await throughput(directory);
  await threeSites(directory);
} finally {
  rmSync(directory, { recursive: true });
}
