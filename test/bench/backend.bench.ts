import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
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

/** `npm run built && node --expose-gc .built/test/bench/backend.bench.js`: the backends' speed, as ratios in one run. */
const blockBytes = 4096;
const blocks = 1 << 18;
const slice = 2048;
const turns = 40;
const warmingUp = 8;
const outstanding = 32;
const capacity = 2048;
const bareBytes = 2 * capacity * 4608;

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

/** Stores writes `from`.. with 32 under way; notes how many shared each flush. */
async function storeSlice(backend: Backend, from: number): Promise<number[]> {
  const groups: number[] = [];
  const last = from + slice - 1;
  let next = from;
  let ended = 0;
  let noted = 0;
  const one = async () => {
    while (next <= last) {
      const sequence = next++;
      await backend.store([writeOf(sequence)], sequence - 1);
      ended++;
      if (ended - noted >= outstanding || ended === slice) {
        groups.push(ended - noted);
        noted = ended;
      }
      if (sequence % 1024 !== 0) continue;
      const start = Math.max(1, sequence - 512);
      void backend.persist({ ...header, start, settled: start, committed: sequence - 1 });
      backend.retire(start);
    }
  };
  await Promise.all(Array.from({ length: outstanding }, one));
  return groups;
}

/** The bare loop: the same bytes appended to a preallocated file, the same groups, one flush each. */
class BareLoop {
  private readonly file: FileHandle;
  private readonly head = Buffer.alloc(headBytes, 1);
  private at = 0;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  static async open(path: string): Promise<BareLoop> {
    const file = await open(path, 'w+');
    const chunk = Buffer.alloc(1 << 20);
    for (let at = 0; at < bareBytes; at += chunk.length)
      await file.write(chunk, 0, chunk.length, at);
    await file.sync();
    return new BareLoop(file);
  }

  async append(groups: readonly number[]): Promise<void> {
    for (const group of groups) {
      const parts = Array.from({ length: group }, () => [this.head, payload]).flat();
      const length = group * (headBytes + blockBytes);
      if (this.at + length > bareBytes) this.at = 0;
      await this.file.writev(parts, this.at);
      await this.file.datasync();
      this.at += length;
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Sites and bare loops in turns, a slice each, so that a busy machine disturbs both alike. */
async function inTurns(directory: string, sites: number): Promise<void> {
  const numbers = Array.from({ length: sites }, (_, site) => site);
  const backends: Backend[] = [];
  const loops: BareLoop[] = [];
  for (const site of numbers) {
    const place = join(directory, `site-${sites}-${site}`);
    backends.push((await createSite(place, header, { maxBlocksPerWrite: 4 })).backend);
    loops.push(await BareLoop.open(join(directory, `bare-${sites}-${site}`)));
  }
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const begun = performance.now();
    const groups = await Promise.all(
      backends.map((backend) => storeSlice(backend, 1 + turn * slice)),
    );
    const stored = performance.now();
    await Promise.all(loops.map((loop, site) => loop.append(groups[site]!)));
    const appended = performance.now();
    if (turn < warmingUp) continue;
    ratios.push((appended - stored) / (stored - begun));
    rates.push((slice / (stored - begun)) * 1000);
  }
  for (const one of [...backends, ...loops]) await one.close();
  const [low, middle, high] = [0.1, 0.5, 0.9].map((part) => at(ratios, part).toFixed(2));
  console.log(
    `${sites} site(s): ratio to ${sites} bare loop(s) ${middle} (10 % ${low}, 90 % ${high}), ${Math.round(at(rates, 0.5))} stores/s each`,
  );
}

const at = (values: number[], part: number) =>
  values.sort((one, other) => one - other)[Math.floor(part * values.length)]!;

async function throughMemory(): Promise<void> {
  const { backend } = await new MemorySite(header).open();
  const begun = performance.now();
  for (let turn = 0; turn < turns; turn++) await storeSlice(backend, 1 + turn * slice);
  const seconds = (performance.now() - begun) / 1000;
  console.log(`memory backend: ${Math.round((turns * slice) / seconds)} stores/s`);
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
  await inTurns(directory, 1);
  await inTurns(directory, 3);
} finally {
  rmSync(directory, { recursive: true });
}
