import { constants, type Stats, writeSync, writevSync } from 'node:fs';
import {
  access,
  type FileHandle,
  mkdtemp,
  open,
  readdir,
  rename,
  rmdir,
  stat,
  statfs,
  unlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Copied, Stretch } from './copy.ts';
import { copyInThread, flushInThread } from './copy-thread.ts';
import { type Disk, type DiskFile, isForbidden } from './disk.ts';
import { lockFile } from './lock.ts';
import { makeFolder } from './make-folder.ts';

/** The disks of this machine. */
export const nodeDisk: Disk = {
  async kindOf(path) {
    const found = await statIfThere(path);
    if (found === null) return 'absent';
    if (found.isDirectory()) return 'directory';
    return found.isBlockDevice() || found.isCharacterDevice() ? 'device' : 'file';
  },

  async makeDirectory(path) {
    await makeFolder(path);
  },

  async open(path, mode) {
    // A pipe in a file's place must not make us wait for whoever might write into it.
    const access = mode === 'read' ? constants.O_RDONLY | constants.O_NONBLOCK : constants.O_RDWR;
    const handle = await open(path, mode === 'create' ? access | constants.O_CREAT : access);
    const found = await handle.stat();
    return new NodeFile(handle, path, found.isBlockDevice() || found.isCharacterDevice());
  },

  rename,

  remove: unlink,

  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },

  async mayChange(path) {
    try {
      await access(path, constants.W_OK);
      return true;
    } catch (error) {
      // What else is wrong is told by whoever meets it.
      return isForbidden(error) ? mayBeMadeIn(path) : true;
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
  private readonly opened: string;
  private unflushedBytes = 0;
  /** The same file, opened so that a write is a flush as well; null: there is no such thing here. */
  private through: Promise<FileHandle | null> | null = null;
  /** Work of the copies made since it was flushed; null: nothing was ever copied here. */
  private unflushedCopies: number | null = null;

  constructor(handle: FileHandle, path: string, device: boolean) {
    this.handle = handle;
    this.opened = path;
    this.device = device;
  }

  get descriptor(): number {
    return this.handle.fd;
  }

  /**
   * Flushes as well after some copies. All at once, by the flush that somebody asks for, they would
   * fill the queue of the disk, and every flush of a sidefile would wait behind them: so would hosts.
   */
  async copyFrom(
    source: number,
    stretches: readonly Stretch[],
    unitBytes: number,
  ): Promise<Copied> {
    const before = this.unflushedCopies ?? 0;
    this.unflushedCopies = before;
    const { fd } = this.handle;
    const { unflushed, ...copied } = await copyInThread(source, fd, stretches, unitBytes, before);
    this.unflushedCopies = unflushed;
    return copied;
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

  /** Also what is kept for the superuser. Systems of files without a size say that they have 0 blocks. */
  async room(): Promise<number> {
    const { bfree, blocks, bsize } = await statfs(this.opened);
    return blocks > 0 ? bfree * bsize : Number.POSITIVE_INFINITY;
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

  /**
   * A little goes into the cache of the system at once: that takes less time than handing it to the
   * pool of the event loop and hearing back. What is more than a flush takes along goes to the pool.
   */
  async write(offset: number, parts: readonly Uint8Array[]): Promise<number> {
    const { handle } = this;
    for (const { length } of parts) this.unflushedBytes += length;
    const isLittle = this.unflushedBytes <= writtenAtOnceMax;
    if (parts.length > 1) {
      if (isLittle) return writevSync(handle.fd, parts as Uint8Array[], offset);
      return (await handle.writev(parts as Uint8Array[], offset)).bytesWritten;
    }
    const [part] = parts;
    if (isLittle) return writeSync(handle.fd, part!, 0, part!.length, offset);
    return (await handle.write(part!, 0, part!.length, offset)).bytesWritten;
  }

  /** One job of the pool. A write by the thread that serves hosts and a flush by the pool take that thread longer. */
  async writeThrough(offset: number, parts: readonly Uint8Array[]): Promise<number> {
    this.through ??= openThrough(this.handle.fd);
    const through = await this.through;
    if (through !== null) return (await through.writev(parts as Uint8Array[], offset)).bytesWritten;
    const written = await this.write(offset, parts);
    await this.flush();
    return written;
  }

  flush(): Promise<void> {
    this.unflushedBytes = 0;
    if (this.unflushedCopies === null) return this.handle.datasync();
    this.unflushedCopies = 0;
    return flushInThread(this.handle.fd);
  }

  truncate(bytes: number): Promise<void> {
    return this.handle.truncate(bytes);
  }

  /** Who took it before may have put another file in its place meanwhile, and has a lock on that one, or moved it. */
  async lock(): Promise<boolean> {
    if (!(await lockFile(this.handle.fd))) return false;
    const [ours, there] = await Promise.all([this.handle.stat(), statIfThere(this.opened)]);
    return there !== null && ours.ino === there.ino && ours.dev === there.dev;
  }

  async close(): Promise<void> {
    const through = await this.through;
    await through?.close();
    await this.handle.close();
  }
}

/** Tried: access(2) answers for the real user, without the capabilities that the process has besides. */
async function mayBeMadeIn(path: string): Promise<boolean> {
  try {
    await rmdir(await mkdtemp(join(path, '.may-change-')));
    return true;
  } catch (error) {
    return !isForbidden(error);
  }
}

/** Null: nothing has that name. */
async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** By its descriptor, as its name may be that of another file by now. Elsewhere O_DSYNC promises less than a flush. */
async function openThrough(descriptor: number): Promise<FileHandle | null> {
  if (process.platform !== 'linux') return null;
  const access = constants.O_RDWR | constants.O_DSYNC;
  return open(`/proc/self/fd/${descriptor}`, access).catch(() => null);
}

/** Between two flushes of one file, in bytes. */
const writtenAtOnceMax = 4 << 20;
