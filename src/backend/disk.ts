import type { Copied, Stretch } from './copy.ts';

/**
 * Raw storage as the file backend needs it: a real one over `node:fs` (`node-disk.ts`), a simulated
 * one for faults (`faulty.ts`). Rejections carry the system's `code` (ENOSPC, EIO, ...).
 */
export interface Disk {
  kindOf(path: string): Promise<'absent' | 'file' | 'device' | 'directory'>;
  makeDirectory(path: string): Promise<void>;
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Takes a file away; absent: files that a site was to be made of stay where it was not made. */
  remove?(path: string): Promise<void>;
  /** Names in the directory, in no order; none if there is no such directory. */
  list(path: string): Promise<string[]>;
  /** May names be made and changed in the directory? Absent: nobody knows. */
  mayChange?(path: string): Promise<boolean>;
  /** Resolves when names made or changed in the directory survive a loss of power. */
  flushDirectory(path: string): Promise<void>;
}

export interface DiskFile {
  /** A device keeps its size: it is never truncated and never renamed. */
  readonly device: boolean;
  size(): Promise<number>;
  /** Bytes that are free where it lies; it may be given fewer. Absent, or infinity: nobody knows. */
  room?(): Promise<number>;
  /** Up to `length` bytes: fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Writes the parts one behind the other; resolves with the number of bytes that got written. */
  write(offset: number, parts: readonly Uint8Array[]): Promise<number>;
  /** Resolves when everything written to this file survives a loss of power. */
  flush(): Promise<void>;
  /** As `write`, and what it says was written survives a loss of power; absent: `write`, then `flush`. */
  writeThrough?(offset: number, parts: readonly Uint8Array[]): Promise<number>;
  /** Its number in this process, if it has one: by it another thread may copy from it. */
  readonly descriptor?: number;
  /** Copies stretches of the open file `source` here, in order; absent: see `copyStretches`. */
  copyFrom?(source: number, stretches: readonly Stretch[], unitBytes: number): Promise<Copied>;
  truncate(bytes: number): Promise<void>;
  /** Takes the file for this process, or says false. Ends with `close` or the process, however it dies. */
  lock(): Promise<boolean>;
  close(): Promise<void>;
}

/** Nothing smaller is written in one piece by a disk. */
export const sectorBytes = 512;

export const sectorsUp = (bytes: number) => Math.ceil(bytes / sectorBytes) * sectorBytes;

/** Writing is not permitted there: what else may be wrong with the disk does not matter. */
export function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
}
