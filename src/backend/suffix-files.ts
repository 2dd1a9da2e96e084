import { basename, join } from 'node:path';
import { newestEpoch } from '../../models/history.ts';
import type { Range, Sequence } from '../../models/words.ts';
import { CheckedFile, isNoRoom } from './checked-file.ts';
import { type Disk, isForbidden } from './disk.ts';
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
   * left the sidefile since, or rotted. One that is damaged is put aside, under another name. Without a place for it rejects with
   * `no-place`: what was kept before is as it was, and nothing is left of the new one.
   */
  async keep(head: SuffixHead, writes: AsyncIterable<StoredWrite>): Promise<void> {
    const directory = this.place();
    const path = join(directory, nameOf(head));
    try {
      await onDisk(`making ${directory}`, () => this.disk.makeDirectory(directory));
      const kept = await this.before(path);
      await this.writeNew(`${path}.new`, head, withKept(writes, kept === 'damaged' ? [] : kept));
      if (kept === 'damaged') await this.setAside(path);
      await onDisk(`renaming ${path}.new`, () => this.disk.rename(`${path}.new`, path));
    } catch (error) {
      const refusal = refusalOf(error as BackendError, path);
      // A name that stays is harmless: nobody reads it, and the next one begins anew.
      if (refusal !== null) await this.disk.remove?.(`${path}.new`).catch(() => {});
      throw refusal ?? error;
    }
    for (const named of [path, directory]) await flushName(this.disk, named);
  }

  private async writeNew(
    path: string,
    head: SuffixHead,
    writes: AsyncIterable<StoredWrite>,
  ): Promise<void> {
    const file = await CheckedFile.open(this.disk, path, 'create');
    try {
      await file.truncate(0);
      await fill(file, head, writes);
      await file.flush();
    } catch (error) {
      // Others need its room.
      await file.truncate(0).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
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

  /** No export waits for one that is damaged, or that its disk cannot read. One that is whole and not to be read here is not replaced. */
  private async before(path: string): Promise<readonly StoredWrite[] | 'damaged'> {
    if (!(await this.paths()).includes(path)) return [];
    try {
      return (await read(this.disk, path)).writes;
    } catch (error) {
      const { code } = error as BackendError;
      if (code === 'rot' || (code === 'io' && isOfTheFile(error as BackendError))) return 'damaged';
      // Gone since it was listed.
      if (code === 'not-a-site') return [];
      throw error;
    }
  }

  /** Nobody here reads it any more, but who looks at it may find most of its writes: they may have left the sidefile. */
  private async setAside(path: string): Promise<void> {
    const names = await onDisk(`listing ${this.directory}`, () => this.disk.list(this.place()));
    let aside = `${path}.damaged`;
    for (let next = 2; names.includes(basename(aside)); next++) aside = `${path}.damaged-${next}`;
    await onDisk(`renaming ${path}`, () => this.disk.rename(path, aside));
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
      'no-place',
      'a suffix must be exported and no directory was given for it: open the site with `exports`',
    );
  }
}

/** Not so of a process that may not read it, or has no room for one more open file: of what is kept that tells nothing. */
function isOfTheFile({ cause }: BackendError): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return !isForbidden({ code }) && !noMore.includes(code);
}

const noMore = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** Null: something is wrong with the disk, and more than a place is missing. */
function refusalOf(error: BackendError, path: string): BackendError | null {
  const advice = adviceFor(error);
  if (advice === null) return null;
  return new BackendError('no-place', `${path} was not kept: ${error.message}; ${advice}`, {
    cause: error,
  });
}

function adviceFor(error: BackendError): string | null {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (error.code === 'read-only' || isForbidden({ code })) return 'let the site write there';
  if (error.code === 'full' || error.code === 'short-write' || isNoRoom(code))
    return 'make room there';
  if (error.code === 'format-version') return 'move it away';
  return noFolder.includes(code ?? '') ? 'let a folder be there' : null;
}

const noFolder = ['ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR'];

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
