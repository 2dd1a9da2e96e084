import type { Stretch } from '../backend/copy.ts';
import type { Disk, DiskFile } from '../backend/disk.ts';

/**
 * A disk that can be taken away in the middle of anything, as when the process that uses it is
 * killed: what was written before stays, nothing is written after.
 */
export class SeverableDisk implements Disk {
  private readonly disk: Disk;
  private isSevered = false;

  constructor(disk: Disk) {
    this.disk = disk;
  }

  sever(): void {
    this.isSevered = true;
  }

  kindOf(path: string): ReturnType<Disk['kindOf']> {
    return this.unlessSevered(() => this.disk.kindOf(path));
  }

  makeDirectory(path: string): Promise<void> {
    return this.unlessSevered(() => this.disk.makeDirectory(path));
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    return this.severable(await this.unlessSevered(() => this.disk.open(path, mode)));
  }

  rename(from: string, to: string): Promise<void> {
    return this.unlessSevered(() => this.disk.rename(from, to));
  }

  async remove(path: string): Promise<void> {
    await this.unlessSevered(async () => this.disk.remove?.(path));
  }

  list(path: string): Promise<string[]> {
    return this.unlessSevered(() => this.disk.list(path));
  }

  mayChange(path: string): Promise<boolean> {
    return this.unlessSevered(async () => (await this.disk.mayChange?.(path)) ?? true);
  }

  flushDirectory(path: string): Promise<void> {
    return this.unlessSevered(() => this.disk.flushDirectory(path));
  }

  private severable(file: DiskFile): DiskFile {
    const guarded = <Arguments extends unknown[], Result>(
      act: (...values: Arguments) => Promise<Result>,
    ) => {
      return (...values: Arguments) => this.unlessSevered(() => act(...values));
    };
    const { descriptor, copyFrom, room, writeThrough } = file;
    return {
      device: file.device,
      ...(descriptor !== undefined && { descriptor }),
      ...(copyFrom && {
        copyFrom: guarded((source: number, stretches: readonly Stretch[], unitBytes: number) =>
          copyFrom.call(file, source, stretches, unitBytes),
        ),
      }),
      ...(room && { room: guarded(() => room.call(file)) }),
      ...(writeThrough && {
        writeThrough: guarded((offset: number, parts: readonly Uint8Array[]) =>
          writeThrough.call(file, offset, parts),
        ),
      }),
      size: guarded(() => file.size()),
      read: guarded((offset: number, length: number) => file.read(offset, length)),
      write: guarded((offset: number, parts: readonly Uint8Array[]) => file.write(offset, parts)),
      flush: guarded(() => file.flush()),
      truncate: guarded((bytes: number) => file.truncate(bytes)),
      lock: guarded(() => file.lock()),
      close: () => file.close(),
    };
  }

  private async unlessSevered<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.isSevered) throw Object.assign(new Error('the disk was taken away'), { code: 'EIO' });
    return act();
  }
}
