import type { Header } from '../../models/header.ts';
import { FaultyDisk } from '../backend/faulty.ts';
import { createSite, openSite } from '../backend/file.ts';
import { MemorySite } from '../backend/memory.ts';
import type { Backend, Recovered } from '../backend/port.ts';
import type { Clock } from '../runtime/clock.ts';
import { chance, type Random } from '../runtime/random.ts';
import type { SiteStore, StoreLimits } from '../runtime/site-store.ts';
import { DelayedBackend } from './delayed-backend.ts';
import { directory, FileMedium, type Medium, MemoryMedium } from './medium.ts';

export interface StoreShape {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: StoreLimits;
  /** Longest wait before and after each change, in milliseconds. */
  readonly delayMost: number;
  readonly hand: (backend: Backend) => Backend;
  /** For how long a request to the disk is waited for; null: the disk never hangs. */
  readonly diskTimeout: number | null;
}

/** A store whose disk can be made to fail. */
export interface SimulatedStore extends SiteStore {
  readonly medium: Medium;
}

/** Loses at a crash what was not flushed, each block by chance. */
export function simulatedMemory(shape: StoreShape): SimulatedStore {
  let memory: MemorySite | null = null;
  const medium = new MemoryMedium(() => {
    const state = memory!.snapshot();
    return () => {
      memory = MemorySite.of(state, shape.limits);
    };
  });
  const open = async (): Promise<Recovered> => {
    const recovered = await memory!.open();
    return { ...recovered, backend: medium.takes(delayed(recovered, shape)) };
  };
  const kill = async () => {
    medium.living?.die();
    const keeps = medium.losesPower ? () => chance(shape.random, 0.5) : () => true;
    memory?.crash(keeps);
  };
  return {
    medium,
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
export function simulatedFiles(shape: StoreShape): SimulatedStore {
  const medium = new FileMedium(newDisk());
  const { clock, diskTimeout } = shape;
  if (diskTimeout !== null) medium.patience = { clock, timeout: diskTimeout };
  function newDisk(): FaultyDisk {
    const empty = new FaultyDisk(shape.random);
    empty.faults = { ...empty.faults, lose: 0.4, tear: 0.3 };
    return empty;
  }
  const alive = (recovered: Recovered): Recovered => ({
    ...recovered,
    backend: medium.takes(delayed(recovered, shape)),
  });
  return {
    medium,
    async create(header: Header) {
      medium.living?.die();
      medium.disk = newDisk();
      return alive(
        await medium.begin((disk) => createSite(directory, header, { ...shape.limits, disk })),
      );
    },
    open: async () => alive(await medium.begin((disk) => openSite(directory, { disk }))),
    async kill() {
      medium.living?.die();
      if (medium.losesPower) medium.disk.crash();
      else medium.disk.kill();
    },
  };
}

const delayed = ({ backend }: Recovered, { clock, random, delayMost, hand }: StoreShape) =>
  new DelayedBackend(hand(backend), clock, random, delayMost);
