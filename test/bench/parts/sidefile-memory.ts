import { appendEntries, emptyLog, retireTo } from '../../../models/sidefile-log.ts';
import type { Entry } from '../../../models/words.ts';
import { Arrivals } from '../../../src/backend/arrivals.ts';
import { SidefileIndex } from '../../../src/backend/sidefile-index.ts';
import type { Row } from './row.ts';

const million = 1_000_000;
const batch = 32;

const entryOf = (sequence: number): Entry => ({
  epoch: 0,
  sequence,
  extent: { volume: 0, first: (sequence * 7919) % (1 << 30), count: 1 },
  kind: 'data',
  checksum: (sequence * 2654435761) >>> 0,
});

function inUse(): number {
  if (!globalThis.gc) throw new Error('run it with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What a million entries cost: in the backend's index, and in what the machine keeps. */
export function sidefileMemory(): Row[] {
  const before = inUse();
  const index = new SidefileIndex();
  const arrivals = new Arrivals();
  for (let sequence = 1; sequence <= million; sequence++) {
    index.set({ entry: entryOf(sequence), place: sequence * 4608 });
    arrivals.push(sequence * 4608, sequence);
  }
  const indexed = inUse();
  let log = emptyLog(1);
  for (let sequence = 1; sequence <= million; sequence += batch) {
    log = appendEntries(log, batchFrom(sequence));
  }
  const logged = inUse();
  const backend = (indexed - before) / million;
  const machine = (logged - indexed) / million;
  const bytes = (value: number) => `${value.toFixed(1)} bytes an entry`;
  // Asked for after measuring, so that nothing of it can have been collected before.
  const kept = [index.size, log.count, [...arrivals.all()].length];
  if (kept.some((count) => count !== million)) throw new Error(`entries are missing: ${kept}`);
  return [
    {
      part: 'memory',
      name: 'a million entries: index of the file backend',
      measured: bytes(backend),
      target: 'at most 64 bytes an entry',
      holds: backend <= 64,
    },
    {
      part: 'memory',
      name: 'a million entries: what the machine knows of each beside it',
      measured: bytes(machine),
      target: 'at most 64 bytes an entry',
      holds: machine <= 64,
    },
    {
      part: 'memory',
      name: 'a million entries: both together',
      measured: bytes(backend + machine),
      target: 'at most 64 bytes an entry',
      holds: backend + machine <= 64,
    },
    appending(),
  ];
}

const batchFrom = (sequence: number): Entry[] =>
  Array.from({ length: batch }, (_, number) => entryOf(sequence + number));

/** Time of an append to sidefiles that keep a thousand and a million entries, in turns. */
function appending(): Row {
  const small = new Kept(1000);
  const large = new Kept(million);
  const ratios: number[] = [];
  const times: number[] = [];
  for (let turn = 0; turn < 30; turn++) {
    const one = small.append(20_000);
    const other = large.append(20_000);
    if (turn >= 5) ratios.push(other / one);
    if (turn >= 5) times.push(other);
  }
  ratios.sort((one, other) => one - other);
  times.sort((one, other) => one - other);
  const ratio = ratios[Math.floor(ratios.length / 2)]!;
  const nanoseconds = times[Math.floor(times.length / 2)]!;
  return {
    part: 'memory',
    name: 'an append (index, arrivals and log; batches of 32) at a million entries against a thousand',
    measured: `${ratio.toFixed(2)} x as long (${nanoseconds.toFixed(0)} ns)`,
    target: 'independent of the size: at most 1.5 x',
    holds: ratio <= 1.5,
  };
}

/** A sidefile that keeps so many entries: what comes in pushes out the oldest. */
class Kept {
  private readonly index = new SidefileIndex();
  private readonly arrivals = new Arrivals();
  private log = emptyLog(1);
  private next = 1;
  private readonly entries: number;

  constructor(entries: number) {
    this.entries = entries;
    this.append(entries);
  }

  /** Nanoseconds an entry. */
  append(count: number): number {
    const begun = performance.now();
    for (let done = 0; done < count; done += batch) {
      const some = batchFrom(this.next);
      for (const entry of some) {
        const place = entry.sequence * 4608;
        this.index.set({ entry, place });
        this.arrivals.push(place, entry.sequence);
      }
      this.log = appendEntries(this.log, some);
      this.next += batch;
      if (this.next % 512 === 1) this.retire(Math.max(1, this.next - this.entries));
    }
    return ((performance.now() - begun) * 1e6) / count;
  }

  private retire(start: number): void {
    const from = this.log.start;
    for (let sequence = from; sequence < start; sequence++) this.index.delete(sequence);
    this.arrivals.forgetBefore(start * 4608);
    this.log = retireTo(this.log, start);
  }
}
