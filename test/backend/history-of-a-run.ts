import type { Header } from '../../models/header.ts';
import { liesOn } from '../../models/history.ts';
import type { Sequence } from '../../models/words.ts';
import type { DiskEvent } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite } from '../../src/backend/file.ts';
import type { Backend, Recovered, StoredWrite } from '../../src/backend/port.ts';
import {
  allBlocks,
  blankHeader,
  genesis,
  imageOf,
  maxBlocksPerWrite,
  nextRecord,
  writeOf,
} from './small-site.ts';

/** A change, with the number of disk events when it was called and when it was acknowledged. */
interface Call<Change> {
  readonly called: number;
  done: number;
  readonly change: Change;
}

/** What a run asked of a backend, and when: what may and what must be there after a crash. */
export class RunHistory {
  readonly stores: Call<{ writes: readonly StoredWrite[]; committed: Sequence }>[] = [];
  readonly headers: Call<Header>[] = [{ called: 0, done: 0, change: blankHeader }];
  private readonly events: readonly DiskEvent[];
  private readonly backend: Backend;

  constructor(backend: Backend, events: readonly DiskEvent[]) {
    this.backend = backend;
    this.events = events;
  }

  async store(writes: readonly StoredWrite[], committed: Sequence): Promise<void> {
    const call = { ...this.begin(), change: { writes, committed } };
    this.stores.push(call);
    await this.backend.store(writes, committed);
    call.done = this.events.length;
  }

  async persist(header: Header): Promise<void> {
    const call = { ...this.begin(), change: header };
    this.headers.push(call);
    await this.backend.persist(header);
    call.done = this.events.length;
  }

  /** Throws what is wrong with a site found after a crash behind `events` disk events. */
  async check(found: Recovered, events: number): Promise<void> {
    const { header, backend } = found;
    const newest = this.headers.findLastIndex(({ done }) => done <= events);
    const possible = this.headers.slice(newest).filter(({ called }) => called <= events);
    const text = JSON.stringify(header);
    if (!possible.some(({ change }) => JSON.stringify(change) === text)) {
      throw new Error(`the header is neither the newest persisted nor one under way: ${text}`);
    }
    if (found.damage.length > 0) throw new Error(`told damage where none is: ${found.damage}`);
    await this.checkEntries(found, events);
    const writes = this.writesOn(header, events);
    const redo = found.entries.filter(
      ({ sequence }) => sequence > header.settled && sequence <= found.committed,
    );
    if (redo.length < found.committed - header.settled) {
      throw new Error(`cannot redo ${header.settled + 1}..${found.committed}`);
    }
    await backend.apply(redo);
    await backend.flush();
    const image = imageOf(writes, found.committed);
    if (Buffer.compare(await backend.read(0, allBlocks), image) !== 0) {
      throw new Error(`the volumes after redo are not those at ${found.committed}`);
    }
  }

  private async checkEntries(found: Recovered, events: number): Promise<void> {
    const { header, entries, backend } = found;
    const writes = this.writesOn(header, events);
    for (const entry of entries) {
      const write = writes.find((one) => JSON.stringify(one.entry) === JSON.stringify(entry));
      if (!write) throw new Error(`found an entry nobody stored: ${JSON.stringify(entry)}`);
      if (Buffer.compare(await backend.payload(entry), write.payload) !== 0) {
        throw new Error(`the payload of ${entry.sequence} is not what was stored`);
      }
    }
    const kept = new Set(entries.map(({ sequence }) => sequence));
    for (const { done, change } of this.stores) {
      if (done > events) continue;
      for (const { entry } of change.writes) {
        if (entry.sequence < header.start || !liesOn(header.history, entry)) continue;
        if (!kept.has(entry.sequence)) throw new Error(`lost acknowledged ${entry.sequence}`);
      }
      const cut = header.history.reduce(
        (least, { parent, epoch }) => (epoch === 0 ? least : Math.min(least, parent.sequence)),
        Number.POSITIVE_INFINITY,
      );
      if (found.committed < Math.min(change.committed, cut)) {
        throw new Error(`lost the c ${change.committed}`);
      }
    }
  }

  private writesOn(header: Header, events: number): StoredWrite[] {
    return this.stores
      .filter(({ called }) => called <= events)
      .flatMap(({ change }) => change.writes)
      .filter(({ entry }) => liesOn(header.history, entry));
  }

  private begin() {
    return { called: this.events.length, done: Number.POSITIVE_INFINITY };
  }
}

/** A site's ordinary life: out of order, in groups, applied, settled, retired, cut by a new epoch. */
export async function ordinaryLife(backend: Backend, run: RunHistory): Promise<void> {
  let header = blankHeader;
  let epoch = 0;
  for (let first = 1; first <= 21; first += 2) {
    const two = [0, 1].map((more) => {
      const sequence = first + more;
      const kind = sequence % 7 === 0 ? ('zeroes' as const) : ('data' as const);
      return writeOf(sequence, {
        epoch,
        kind,
        count: 1 + (sequence % 2),
        volume: sequence % 2,
        first: sequence % 6,
      });
    });
    await Promise.all([run.store([two[1]!], first - 1), run.store([two[0]!], first - 1)]);
    const applied = backend.apply(
      two.map(({ entry }) => entry).filter(({ sequence }) => sequence < first),
    );
    const stored = run.store([], first + 1);
    await Promise.all([applied, stored]);
    await backend.apply(two.map(({ entry }) => entry));
    await backend.flush();
    const settled = first + 1;
    header = {
      ...header,
      committed: settled,
      settled,
      start: Math.max(1, settled - 2),
      boot: first,
    };
    await run.persist(header);
    backend.retire(header.start);
    if (first === 11) {
      const lost = [13, 14].map((sequence) => writeOf(sequence, { epoch }));
      await run.store(lost, 12);
      epoch = 4;
      header = { ...header, promised: 4, history: [genesis, nextRecord(4, 12)] };
      await run.persist(header);
    }
  }
}

/** One entry is kept while epoch after epoch cuts what came behind it: its record has to move. */
export async function lifeOfCuts(_backend: Backend, run: RunHistory): Promise<void> {
  let header = blankHeader;
  await run.store([writeOf(1, { count: 2, first: 0 })], 0);
  for (let epoch = 4; epoch <= 61; epoch += 3) {
    header = { ...header, promised: epoch, history: [...header.history, nextRecord(epoch, 1)] };
    await run.persist(header);
    for (const sequence of [3, 2]) {
      await run.store([writeOf(sequence, { count: 2, first: 4, epoch })], 0);
    }
  }
}

/** A new site that lives such a life: its disk before that, and what happened to it since. */
export async function recordedLife(life: (backend: Backend, run: RunHistory) => Promise<void>) {
  const disk = new FaultyDisk();
  const { backend } = await createSite('/site', blankHeader, { maxBlocksPerWrite, disk });
  const before = disk.copy();
  const events: DiskEvent[] = [];
  disk.recording = events;
  const run = new RunHistory(backend, events);
  await life(backend, run);
  return { before, events, run };
}
