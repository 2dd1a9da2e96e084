import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arrangement, createArrangement } from '../../src/runtime/arrangement.ts';

/**
 * `npx tsx test/bench/runtime.bench.ts`: acknowledged writes through three sites in one process,
 * XState included; with files as a share of what a bare loop reaches that appends the same bytes to
 * three files and flushes them in groups of the same size.
 */
const blockBytes = 4096;
const blocks = 1 << 16;
const outstanding = 32;
const capacity = 4096;
const turns = 5;

const payload = new Uint8Array(blockBytes).fill(7);

async function writesPerSecond(arrangement: Arrangement, count: number): Promise<number> {
  let next = 0;
  const one = async () => {
    while (next < count) {
      const index = next++;
      await arrangement.write(0, (index * 7919) % blocks, payload);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: outstanding }, one));
  return (count * 1000) / (performance.now() - begun);
}

/** The same bytes, flushed by groups on three files at once: what the machine gives without us. */
async function barePerSecond(directory: string, count: number): Promise<number> {
  const files = await Promise.all(
    [0, 1, 2].map((file) => open(join(directory, `bare-${file}`), 'w')),
  );
  const record = new Uint8Array(blockBytes + 512);
  const ringBytes = 2 * capacity * record.length;
  const begun = performance.now();
  for (let done = 0; done < count; done += outstanding) {
    const group = Array.from({ length: outstanding }, () => record);
    const place = (done * record.length) % ringBytes;
    await Promise.all(files.map((file) => append(file, group, place)));
  }
  const rate = (count * 1000) / (performance.now() - begun);
  await Promise.all(files.map((file) => file.close()));
  return rate;
}

async function append(file: FileHandle, group: readonly Uint8Array[], place: number) {
  await file.writev(group, place);
  await file.datasync();
}

async function inMemory(): Promise<void> {
  const sidefile = { mode: 'fixed', capacity } as const;
  const arrangement = await createArrangement({ storage: 'memory', volumes: [blocks], sidefile });
  await writesPerSecond(arrangement, 5000);
  const rates: number[] = [];
  const used = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++) rates.push(await writesPerSecond(arrangement, 20_000));
  const { user, system } = process.cpuUsage(used);
  const perWrite = (user + system) / (turns * 20_000);
  await arrangement.close();
  console.log(`memory: ${median(rates)} acknowledged 4 KiB writes/s (target 15000)`);
  console.log(`        ${perWrite.toFixed(0)} us of processor time each`);
}

async function withFiles(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-bench-'));
  try {
    const sidefile = { mode: 'fixed', capacity } as const;
    const storage = { directory: join(directory, 'sites') };
    const arrangement = await createArrangement({ storage, volumes: [blocks], sidefile });
    await writesPerSecond(arrangement, 2000);
    await barePerSecond(directory, 2000);
    const shares: number[] = [];
    const rates: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const bare = await barePerSecond(directory, 4000);
      const rate = await writesPerSecond(arrangement, 4000);
      rates.push(rate);
      shares.push((100 * rate) / bare);
    }
    await arrangement.close();
    const rate = `${median(rates)} acknowledged writes/s`;
    console.log(`files:  ${rate}, ${median(shares)} % of a bare loop (target 60)`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!.toFixed(0);
}

await inMemory();
await withFiles();
