import type { Disk } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';

/** The same disk, but that it has an error for whatever is read of the bad sectors of one file, until they are written again. */
export function withBadSectors(disk: Disk, path: string, bad: Set<number>): Disk {
  const hitBy = (offset: number, bytes: number) =>
    [...bad].filter((sector) => offset <= sector && offset + bytes > sector);
  const open: Disk['open'] = async (at, mode) => {
    const file = await disk.open(at, mode);
    if (at !== path) return file;
    const { read, write } = { read: file.read.bind(file), write: file.write.bind(file) };
    return Object.assign(file, {
      async read(offset: number, bytes: number) {
        if (hitBy(offset, bytes).length > 0) throw fault('EIO', path);
        return read(offset, bytes);
      },
      async write(offset: number, parts: readonly Uint8Array[]) {
        const bytes = parts.reduce((sum, { length }) => sum + length, 0);
        for (const sector of hitBy(offset, bytes)) bad.delete(sector);
        return write(offset, parts);
      },
    });
  };
  return new Proxy(disk, {
    get(target, key) {
      const found = key === 'open' ? open : Reflect.get(target, key);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}
