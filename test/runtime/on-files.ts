import type { Disk } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import type { Storage } from '../../src/runtime/arrangement-options.ts';

/** A small arrangement on files, in the system's own time. */
export const smallOn = (storage: Storage, disk: Disk = nodeDisk) => ({
  storage,
  volumes: [16],
  blockBytes: 512,
  blocksPerWriteMax: 4,
  sidefile: { capacity: 8 },
  // However slow the machine is: none of the tests is about a bound.
  durations: { request: 60_000 },
  disk,
});

export type Operation = 'making' | 'write' | 'flush' | 'rename';

/** What becomes of an operation on a path: a code, fewer bytes, a wait, or nothing. */
export type Breaks = (
  operation: Operation,
  path: string,
) => string | 'short' | Promise<void> | null;

/** A disk on which operations break as `breaks` says, from one moment to the next. */
export function breakable(breaks: Breaks): Disk {
  const meet = async (operation: Operation, path: string): Promise<boolean> => {
    const met = await breaks(operation, path);
    if (typeof met === 'string' && met !== 'short') throw fault(met, path);
    return met === 'short';
  };
  return {
    ...nodeDisk,
    async makeDirectory(path) {
      await meet('making', path);
      await nodeDisk.makeDirectory(path);
    },
    async rename(from, to) {
      await meet('rename', from);
      await nodeDisk.rename(from, to);
    },
    async open(path, mode) {
      const file = await nodeDisk.open(path, mode);
      const { write, flush } = { write: file.write.bind(file), flush: file.flush.bind(file) };
      return Object.assign(file, {
        async write(offset: number, parts: readonly Uint8Array[]) {
          if (await meet('write', path)) return 1;
          return write(offset, parts);
        },
        async flush() {
          await meet('flush', path);
          return flush();
        },
      });
    },
  };
}
