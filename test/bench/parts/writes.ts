import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ringBytesFor } from '../../../src/backend/file.ts';
import { createArrangement } from '../../../src/runtime/arrangement.ts';
import { BareLoop, type How } from './bare-loop.ts';
import { GroupedDisk } from './grouped-disk.ts';
import {
  blockBytes,
  blocks,
  capacity,
  type Load,
  load,
  type Order,
  unapplied,
  untilLevel,
} from './host.ts';
import { median, perSecond, type Row, spread } from './row.ts';

const turns = 5;
const shape = {
  volumes: [blocks],
  blockBytes,
  blocksPerWriteMax: 1,
  sidefile: { mode: 'fixed', capacity } as const,
};

/** Acknowledged writes through three sites in one process, in memory. */
export async function inMemory(): Promise<{ load: Load; rows: Row[] }> {
  const arrangement = await createArrangement({ ...shape, storage: 'memory' });
  await load(arrangement, 10_000, 32);
  const loads: Load[] = [];
  for (let turn = 0; turn < turns; turn++) loads.push(await load(arrangement, 20_000, 32));
  await arrangement.close();
  const { rate, processor } = medianOf(loads);
  const ofCore = 1e6 / processor;
  const measured = `${perSecond(ofCore)} of one core's time, ${perSecond(rate)} by the clock`;
  const name = 'acknowledged 4 KiB writes, memory, 32 outstanding';
  const target = 'at least 15,000/s on one core';
  const row: Row = { part: 'speed', name, measured, target, holds: ofCore >= 15_000 };
  return { load: { rate, processor }, rows: [row] };
}

interface Turn {
  readonly ours: Load;
  readonly place: Load;
  readonly append: Load;
  readonly turns: Load;
  readonly twice: Load;
  /** Of the blocks that three sites must apply for these writes: what they had not when the clock stopped. */
  readonly putOff: number;
  /** Records a flush, site by site. */
  readonly groups: readonly number[];
}

/** The same on files, in turns with bare loops that write and flush the same groups. */
export async function onFiles(outstanding: number, order: Order, memory: Load): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-bench-'));
  const grouped = new GroupedDisk();
  const ringBytes = ringBytesFor(capacity, 1, blockBytes);
  const loops = {
    place: await BareLoop.open(directory, ringBytes, 'place', order),
    append: await BareLoop.open(directory, ringBytes, 'append', order),
    turns: await BareLoop.open(directory, ringBytes, 'turns', order),
    twice: await BareLoop.open(directory, ringBytes, 'twice', order),
  };
  const storage = { directory: join(directory, 'sites') };
  // One at a time takes long enough.
  const count = outstanding === 1 ? capacity : 4 * capacity;
  try {
    const arrangement = await createArrangement({ ...shape, storage, disk: grouped.disk });
    // Every block once: from then on nobody pays for room that the system gives out.
    await load(arrangement, blocks, 256);
    await load(arrangement, capacity, outstanding, order);
    const all: Turn[] = [];
    for (let turn = 0; turn < turns; turn++) {
      await untilLevel(arrangement);
      grouped.take();
      const ours = await load(arrangement, count, outstanding, order);
      const putOff = unapplied(arrangement) / (3 * count);
      await untilLevel(arrangement);
      const groups = grouped.take();
      const place = await loops.place.run(groups, count);
      const append = await loops.append.run(groups, count);
      const turns = await loops.turns.run(groups, count);
      const twice = await loops.twice.run(groups, count);
      all.push({
        ours,
        place,
        append,
        turns,
        twice,
        putOff,
        groups: groups.map((sizes) => count / sizes.length),
      });
    }
    await arrangement.close();
    return rowsOf(namesOf[order](outstanding), all, memory);
  } finally {
    for (const loop of Object.values(loops)) await loop.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const namesOf: Record<Order, (outstanding: number) => string> = {
  apart: (outstanding) => `files, ${outstanding} outstanding, blocks apart`,
  row: (outstanding) => `files, ${outstanding} outstanding, blocks in a row`,
};

function rowsOf(name: string, all: readonly Turn[], memory: Load): Row[] {
  const ours = medianOf(all.map((turn) => turn.ours));
  const groups = [0, 1, 2].map((site) => median(all.map((turn) => turn.groups[site]!)).toFixed(0));
  const part = 'speed' as const;
  const told = (row: string, measured: string): Row => {
    return { part, name: `${name}${row}`, measured, target: '', holds: null };
  };
  const rate = (how: How) => perSecond(medianOf(all.map((turn) => turn[how])).rate);
  const shares = (['place', 'append', 'turns'] as const).map((how): Row => {
    const what = whatOf[how];
    const ratios = all.map((turn) => turn.ours.rate / turn[how].rate);
    return {
      part,
      name: `${name}: share of a bare loop that writes ${what} (${rate(how)})`,
      measured: spread(ratios),
      target: 'at least 60 %',
      holds: median(ratios) >= 0.6,
    };
  });
  const ofTwice = spread(all.map((turn) => turn.ours.rate / turn.twice.rate));
  const twiceOf = (how: How) => {
    return spread(all.map((turn) => turn.twice.rate / turn[how].rate));
  };
  const bare = medianOf(all.map(({ place }) => place));
  const rest = ours.processor - memory.processor - bare.processor;
  const micros = (value: number) => `${value.toFixed(0)} µs`;
  return [
    told('', `${perSecond(ours.rate)}, ${groups.join(', ')} records a flush at the three sites`),
    told(
      ': blocks not applied when the clock stopped, of all',
      spread(all.map((turn) => turn.putOff)),
    ),
    ...shares,
    told(`: share of a bare loop that writes each block a second time (${rate('twice')})`, ofTwice),
    told(': that loop, of the one that writes in files that are there', twiceOf('place')),
    told(': that loop, of the one that writes to files that grow', twiceOf('append')),
    told(': processor time of a write', micros(ours.processor)),
    told(
      ', of it hosts, machines and links (what it takes in memory, 32 outstanding)',
      micros(memory.processor),
    ),
    told(', of it the records of three sidefiles (what a bare loop takes)', micros(bare.processor)),
    told(', of it volumes, headers and what changes threads (the rest)', micros(rest)),
    told(': what 60 % of the bare loops leaves a write, by the clock', leftBy(all)),
  ];
}

const whatOf = {
  place: 'in files that are there',
  append: 'to files that grow',
  turns: 'to files that grow, one after the other',
};

function leftBy(all: readonly Turn[]): string {
  const micros = (how: 'place' | 'append') =>
    (1e6 / (0.6 * medianOf(all.map((turn) => turn[how])).rate)).toFixed(0);
  return `${micros('place')} µs in files that are there, ${micros('append')} µs in files that grow`;
}

const medianOf = (loads: readonly Load[]): Load => ({
  rate: median(loads.map(({ rate }) => rate)),
  processor: median(loads.map(({ processor }) => processor)),
});
