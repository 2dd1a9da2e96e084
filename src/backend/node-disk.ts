import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, stat } from 'node:fs/promises';
import type { Copied, Stretch } from './copy.ts';
import { copyInThread } from './copy-thread.ts';
import type { Disk, DiskFile } from './disk.ts';
import { lockFile } from './lock.ts';

/** The disks of this machine. */
export const nodeDisk: Disk = {
  async kindOf(path) {
    try {
      const found = await stat(path);
      if (found.isDirectory()) return 'directory';
      return found.isBlockDevice() || found.isCharacterDevice() ? 'device' : 'file';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
      throw error;
    }
  },

  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },

  async open(path, mode) {
    const access = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR;
    const handle = await open(path, mode === 'create' ? access | constants.O_CREAT : access);
    const found = await handle.stat();
    return new NodeFile(handle, found.isBlockDevice() || found.isCharacterDevice());
  },

  rename,

  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },

  async flushDirectory(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

class NodeFile implements DiskFile {
  readonly device: boolean;
  private readonly handle: FileHandle;

  constructor(handle: FileHandle, device: boolean) {
    this.handle = handle;
    this.device = device;
  }

  get descriptor(): number {
    return this.handle.fd;
  }

  copyFrom(source: number, stretches: readonly Stretch[], unitBytes: number): Promise<Copied> {
    return copyInThread(source, this.handle.fd, stretches, unitBytes);
  }

  /** A device says 0 for its size: there the end is found by reading. */
  async size(): Promise<number> {
    if (!this.device) return (await this.handle.stat()).size;
    let low = 0;
    let high = 2 ** 50;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2 / 512) * 512;
      if ((await this.read(middle - 1, 1)).length === 1) low = middle;
      else high = middle - 512;
    }
    return low;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  async write(offset: number, parts: readonly Uint8Array[]): Promise<number> {
    if (parts.length === 1) {
      const part = parts[0]!;
      return (await this.handle.write(part, 0, part.length, offset)).bytesWritten;
    }
    return (await this.handle.writev(parts as Uint8Array[], offset)).bytesWritten;
  }

  flush(): Promise<void> {
    return this.handle.datasync();
  }

  truncate(bytes: number): Promise<void> {
    return this.handle.truncate(bytes);
  }

  lock(): Promise<boolean> {
    return lockFile(this.handle.fd);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
