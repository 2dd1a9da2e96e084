import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Header } from '../../models/header.ts';
import { noFaults } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import { labelsBytes } from '../../src/backend/label.ts';
import { MemorySite } from '../../src/backend/memory.ts';
import type { Backend, Recovered } from '../../src/backend/port.ts';
import { headBytes } from '../../src/backend/record.ts';
import type { Subject } from './contract.ts';
import { blockBytes, maxBlocksPerWrite, randomFrom } from './small-site.ts';

export type Wrap = (backend: Backend) => Backend;
const asItIs: Wrap = (backend) => backend;

export function memorySubject(wrap: Wrap = asItIs): Subject {
  let site: MemorySite;
  return {
    async create(header: Header) {
      site = new MemorySite(header, { maxBlocksPerWrite });
      return this.open();
    },
    open: async () => wrapped(await site.open(), wrap),
    crash: async () => site.crash(),
  };
}

/** A loss of power loses everything that was not flushed. */
export function faultyDiskSubject(
  wrap: Wrap = asItIs,
  disk = losingDisk(),
  misplacing: (bytes: Uint8Array, from: number, to: number) => Uint8Array = (bytes) => bytes,
): Subject {
  return {
    async misplace(from, to) {
      const file = await disk.open('/site/sidefile', 'write');
      const length = headBytes + blockBytes;
      const bytes = await file.read(labelsBytes + from * length, length);
      const moved = misplacing(bytes, from * length, to * length);
      await file.write(labelsBytes + to * length, [moved]);
      await file.flush();
    },
    create: async (header) =>
      wrapped(await createSite('/site', header, { maxBlocksPerWrite, disk }), wrap),
    open: async () => wrapped(await openSite('/site', { disk }), wrap),
    crash: async () => disk.crash(),
  };
}

/** A real disk cannot be made to lose what it cached: here a crash is a close. */
export function realDiskSubject(): Subject & { remove(): Promise<void> } {
  const directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  const place = join(directory, 'site');
  const opened: Backend[] = [];
  const keep = (found: Recovered) => {
    opened.push(found.backend);
    return found;
  };
  return {
    create: async (header) => keep(await createSite(place, header, { maxBlocksPerWrite })),
    open: async () => keep(await openSite(place)),
    crash: async () => opened.at(-1)?.close(),
    remove: async () => {
      for (const backend of opened) await backend.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export const losingDisk = () => new FaultyDisk(randomFrom(1), { ...noFaults, lose: 1 });

const wrapped = (found: Recovered, wrap: Wrap): Recovered => ({
  ...found,
  backend: wrap(found.backend),
});
