import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckedFile } from '../../src/backend/checked-file.ts';
import { copyStretches, type Stretch, unflushedMax, workOf } from '../../src/backend/copy.ts';
import { copyInThread } from '../../src/backend/copy-thread.ts';
import type { DiskFile } from '../../src/backend/disk.ts';
import { createSite } from '../../src/backend/file.ts';
import { labelsBytes } from '../../src/backend/label.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { StartedCrc } from '../../src/backend/started-crc.ts';
import { allBlocks, blankHeader, codeOf, entriesOf, imageOf, writeOf } from './small-site.ts';

const unitBytes = 512;
const content = Uint8Array.from({ length: 3 << 20 }, (_, at) => (at * 31 + (at >> 9)) % 251);

const stretch = (from: number, to: number, units: number): Stretch => ({
  from,
  to,
  bytes: units * unitBytes,
  checksum: crc32(content.subarray(from, from + units * unitBytes)),
});

describe('copying from the sidefile to a volume', () => {
  let directory: string;
  let source: DiskFile;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-copy-'));
    await writeFile(join(directory, 'source'), content);
    source = await nodeDisk.open(join(directory, 'source'), 'read');
  });
  afterAll(async () => {
    await source.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** By the thread, and by reads and writes: results and bytes of both. */
  async function bothWays(stretches: readonly Stretch[]) {
    const ways: { copied: unknown; bytes: Buffer }[] = [];
    for (const way of ['thread', 'plain']) {
      const path = join(directory, way);
      const target = await nodeDisk.open(path, 'create');
      await target.truncate(0);
      const copied =
        way === 'thread'
          ? await target.copyFrom!(source.descriptor!, stretches, unitBytes)
          : await copyStretches(source, target, stretches, unitBytes);
      await target.close();
      ways.push({ copied, bytes: await readFile(path) });
    }
    return ways;
  }

  it('leaves the same bytes and tells the same sums, by the thread and by reads and writes', async () => {
    const stretches = [
      stretch(0, 4096, 1),
      stretch(1024, 512, 4),
      stretch(2 << 20, 4608, 2),
      stretch(512, 4096, 2), // over the first
    ];
    const [thread, plain] = await bothWays(stretches);
    expect(thread).toEqual(plain);
    expect(thread!.copied).toMatchObject({ stretches: 4 });
    expect(Buffer.compare(thread!.bytes.subarray(4096, 5120), content.subarray(512, 1536))).toBe(0);
  });

  it('writes neighbours together, and the same bytes in the same order', async () => {
    const steps = fc.record({
      units: fc.integer({ min: 1, max: 4 }),
      jump: fc.constantFrom(0, 0, 0, 1, -3),
      far: fc.boolean(),
    });
    const plans = fc.array(steps, { maxLength: 150 });
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        let from = 0;
        let to = 16 * unitBytes;
        const stretches = plan.map(({ units, jump, far }) => {
          from = far ? (from + (1 << 20)) % (2 << 20) : from + unitBytes;
          to = Math.max(0, to + jump * unitBytes);
          const step = stretch(from, to, units);
          to += units * unitBytes;
          return step;
        });
        const [thread, plain] = await bothWays(stretches);
        expect(thread).toEqual(plain);
      }),
      { numRuns: 30 },
    );
  });

  it('counts neighbours as one way to go: more of them wait for a flush than of what lies apart', async () => {
    const target = await open(join(directory, 'neighbours'), 'w');
    const unflushed = async (stretches: readonly Stretch[]) =>
      (await copyInThread(source.descriptor!, target.fd, stretches, unitBytes, 0)).unflushed;
    const row = Array.from({ length: 8 }, (_, unit) => stretch(0, unit * unitBytes, 1));
    const apart = Array.from({ length: 8 }, (_, unit) => stretch(0, 2 * unit * unitBytes, 1));
    expect(await unflushed(row)).toBe(workOf(8 * unitBytes));
    expect(await unflushed(apart)).toBe(8 * workOf(unitBytes));
    await target.close();
  });

  it('stops before what has another checksum, or is not there to its end', async () => {
    const rotten = { ...stretch(0, 0, 1), checksum: 1 };
    const beyond = { ...stretch(0, 0, 2), from: content.length - 512 };
    for (const bad of [rotten, beyond]) {
      const [thread, plain] = await bothWays([stretch(512, 512, 1), bad, stretch(0, 1024, 1)]);
      expect(thread).toEqual(plain);
      expect(thread!.copied).toMatchObject({ stretches: 1 });
      expect(thread!.bytes.length).toBe(1024);
    }
  });

  it('rejects with the system’s code where it cannot write, and goes on with the next', async () => {
    const readOnly = await open(join(directory, 'source'), 'r');
    const one = [stretch(0, 0, 1)];
    const refused = copyInThread(source.descriptor!, readOnly.fd, one, unitBytes, 0);
    await expect(refused).rejects.toMatchObject({ code: 'EBADF' });
    await readOnly.close();
    expect((await bothWays([stretch(0, 0, 1)]))[0]!.copied).toMatchObject({ stretches: 1 });
  });

  it('is flushed as it goes on: a flush that fails is told as such, before anybody asks for one', async () => {
    // Takes every write and cannot be flushed.
    const target = await CheckedFile.open(nodeDisk, '/dev/null', 'write');
    const from = new CheckedFile(join(directory, 'source'), source);
    const length = Math.ceil(unflushedMax / workOf(unitBytes)) - 1;
    const few = Array.from({ length }, (_, unit) => stretch(unit * unitBytes, 0, 1));
    expect(await target.copyFrom(from, few, unitBytes)).toMatchObject({ stretches: length });
    const more = target.copyFrom(from, [stretch(0, 0, 1)], unitBytes);
    await expect(more).rejects.toMatchObject({ code: 'flush-failed' });
    // In the middle of one call too: it waits for no later one to be told.
    const many = target.copyFrom(from, [...few, ...few], unitBytes);
    await expect(many).rejects.toMatchObject({ code: 'flush-failed' });
    await expect(target.flush()).rejects.toMatchObject({ code: 'flush-failed' });
    await target.close();
  });

  it('of a whole site: rot in the sidefile of a real disk is found, and nothing of it applied', async () => {
    const place = join(directory, 'site');
    const writes = [1, 2, 3].map((sequence) => writeOf(sequence));
    const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite: 2 });
    await backend.store(writes, 3);
    const sidefile = await open(join(place, 'sidefile'), 'r+');
    await sidefile.write(Uint8Array.of(0), 0, 1, labelsBytes + 2 * 1024 + 600);
    await sidefile.close();
    expect(await codeOf(backend.apply(entriesOf(writes)))).toBe('rot');
    expect(Buffer.compare(await backend.read(0, allBlocks), imageOf(writes, 2))).toBe(0);
    expect(await codeOf(backend.flush())).toBe('stopped');
    await backend.close();
  });
});

describe('a CRC-32 with another start', () => {
  it('is worked out from the one without it', () => {
    const starts = new StartedCrc(unitBytes);
    const bytes = fc.uint8Array({ minLength: unitBytes, maxLength: unitBytes });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 0xffffffff }), (some, start) => {
        expect(starts.of(crc32(some), start)).toBe(crc32(some, start));
      }),
    );
  });
});
