import {
  type Copied,
  copyStretches,
  flushFailedCode,
  type Stretch,
  shortWriteCode,
} from './copy.ts';
import { type Disk, type DiskFile, isForbidden, sectorBytes } from './disk.ts';
import { BackendError } from './port.ts';

/** Parts that go one behind the other to one place of a file. */
export interface PlacedParts {
  readonly offset: number;
  readonly parts: readonly Uint8Array[];
}

/** A file of a site whose faults carry a code and a sentence. Nothing is tried twice. */
export class CheckedFile {
  private readonly file: DiskFile;
  private name: string;

  constructor(path: string, file: DiskFile) {
    this.name = path;
    this.file = file;
  }

  static async open(
    disk: Disk,
    path: string,
    mode: 'read' | 'write' | 'create',
  ): Promise<CheckedFile> {
    try {
      return new CheckedFile(path, await disk.open(path, mode));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        const sentence = `${path} cannot be made: there is no folder for it`;
        if (mode === 'create') throw new BackendError('io', sentence, { cause: error });
        throw new BackendError('not-a-site', `${path} does not exist`, { cause: error });
      }
      throw mode === 'read'
        ? faultOf(error, `opening ${path}`)
        : writeFault(error, path, 'opening');
    }
  }

  /** Rejects where nothing can be written: the system opens a device for writing also where it is read-only. */
  async refuseReadOnly(): Promise<void> {
    if (!this.device) return;
    // What is there is written again, and is there also when this write is torn. A bad sector is mended by others.
    const there = await this.file.read(0, sectorBytes).catch(() => null);
    if (there === null || there.length === 0) return;
    try {
      await this.file.write(0, [there]);
    } catch (error) {
      throw writeFault(error, this.path, 'writing to');
    }
  }

  get path(): string {
    return this.name;
  }

  get device(): boolean {
    return this.file.device;
  }

  async size(): Promise<number> {
    try {
      return await this.file.size();
    } catch (error) {
      throw faultOf(error, `asking for the size of ${this.path}`);
    }
  }

  /** Bytes that are free where it lies; infinity: nobody knows. */
  async room(): Promise<number> {
    return (await this.file.room?.().catch(() => undefined)) ?? Number.POSITIVE_INFINITY;
  }

  /** Exactly `length` bytes; what lies beyond the end of the file reads as zeroes. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    try {
      const bytes = await this.file.read(offset, length);
      if (bytes.length === length) return bytes;
      const padded = new Uint8Array(length);
      padded.set(bytes);
      return padded;
    } catch (error) {
      throw faultOf(error, `reading ${length} bytes at ${offset} of ${this.path}`);
    }
  }

  write(offset: number, parts: readonly Uint8Array[]): Promise<void> {
    return this.written(offset, parts, () => this.file.write(offset, parts));
  }

  /** Writes pieces, in no order, and flushes them. */
  async writeThrough(pieces: readonly PlacedParts[]): Promise<void> {
    const { file } = this;
    if (file.writeThrough === undefined) {
      await Promise.all(pieces.map(({ offset, parts }) => this.write(offset, parts)));
      return this.flush();
    }
    const all = pieces.map(({ offset, parts }) =>
      this.written(offset, parts, () => file.writeThrough!(offset, parts)),
    );
    // One that fails is told when none is under way any more.
    for (const result of await Promise.allSettled(all)) {
      if (result.status === 'rejected') throw result.reason;
    }
  }

  private async written(
    offset: number,
    parts: readonly Uint8Array[],
    write: () => Promise<number>,
  ): Promise<void> {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    let written: number;
    try {
      written = await write();
    } catch (error) {
      throw faultOf(error, `writing ${length} bytes at ${offset} of ${this.path}`);
    }
    if (written === length) return;
    throw new BackendError(
      'short-write',
      `only ${written} of ${length} bytes were written at ${offset} of ${this.path}: is there space left, and may a file be as large (ulimit -f)?`,
    );
  }

  /** Copies stretches of `source` here, in order, as long as each is still what it was. */
  async copyFrom(
    source: CheckedFile,
    stretches: readonly Stretch[],
    unitBytes: number,
  ): Promise<Copied> {
    const { descriptor } = source.file;
    try {
      if (descriptor === undefined || this.file.copyFrom === undefined) {
        return await copyStretches(source.file, this.file, stretches, unitBytes);
      }
      return await this.file.copyFrom(descriptor, stretches, unitBytes);
    } catch (error) {
      const doing = `copying from ${source.path} to ${this.path}`;
      const { message } = error as Error;
      switch (codeOf(error)) {
        case shortWriteCode:
          throw new BackendError('short-write', `${doing}: ${message}`);
        case flushFailedCode:
          throw new BackendError('flush-failed', `${doing}: ${message}`);
        default:
          throw faultOf(error, doing);
      }
    }
  }

  async flush(): Promise<void> {
    try {
      await this.file.flush();
    } catch (error) {
      if (error instanceof BackendError) throw error;
      const sentence = `${this.path} could not be flushed: ${(error as Error).message}`;
      throw new BackendError('flush-failed', sentence, { cause: error });
    }
  }

  async truncate(bytes: number): Promise<void> {
    try {
      await this.file.truncate(bytes);
    } catch (error) {
      throw faultOf(error, `setting ${this.path} to ${bytes} bytes`);
    }
  }

  /** Takes the place of what has that name. Not durable before the name is flushed. */
  async rename(disk: Disk, path: string): Promise<void> {
    try {
      await disk.rename(this.name, path);
    } catch (error) {
      throw faultOf(error, `renaming ${this.name}`);
    }
    this.name = path;
  }

  async lock(): Promise<void> {
    let taken: boolean;
    try {
      taken = await this.file.lock();
    } catch (error) {
      throw faultOf(error, `locking ${this.path}`);
    }
    if (!taken) {
      throw new BackendError('locked', `${this.path} is open already, here or in another process`);
    }
  }

  async close(): Promise<void> {
    await this.file.close().catch(() => {});
  }
}

/** Where writing is not permitted nobody has to look for what else is wrong with the disk. */
function writeFault(error: unknown, path: string, doing: string): BackendError {
  if (!isForbidden(error)) return faultOf(error, `${doing} ${path}`);
  const sentence = `${path} is read-only here (${codeOf(error)}): a site needs to write there`;
  return new BackendError('read-only', sentence, { cause: error });
}

export function faultOf(error: unknown, doing: string): BackendError {
  if (error instanceof BackendError) return error;
  const code = codeOf(error);
  const room = noRoom(code);
  return new BackendError(
    room === null ? 'io' : 'full',
    `${doing}: ${room ?? code ?? String(error)}`,
    { cause: error },
  );
}

/** Null: something else is wrong. */
function noRoom(code: string | undefined): string | null {
  switch (code) {
    case 'ENOSPC':
      return 'no space is left';
    case 'EDQUOT':
      return 'no space is left of the quota (EDQUOT): ask for more, or put it elsewhere';
    case 'EFBIG':
      return 'no file may be as large here (EFBIG): raise the limit of the process (ulimit -f), or put it on a file system that takes larger files';
    default:
      return null;
  }
}

/** Does a disk say so that has no room? */
export const isNoRoom = (code: string | undefined): boolean => noRoom(code) !== null;

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
