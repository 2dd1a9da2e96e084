import { join } from 'node:path';
import { newestEpoch } from '../../models/history.ts';
import type { Range, Sequence } from '../../models/words.ts';
import { CheckedFile } from './checked-file.ts';
import type { Disk } from './disk.ts';
import { flushName, onDisk } from './names.ts';
import { BackendError, type StoredWrite } from './port.ts';
import { type Suffix, SuffixDecoder, SuffixEncoder, type SuffixHead, withKept } from './suffix.ts';

/** The directory where a site keeps suffixes that were cut or are about to be, one file each. */
export class SuffixFiles {
  private readonly disk: Disk;
  private readonly directory: string | null;

  /** Null: the site lives on devices, and no directory was given for its exports. */
  constructor(disk: Disk, directory: string | null) {
    this.disk = disk;
    this.directory = directory;
  }

  /**
   * Resolves when the file survives a loss of power. The same suffix again replaces it, and keeps what it had: an entry may have
   * left the sidefile since, or rotted.
   */
  async keep(head: SuffixHead, writes: AsyncIterable<StoredWrite>): Promise<void> {
    const directory = this.place();
    await onDisk(`making ${directory}`, () => this.disk.makeDirectory(directory));
    const path = join(directory, nameOf(head));
    const before = await this.before(path);
    const file = await CheckedFile.open(this.disk, `${path}.new`, 'create');
    try {
      await file.truncate(0);
      await fill(file, head, withKept(writes, before));
      await file.flush();
    } finally {
      await file.close();
    }
    await onDisk(`renaming ${path}.new`, () => this.disk.rename(`${path}.new`, path));
    for (const named of [path, directory]) await flushName(this.disk, named);
  }

  /** All that were kept, in the order of their names. Whatever else lies there is somebody else's. */
  async all(): Promise<Suffix[]> {
    const suffixes: Suffix[] = [];
    for (const path of await this.paths()) suffixes.push(await read(this.disk, path));
    return suffixes;
  }

  /** Only this one is read: another that is damaged says so where all are asked for. */
  async newestOf({ first, last }: Range): Promise<Suffix | null> {
    const path = (await this.paths()).findLast((one) => one.endsWith(runName(first, last)));
    return path === undefined ? null : read(this.disk, path);
  }

  /** Nothing of one that is damaged: no export waits for that. */
  private async before(path: string): Promise<readonly StoredWrite[]> {
    if (!(await this.paths()).includes(path)) return [];
    try {
      return (await read(this.disk, path)).writes;
    } catch (error) {
      if (error instanceof BackendError && error.code !== 'io') return [];
      throw error;
    }
  }

  private async paths(): Promise<string[]> {
    const { directory } = this;
    if (directory === null) return [];
    const names = await onDisk(`listing ${directory}`, () => this.disk.list(directory));
    const own = names.filter((one) => ownName.test(one)).sort();
    return own.map((name) => join(directory, name));
  }

  private place(): string {
    if (this.directory !== null) return this.directory;
    throw new BackendError(
      'range',
      'a suffix must be exported and no directory was given for it: open the site with `exports`',
    );
  }
}

async function fill(
  file: CheckedFile,
  head: SuffixHead,
  writes: AsyncIterable<StoredWrite>,
): Promise<void> {
  const encoder = new SuffixEncoder();
  let at = 0;
  const add = async (line: Uint8Array) => {
    await file.write(at, [line]);
    at += line.length;
  };
  await add(encoder.head(head));
  for await (const write of writes) await add(encoder.write(write));
  await add(encoder.end());
}

async function read(disk: Disk, path: string): Promise<Suffix> {
  const file = await CheckedFile.open(disk, path, 'read');
  try {
    return await decoded(file);
  } finally {
    await file.close();
  }
}

async function decoded(file: CheckedFile): Promise<Suffix> {
  const decoder = new SuffixDecoder(file.path);
  const bytes = await file.size();
  for (let at = 0; at < bytes; at += partBytes) {
    decoder.add(await file.read(at, Math.min(partBytes, bytes - at)));
  }
  return decoder.end();
}

const partBytes = 1 << 22;
const ending = '.ndjson';
const ownName = /^suffix(-\d{12,}){3}\.ndjson$/;

/** Sorted by name is sorted by epoch, then by position. */
const nameOf = ({ history, above, through }: SuffixHead): string =>
  `suffix-${digits(newestEpoch(history))}${runName(above + 1, through)}`;

const runName = (first: Sequence, last: Sequence): string =>
  `-${digits(first)}-${digits(last)}${ending}`;

const digits = (value: number): string => String(value).padStart(12, '0');
