import type { Header } from '../../models/header.ts';
import { FaultyDisk } from '../backend/faulty.ts';
import { createSite, openSite } from '../backend/file.ts';
import { MemorySite } from '../backend/memory.ts';
import type { Recovered } from '../backend/port.ts';
import type { Clock } from '../runtime/clock.ts';
import { chance, type Random } from '../runtime/random.ts';
import type { SiteStore, StoreLimits } from '../runtime/site-store.ts';
import { DelayedBackend } from './delayed-backend.ts';

export interface StoreShape {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: StoreLimits;
  /** Longest wait before and after each change, in milliseconds. */
  readonly delayMost: number;
}

/** Loses at a crash what was not flushed, each block by chance. */
export function simulatedMemory(shape: StoreShape): SiteStore {
  let memory: MemorySite | null = null;
  let living: DelayedBackend | null = null;
  const open = async (): Promise<Recovered> => {
    const recovered = await memory!.open();
    living = delayed(recovered, shape);
    return { ...recovered, backend: living };
  };
  const kill = async () => {
    living?.die();
    memory?.crash(() => chance(shape.random, 0.5));
  };
  return {
    async create(header: Header) {
      await kill();
      memory = new MemorySite(header, shape.limits);
      return open();
    },
    open,
    kill,
  };
}

/** The file backend over a disk that loses, tears and reorders what was not flushed. */
export function simulatedFiles(shape: StoreShape): SiteStore {
  const faults = { lose: 0.4, tear: 0.3 };
  let disk = newDisk();
  let living: DelayedBackend | null = null;
  function newDisk(): FaultyDisk {
    const empty = new FaultyDisk(shape.random);
    empty.faults = { ...empty.faults, ...faults };
    return empty;
  }
  const alive = (recovered: Recovered): Recovered => {
    living = delayed(recovered, shape);
    return { ...recovered, backend: living };
  };
  return {
    async create(header: Header) {
      living?.die();
      disk = newDisk();
      return alive(await createSite('/site', header, { ...shape.limits, disk }));
    },
    open: async () => alive(await openSite('/site', { disk })),
    async kill() {
      living?.die();
      disk.crash();
    },
  };
}

const delayed = ({ backend }: Recovered, { clock, random, delayMost }: StoreShape) =>
  new DelayedBackend(backend, clock, random, delayMost);
