import type { Disk, DiskFile } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';
import type { Gates } from './gates.ts';

/** A disk whose flushes wait at gates, and one volume of which may fail. */
export class GatedDisk implements Disk {
  private readonly disk: Disk;
  private readonly gates: Gates;

  constructor(disk: Disk, gates: Gates) {
    this.disk = disk;
    this.gates = gates;
  }

  kindOf(path: string) {
    return this.disk.kindOf(path);
  }

  makeDirectory(path: string) {
    return this.disk.makeDirectory(path);
  }

  rename(from: string, to: string) {
    return this.disk.rename(from, to);
  }

  list(path: string) {
    return this.disk.list(path);
  }

  flushDirectory(path: string) {
    return this.disk.flushDirectory(path);
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await this.disk.open(path, mode);
    const volume = Number(/volume-(\d+)$/.exec(path)?.[1] ?? -1);
    const { gates } = this;
    return {
      device: file.device,
      size: () => file.size(),
      read: (offset, length) => file.read(offset, length),
      async write(offset, parts) {
        // Records of a stage are written in parts, its head in one.
        const isStaged = path.endsWith('/stage') && parts.length > 1;
        if (isStaged && !gates.hasStageRoom) throw fault('ENOSPC', path);
        if (volume >= 0 && volume === gates.failingVolume) throw fault('EIO', path);
        return file.write(offset, parts);
      },
      async flush() {
        await (volume >= 0 ? gates.volumes() : gates.log());
        await file.flush();
      },
      truncate: (bytes) => file.truncate(bytes),
      lock: () => file.lock(),
      close: () => file.close(),
    };
  }
}
