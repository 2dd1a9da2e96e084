import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CheckedFile } from '../../src/backend/checked-file.ts';
import type { Stretch } from '../../src/backend/copy.ts';
import { createSite } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { allBlocks, blankHeader, entriesOf, imageOf, writeOf } from './small-site.ts';

/** The thread that copies for all sites of a process dies: a site may be stopped by it, and no other. */

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sidefile-copy-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.doUnmock('../../src/new-thread.ts');
  vi.resetModules();
  await rm(directory, { recursive: true, force: true });
});

const content = new Uint8Array(1 << 20).fill(7);
const whole: Stretch = { from: 0, to: 0, bytes: content.length, checksum: crc32(content) };
/** Far more than is copied before anybody looks. */
const long: readonly Stretch[] = Array(30_000).fill(whole);

/** A source, and a target of the name. */
async function twoFiles(name: string): Promise<[CheckedFile, CheckedFile]> {
  await writeFile(join(directory, 'source'), content);
  const source = await CheckedFile.open(nodeDisk, join(directory, 'source'), 'read');
  return [source, await CheckedFile.open(nodeDisk, join(directory, name), 'create')];
}

const site = (name: string, create = createSite) =>
  create(join(directory, name), blankHeader, { maxBlocksPerWrite: 2 });
const writes = [1, 2, 3].map((sequence) => writeOf(sequence));

it('what it was at is refused with a code that says so, and what waited behind is done by another', async () => {
  const threads = new Set<Worker>();
  const post = Worker.prototype.postMessage;
  vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...words) {
    threads.add(this);
    return post.apply(this, words);
  });
  const { backend } = await site('other');
  await backend.store(writes, 3);
  const [source, target] = await twoFiles('volume');
  const copied = target.copyFrom(source, long, content.length).catch((error) => error);
  const applied = backend.apply(entriesOf(writes)).then(() => backend.flush());
  while ((await stat(target.path)).size === 0) await new Promise((resume) => setImmediate(resume));
  const [first] = threads;
  await first!.terminate();
  expect(await copied).toMatchObject({ name: 'BackendError', code: 'io' });
  expect((await copied).message).toContain('volume: Error: the thread that copies died in it');
  await applied;
  expect(Buffer.compare(await backend.read(0, allBlocks), imageOf(writes, 3))).toBe(0);
  expect(threads.size).toBe(2);
  for (const one of [backend, source, target]) await one.close();
});

it('a thread that never begins is done without: the same bytes are durable, and it is told once', async () => {
  vi.resetModules();
  const newThread = () => new Worker('process.exit(3)', { eval: true });
  const real = await vi.importActual<object>('../../src/new-thread.ts');
  vi.doMock('../../src/new-thread.ts', () => ({ ...real, newThread }));
  const told = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const { createSite: create } = await import('../../src/backend/file.ts');
  const { backend } = await site('alone', create);
  await backend.store(writes, 3);
  await backend.apply(entriesOf(writes.slice(0, 2)));
  await backend.apply(entriesOf(writes.slice(2)));
  await backend.flush();
  expect(Buffer.compare(await backend.read(0, allBlocks), imageOf(writes, 3))).toBe(0);
  await backend.close();
  expect(told.mock.calls).toEqual([[expect.stringContaining('as no thread begins')]]);
});
