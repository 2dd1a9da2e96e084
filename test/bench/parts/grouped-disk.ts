import { basename } from 'node:path';
import type { Disk, DiskFile } from '../../../src/backend/disk.ts';
import { nodeDisk } from '../../../src/backend/node-disk.ts';

/** The disks of this machine, noting for each sidefile how many bytes shared each flush. */
export class GroupedDisk {
  /** By sidefile, in the order they were opened last. */
  private readonly groups = new Map<string, number[]>();
  readonly disk: Disk = {
    ...nodeDisk,
    open: async (path, mode) => this.noting(path, await nodeDisk.open(path, mode)),
  };

  /** What was noted since the last call. */
  take(): number[][] {
    const taken = [...this.groups.values()].map((groups) => [...groups]);
    for (const groups of this.groups.values()) groups.length = 0;
    return taken;
  }

  private noting(path: string, file: DiskFile): DiskFile {
    if (basename(path) !== 'sidefile') return file;
    const groups: number[] = [];
    this.groups.set(path, groups);
    let written = 0;
    return {
      device: file.device,
      descriptor: file.descriptor!,
      size: () => file.size(),
      read: (offset, length) => file.read(offset, length),
      write(offset, parts) {
        for (const part of parts) written += part.length;
        return file.write(offset, parts);
      },
      writeThrough(offset, parts) {
        groups.push(parts.reduce((sum, part) => sum + part.length, 0));
        return file.writeThrough!(offset, parts);
      },
      flush() {
        groups.push(written);
        written = 0;
        return file.flush();
      },
      truncate: (bytes) => file.truncate(bytes),
      lock: () => file.lock(),
      close: () => file.close(),
    };
  }
}
