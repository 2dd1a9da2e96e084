import type { Header } from '../../models/header.ts';
import type { Disk } from '../backend/disk.ts';
import { createSite, openSite, type Place, removeSite } from '../backend/file.ts';
import { MemorySite } from '../backend/memory.ts';
import type { Backend, Recovered } from '../backend/port.ts';
import type { DiskPatience } from './disk-watch.ts';
import { forEver, SeverableDisk } from './severable-disk.ts';

/** Where one site keeps what survives it. Rejections are BackendErrors. */
export interface SiteStore {
  /** Makes a new site there, in place of whatever was. */
  create(header: Header): Promise<Recovered>;
  open(): Promise<Recovered>;
  /** Takes away what `create` made, once it is closed and while nothing was ever stored there; absent: it stays. */
  remove?(): Promise<void>;
  /** The site dies without a word: what was not durable may be lost. Waits for no disk. */
  kill(backend: Backend): Promise<void>;
  /** Ends once nothing can land any more that a killed site asked for, or that is given up; absent: nothing can. */
  released?(): Promise<void>;
}

export interface StoreLimits {
  readonly capacityLimit: number;
  readonly maxBlocksPerWrite: number;
}

export function memoryStore(limits: StoreLimits): SiteStore {
  let memory: MemorySite | null = null;
  return {
    create(header) {
      memory?.crash();
      memory = new MemorySite(header, limits);
      return memory.open();
    },
    async open() {
      if (!memory) throw new Error('a memory site is opened only after it was created');
      return memory.open();
    },
    async kill() {
      memory?.crash();
    },
  };
}

/** A directory of its own for each site, or files and devices named one by one. */
export function fileStore(
  place: Place,
  limits: StoreLimits,
  disk: Disk,
  patience: DiskPatience = forEver,
): SiteStore {
  let severable = new SeverableDisk(disk, patience);
  /** One that was not taken away. */
  const sound = async (): Promise<SeverableDisk> => {
    if (!severable.isSevered) return severable;
    await severable.released();
    severable = new SeverableDisk(disk, patience);
    return severable;
  };
  return {
    create: async (header) =>
      (await sound()).begun((disk) => createSite(place, header, { ...limits, disk })),
    open: async () => (await sound()).begun((disk) => openSite(place, { disk })),
    async remove() {
      await removeSite(place, await sound());
    },
    async kill(backend) {
      severable.sever();
      await backend.close().catch(() => {});
    },
    async released() {
      if (severable.isSevered) await severable.released().catch(() => {});
    },
  };
}
