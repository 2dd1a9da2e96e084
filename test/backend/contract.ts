import type { Header } from '../../models/header.ts';
import type { Sequence } from '../../models/words.ts';
import type { Recovered } from '../../src/backend/port.ts';
import {
  allBlocks,
  blankHeader,
  blockBytes,
  codeOf,
  entriesOf,
  genesis,
  imageOf,
  nextRecord,
  writeOf,
} from './small-site.ts';

/** A backend under test: one place that outlives the backends opened on it. */
export interface Subject {
  create(header: Header): Promise<Recovered>;
  /** Opens what is there. */
  open(): Promise<Recovered>;
  /** Loss of power (or the nearest there is): what was not durable may be gone. */
  crash(): Promise<void>;
  /** Writes the record of one block at that index over another one; only where there is a disk. */
  misplace?(from: number, to: number): Promise<void>;
}

export interface Obligation {
  readonly title: string;
  /** Throws the reason if the subject does not keep it. */
  readonly check: (subject: Subject) => Promise<void>;
}

/** What every backend owes (port.ts), by obligation. */
export const contract: readonly Obligation[] = [
  {
    title: '2: what store acknowledged is there after a loss of power',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const writes = [1, 2, 3].map((sequence) => writeOf(sequence));
      await Promise.all(writes.map((write) => backend.store([write], 0)));
      await subject.crash();
      const found = await subject.open();
      same(found.entries, entriesOf(writes), 'an acknowledged entry is lost after a crash');
      for (const { entry, payload } of writes) {
        same(await found.backend.payload(entry), payload, 'a payload changed');
      }
      same(found.damage, [], 'damage is told where none is');
    },
  },
  {
    title: '2: the largest c told is there after a loss of power',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      await backend.store([writeOf(1)], 0);
      await backend.store([writeOf(2)], 1);
      await subject.crash();
      same((await subject.open()).committed, 1, 'the c told with a store is lost');
    },
  },
  {
    title: '3: a persisted header is there after a loss of power, bitmaps and all',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const peers = blankHeader.peers.map((peer) => ({ ...peer, old: [[[5, -1]]], base: 3 }));
      const header = {
        ...blankHeader,
        promised: 7,
        repair: [[[1]]],
        peers: peers as unknown as Header['peers'],
      };
      await backend.persist({ ...header, promised: 4 });
      await backend.persist(header);
      await subject.crash();
      same((await subject.open()).header, header, 'a persisted header is lost after a crash');
    },
  },
  {
    title: '4: flushed volumes are there after a loss of power',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const writes = [
        writeOf(1, { first: 3, count: 2 }),
        writeOf(2, { volume: 1, first: 7 }),
        writeOf(3, { first: 4, kind: 'zeroes' }),
        writeOf(4, { volume: 1, first: 6, kind: 'trim' }),
      ];
      await backend.store(writes, 4);
      await backend.apply(entriesOf(writes));
      await backend.flush();
      await subject.crash();
      const found = await subject.open();
      same(
        await found.backend.read(0, allBlocks),
        imageOf(writes, 4),
        'a flushed block is lost after a crash',
      );
    },
  },
  {
    title: '4: apply works in sequence order, and redo of unflushed applies restores the volumes',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const writes = [1, 2, 3, 4].map((sequence) => writeOf(sequence, { first: 5, count: 2 }));
      await backend.store([writes[2]!, writes[0]!], 2);
      await backend.store([writes[3]!, writes[1]!], 4);
      await backend.apply(entriesOf([writes[1]!, writes[0]!]));
      same(await backend.read(0, allBlocks), imageOf(writes, 2), 'apply is out of order');
      await subject.crash();
      const found = await subject.open();
      await found.backend.apply(found.entries);
      same(await found.backend.read(0, allBlocks), imageOf(writes, 4), 'redo does not restore');
    },
  },
  {
    title: '5: entries off the history of a persisted header are dropped, newer ones replace them',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const old = [1, 2, 3, 4].map((sequence) => writeOf(sequence));
      await backend.store(old, 3);
      const header = { ...blankHeader, history: [genesis, nextRecord(4, 2)], committed: 2 };
      await backend.persist(header);
      const branch = writeOf(3, { epoch: 4, first: 9 });
      await backend.store([branch], 2);
      same(await codeOf(backend.payload(old[2]!.entry)), 'gone', 'a cut entry is still given');
      await subject.crash();
      const found = await subject.open();
      const expected = entriesOf([old[0]!, old[1]!, branch]);
      same(found.entries, expected, 'an entry off the history came back');
      same(found.committed, 2, 'a c beyond the cut came back');
    },
  },
  {
    title: '5: retired entries are gone, and their places are used again without end',
    async check(subject) {
      let { backend } = await subject.create(blankHeader);
      for (let sequence = 1; sequence <= 60; sequence++) {
        await backend.store([writeOf(sequence, { count: 2 })], sequence - 1);
        if (sequence > 4) {
          const retired = writeOf(sequence - 4, { count: 2 }).entry;
          same(await codeOf(backend.payload(retired)), 'gone', 'a retired entry is still given');
        }
        const start = Math.max(1, sequence - 2);
        await backend.persist({ ...blankHeader, start, committed: start, settled: start });
        backend.retire(start);
        if (sequence % 20 !== 0) continue;
        await subject.crash();
        const found = await subject.open();
        const kept = [sequence - 2, sequence - 1, sequence].map((one) =>
          writeOf(one, { count: 2 }),
        );
        same(
          found.entries,
          entriesOf(kept),
          'the sidefile does not hold what is between start and end',
        );
        backend = found.backend;
      }
    },
  },
  {
    title: '5: a hole is kept as a hole',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const writes = [1, 4, 3].map((sequence) => writeOf(sequence));
      for (const write of writes) await backend.store([write], 0);
      await subject.crash();
      const found = await subject.open();
      same(found.entries, entriesOf([writes[0]!, writes[2]!, writes[1]!]), 'holes are not kept');
      same(found.damage, [], 'a hole is taken for damage');
    },
  },
  {
    title: '5: a record that landed at another place is never taken for the one that was there',
    async check(subject) {
      if (!subject.misplace) return;
      const { backend } = await subject.create(blankHeader);
      for (const sequence of [1, 2, 3]) await backend.store([writeOf(sequence)], 0);
      await backend.close();
      await subject.misplace(0, 2);
      const found = await subject.open();
      same(
        found.entries,
        entriesOf([1, 2].map((one) => writeOf(one))),
        'a misplaced record counts',
      );
      same(found.damage, [3], 'a misplaced record hides the one it destroyed');
    },
  },
  {
    title: '6: never written blocks are zeroes, blocks outside are refused',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      same(await backend.read(0, allBlocks), imageOf([], 0), 'a blank volume is not zero');
      same(await codeOf(backend.read(allBlocks, 1)), 'range', 'a block outside is read');
      same(await codeOf(backend.read(-1, 1)), 'range', 'a negative block is read');
      same(await codeOf(backend.read(1n as never, 1)), 'range', 'a block of another kind is read');
      for (const [count, stride] of [
        [-1, 1],
        [allBlocks + 1, 1],
        [4, -1],
        [4, 0.5],
        [4, Symbol('one')],
        [1n, 1],
        // Without end where it is not refused.
        [0, 0],
      ]) {
        const summed = codeOf(backend.sums(0, count as number, stride as number));
        same(await summed, 'range', `sums of ${String(count)} by ${String(stride)} are told`);
      }
    },
  },
  {
    title: '2: the same position again is idempotent, with another checksum it is refused',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const write = writeOf(1);
      await backend.store([write, write], 0);
      await backend.store([write], 0);
      const other = writeOf(2);
      const forged = { ...other, entry: { ...other.entry, sequence: 1 } };
      same(await codeOf(backend.store([forged], 0)), 'conflict', 'two writes share one position');
      same(await codeOf(backend.store([other], 0)), 'stopped', 'a change after a refused one');
      await backend.close();
      same((await subject.open()).entries, [write.entry], 'an entry is kept twice');
    },
  },
  {
    title: '1: what does not fit is refused with its code, and stops',
    async check(subject) {
      const bad = [
        writeOf(1, { volume: 2 }),
        writeOf(1, { first: 11, count: 2 }),
        writeOf(1, { count: 3 }),
        writeOf(0),
        writeOf(1, { epoch: 3 }),
        { ...writeOf(1), payload: new Uint8Array(7) },
        { ...writeOf(1), payload: new Uint8Array(blockBytes) },
      ];
      let { backend } = await subject.create(blankHeader);
      for (const write of bad) {
        same(await codeOf(backend.store([write], 0)), 'range', 'a write out of range is stored');
        same(await codeOf(backend.persist(blankHeader)), 'stopped', 'a change after a refused one');
        await backend.close();
        const found = await subject.open();
        same(found.entries, [], 'a refused write is kept');
        backend = found.backend;
      }
      const unknown = [writeOf(1).entry];
      same(await codeOf(backend.apply(unknown)), 'gone', 'an entry never stored is applied');
    },
  },
  {
    title: '1: calls take effect in call order, however they wait',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const ended: string[] = [];
      const note = (name: string) => () => void ended.push(name);
      const writes = [1, 2, 3].map((sequence) => writeOf(sequence, { first: 1 }));
      const all = [
        backend.store([writes[0]!], 0).then(note('store 1')),
        backend.apply([writes[0]!.entry]).then(note('apply 1')),
        backend.flush().then(note('flush')),
        backend.persist({ ...blankHeader, committed: 1 }).then(note('persist')),
        backend.store(writes.slice(1), 1).then(note('store 2')),
        backend.apply(entriesOf(writes.slice(1))).then(note('apply 2')),
      ];
      await Promise.all(all);
      const among = (...names: string[]) => ended.filter((name) => names.includes(name));
      const log = ['store 1', 'persist', 'store 2'];
      const volumes = ['store 1', 'apply 1', 'flush', 'apply 2'];
      same(among(...log), log, 'changes of sidefile and header end out of order');
      same(among(...volumes), volumes, 'changes of volumes end out of order');
      same(among('store 2', 'apply 2'), ['store 2', 'apply 2'], 'apply ends before its store');
      same(await backend.read(0, allBlocks), imageOf(writes, 3), 'apply is out of order');
    },
  },
  {
    title:
      '4: a stage is as it was last flushed, survives, applies twice alike, and can be dropped',
    async check(subject) {
      const first = await subject.create(blankHeader);
      const staged = [
        { first: 11, bytes: new Uint8Array(2 * blockBytes).fill(7) },
        { first: 12, bytes: new Uint8Array(blockBytes).fill(8) },
      ];
      await first.backend.stage(staged);
      await first.backend.flushStage();
      same(await first.backend.read(0, allBlocks), imageOf([], 0), 'a stage shows in the volume');
      await subject.crash();
      const { backend } = await subject.open();
      await backend.applyStage();
      await backend.applyStage();
      const bytes = await backend.read(11, 2);
      same([bytes[0], bytes[blockBytes]], [7, 8], 'the stage is not applied as staged');
      await backend.dropStage();
      await backend.overwrite([{ first: 11, bytes: new Uint8Array(blockBytes).fill(5) }]);
      await backend.flush();
      await backend.stage([{ first: 0, bytes: new Uint8Array(blockBytes).fill(9) }]);
      await backend.flushStage();
      await subject.crash();
      const last = await subject.open();
      await last.backend.applyStage();
      same((await last.backend.read(11, 1))[0], 5, 'a dropped stage is applied');
      same((await last.backend.read(0, 1))[0], 9, 'a new stage is not applied');
    },
  },
  {
    title: '4: overwritten blocks are durable after flush, and their sums tell content',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      await backend.overwrite([{ first: 10, bytes: new Uint8Array(4 * blockBytes).fill(3) }]);
      await backend.flush();
      await subject.crash();
      const found = await subject.open();
      same((await found.backend.read(13, 1))[4], 3, 'an overwritten block is lost');
      const sums = await found.backend.sums(10, 8, 2);
      same(
        [sums.length, sums[0] === sums[1], sums[1] === sums[2]],
        [4, true, false],
        'sums do not tell',
      );
    },
  },
  {
    title: '7: a second open is refused while the first lives',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      same(await codeOf(subject.open()), 'locked', 'a site is open twice');
      await backend.close();
      same(await codeOf(backend.store([writeOf(1)], 0)), 'closed', 'a closed site stores');
      same(await codeOf(backend.read(0, 1)), 'closed', 'a closed site reads');
      await (await subject.open()).backend.close();
    },
  },
  {
    title: '8: an exported suffix is there after its entries were cut and power was lost',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const writes = [1, 2, 3, 4].map((sequence) =>
        writeOf(sequence, sequence === 3 ? { kind: 'trim' } : {}),
      );
      const stored = backend.store(writes, 4);
      const suffix = entriesOf(writes.slice(1));
      const stranger = writeOf(5).entry;
      await Promise.all([stored, backend.exportSuffix(1, 5, [...suffix, stranger])]);
      await backend.persist({ ...blankHeader, history: [genesis, nextRecord(4, 1)], promised: 4 });
      await subject.crash();
      const found = await subject.open();
      same(found.entries, entriesOf(writes.slice(0, 1)), 'a cut entry is given back');
      const [kept, ...more] = await found.backend.suffixes();
      same(more, [], 'a suffix is kept twice');
      if (!kept) throw new Error('an exported suffix is lost after a crash');
      const { site, above, through, missing, history } = kept;
      same([site, above, through], [1, 1, 5], 'a suffix is of something else');
      same(missing, [{ first: 5, last: 5 }], 'what is not there is not told as missing');
      same(history, [genesis], 'a suffix does not name the epochs of its positions');
      same(entriesOf(kept.writes), suffix, 'a suffix has other entries');
      kept.writes.forEach(({ payload }, index) => {
        same(payload, writes[index + 1]!.payload, 'an exported payload changed');
      });
      await found.backend.exportSuffix(0, 1, entriesOf(writes.slice(0, 1)));
      await found.backend.exportSuffix(0, 1, entriesOf(writes.slice(0, 1)));
      same((await found.backend.suffixes()).length, 2, 'the same suffix again is another one');
    },
  },
  {
    title: '8: a suffix exported again keeps what it had, also what has left the sidefile since',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const writes = [1, 2, 3, 4].map((sequence) => writeOf(sequence));
      await backend.store(writes, 4);
      await backend.exportSuffix(1, 4, entriesOf(writes.slice(1)));
      await backend.exportSuffix(1, 4, entriesOf(writes.slice(2)));
      const [kept, ...more] = await backend.suffixes();
      same(more, [], 'a suffix is kept twice');
      same(kept && entriesOf(kept.writes), entriesOf(writes.slice(1)), 'a suffix lost a write');
    },
  },
  {
    title: '8: exports asked for together end in that order, also two of the same suffix',
    async check(subject) {
      const { backend } = await subject.create(blankHeader);
      const writes = [1, 2, 3, 4].map((sequence) => writeOf(sequence));
      const stored = backend.store(writes, 4);
      const ended: Sequence[] = [];
      const exported = [0, 0, 3].map(async (above) => {
        await backend.exportSuffix(above, 4, entriesOf(writes.slice(above)));
        ended.push(above);
      });
      await Promise.all([stored, ...exported]);
      same(ended, [0, 0, 3], 'exports end in another order');
      const kept = (await backend.suffixes()).map(({ above, writes }) => [above, writes.length]);
      const expected = [
        [0, 4],
        [3, 1],
      ];
      same(kept, expected, 'what was exported together is not kept as it is alone');
    },
  },
];

function same(found: unknown, expected: unknown, reason: string): void {
  const one = JSON.stringify(plain(found));
  const other = JSON.stringify(plain(expected));
  if (one !== other) throw new Error(`${reason}: found ${short(one)}, expected ${short(other)}`);
}

const plain = (value: unknown) => (value instanceof Uint8Array ? [...value] : value);
const short = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
