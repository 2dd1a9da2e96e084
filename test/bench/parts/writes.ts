import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ringBytesFor } from '../../../src/backend/file.ts';
import { createArrangement } from '../../../src/runtime/arrangement.ts';
import { BareLoop } from './bare-loop.ts';
import { GroupedDisk } from './grouped-disk.ts';
import { blockBytes, blocks, capacity, type Load, load, untilLevel } from './host.ts';
import { median, perSecond, type Row, spread } from './row.ts';

const turns = 5;
const shape = {
  volumes: [blocks],
  blockBytes,
  blocksPerWriteMax: 1,
  sidefile: { mode: 'fixed', capacity } as const,
};

/** Acknowledged writes through three sites in one process, in memory. */
export async function inMemory(): Promise<Row[]> {
  const arrangement = await createArrangement({ ...shape, storage: 'memory' });
  await load(arrangement, 10_000, 32);
  const loads: Load[] = [];
  for (let turn = 0; turn < turns; turn++) loads.push(await load(arrangement, 20_000, 32));
  await arrangement.close();
  const rate = median(loads.map((one) => one.rate));
  const processor = median(loads.map((one) => one.processor));
  const ofCore = 1e6 / processor;
  const measured = `${perSecond(ofCore)} of one core's time, ${perSecond(rate)} by the clock`;
  const name = 'acknowledged 4 KiB writes, memory, 32 outstanding';
  const target = 'at least 15,000/s on one core';
  return [{ part: 'speed', name, measured, target, holds: ofCore >= 15_000 }];
}

/** The same on files, in turns with bare loops that write and flush the same groups. */
export async function onFiles(outstanding: number): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-bench-'));
  const grouped = new GroupedDisk();
  const ringBytes = ringBytesFor(capacity, 1, blockBytes);
  const inPlace = await BareLoop.open(directory, ringBytes, true);
  const appending = await BareLoop.open(directory, ringBytes, false);
  const storage = { directory: join(directory, 'sites') };
  try {
    const arrangement = await createArrangement({ ...shape, storage, disk: grouped.disk });
    await load(arrangement, 3 * capacity, outstanding);
    const loads: Load[] = [];
    const bare: { place: number; append: number; group: number }[] = [];
    for (let turn = 0; turn < turns; turn++) {
      await untilLevel(arrangement);
      grouped.take();
      loads.push(await load(arrangement, 2 * capacity, outstanding));
      await untilLevel(arrangement);
      const groups = grouped.take();
      bare.push({
        place: (2 * capacity) / (await inPlace.run(groups)),
        append: (2 * capacity) / (await appending.run(groups)),
        group: (2 * capacity) / groups[0]!.length,
      });
    }
    await arrangement.close();
    return rowsOf(outstanding, loads, bare);
  } finally {
    await inPlace.close();
    await appending.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function rowsOf(
  outstanding: number,
  loads: readonly Load[],
  bare: readonly { place: number; append: number; group: number }[],
): Row[] {
  const of = (how: 'place' | 'append') => loads.map(({ rate }, turn) => rate / bare[turn]![how]);
  const rate = median(loads.map((one) => one.rate));
  const processor = median(loads.map((one) => one.processor)).toFixed(0);
  const group = median(bare.map((one) => one.group)).toFixed(0);
  const name = `files, ${outstanding} outstanding`;
  const measured = `${perSecond(rate)}, ${processor} µs of processor time each, ${group} records a flush`;
  const part = 'speed' as const;
  const ratios = (['place', 'append'] as const).map((how): Row => {
    const what = how === 'place' ? 'in files that are there' : 'to files that grow';
    const loop = perSecond(median(bare.map((one) => one[how])));
    return {
      part,
      name: `${name}: share of a bare loop that writes ${what} (${loop})`,
      measured: spread(of(how)),
      target: 'at least 60 %',
      holds: median(of(how)) >= 0.6,
    };
  });
  return [{ part, name, measured, target: '', holds: null }, ...ratios];
}
