import type { Stretch } from './copy.ts';
import type { Disk, DiskFile } from './disk.ts';

/** One request to a disk, for whoever lets it pass or not. */
export interface DiskRequest {
  /** In words, as in "no answer to ...". */
  readonly doing: string;
  readonly path: string;
  /** Bytes that the disk may have to move before it can answer. */
  readonly bytes: number;
}

/** A disk around another one: each request passes through `ask`, and each end of a file through `leave`. */
export abstract class GuardedDisk implements Disk {
  protected readonly disk: Disk;

  constructor(disk: Disk) {
    this.disk = disk;
  }

  protected abstract ask<Result>(request: DiskRequest, act: () => Promise<Result>): Promise<Result>;

  protected abstract leave(path: string, close: () => Promise<void>): Promise<void>;

  kindOf(path: string): ReturnType<Disk['kindOf']> {
    return this.ask({ doing: 'looking what it is', path, bytes: 0 }, () => this.disk.kindOf(path));
  }

  makeDirectory(path: string): Promise<void> {
    return this.ask({ doing: 'making it', path, bytes: 0 }, () => this.disk.makeDirectory(path));
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const request = { doing: 'opening it', path, bytes: 0 };
    return this.guarded(path, await this.ask(request, () => this.opened(path, mode)));
  }

  protected opened(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    return this.disk.open(path, mode);
  }

  rename(from: string, to: string): Promise<void> {
    const request = { doing: `renaming it to ${to}`, path: from, bytes: 0 };
    return this.ask(request, () => this.disk.rename(from, to));
  }

  async remove(path: string): Promise<void> {
    const request = { doing: 'removing it', path, bytes: 0 };
    await this.ask(request, async () => this.disk.remove?.(path));
  }

  list(path: string): Promise<string[]> {
    return this.ask({ doing: 'listing it', path, bytes: 0 }, () => this.disk.list(path));
  }

  mayChange(path: string): Promise<boolean> {
    const request = { doing: 'asking whether it may change', path, bytes: 0 };
    return this.ask(request, async () => (await this.disk.mayChange?.(path)) ?? true);
  }

  flushDirectory(path: string): Promise<void> {
    const request = { doing: 'flushing its names', path, bytes: 0 };
    return this.ask(request, () => this.disk.flushDirectory(path));
  }

  private guarded(path: string, file: DiskFile): DiskFile {
    const { descriptor, copyFrom, room, writeThrough } = file;
    /** What a flush has to bring to the disk. */
    let unflushed = 0;
    const ask = <Result>(doing: string, bytes: number, act: () => Promise<Result>) =>
      this.ask({ doing, path, bytes }, act);
    const changed = <Result>(doing: string, bytes: number, act: () => Promise<Result>) => {
      unflushed += bytes;
      return ask(doing, unflushed, act);
    };
    return {
      device: file.device,
      ...(descriptor !== undefined && { descriptor }),
      ...(copyFrom && {
        copyFrom: (source: number, stretches: readonly Stretch[], unitBytes: number) => {
          const bytes = stretches.reduce((sum, stretch) => sum + stretch.bytes, 0);
          const act = () => copyFrom.call(file, source, stretches, unitBytes);
          return changed(`copying ${bytes} bytes to it`, bytes, act);
        },
      }),
      ...(room && { room: () => ask('asking for its room', 0, () => room.call(file)) }),
      ...(writeThrough && {
        writeThrough: (offset: number, parts: readonly Uint8Array[]) => {
          const bytes = bytesIn(parts);
          const doing = `writing ${bytes} bytes at ${offset}, and flushing them`;
          return ask(doing, bytes, () => writeThrough.call(file, offset, parts));
        },
      }),
      size: () => ask('asking for its size', 0, () => file.size()),
      read: (offset, length) =>
        ask(`reading ${length} bytes at ${offset}`, length, () => file.read(offset, length)),
      write: (offset, parts) => {
        const bytes = bytesIn(parts);
        const act = () => file.write(offset, parts);
        return changed(`writing ${bytes} bytes at ${offset}`, bytes, act);
      },
      flush: async () => {
        const bytes = unflushed;
        await ask('flushing it', bytes, () => file.flush());
        unflushed -= bytes;
      },
      truncate: (bytes) => ask(`setting it to ${bytes} bytes`, 0, () => file.truncate(bytes)),
      lock: () => ask('locking it', 0, () => file.lock()),
      close: () => this.leave(path, () => file.close()),
    };
  }
}

const bytesIn = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);
