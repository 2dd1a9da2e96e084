import { fdatasyncSync, writeSync, writevSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { blockAt, blockBytes, blocks, capacity, type Load, measured, type Order } from './host.ts';

const recordBytes = 512 + blockBytes;
const head = new Uint8Array(512).fill(1);
const payload = new Uint8Array(blockBytes).fill(7);
const strideEntries = capacity / 4;

/**
 * `place`: in files that are there already, as the ring of a sidefile is. `append`: files that grow
 * from nothing. `turns`: those, one file after the other, with calls that block. `twice`: as `place`,
 * and beside it each block a second time, in its place in one of three more files, which are flushed
 * after as many blocks as a site makes room for at a time.
 */
export type How = 'place' | 'append' | 'turns' | 'twice';

/**
 * What the machine gives without us: the same records, in the same groups, a write and a flush each,
 * on three files, at once if nothing else is said.
 */
export class BareLoop {
  private readonly bytesMax: number;
  private readonly files: readonly FileHandle[];
  private readonly volumes: readonly FileHandle[];
  private readonly ends = [0, 0, 0];
  private readonly how: How;
  private readonly order: Order;
  private given = 0;

  private constructor(
    bytesMax: number,
    how: How,
    order: Order,
    files: readonly FileHandle[],
    volumes: readonly FileHandle[],
  ) {
    this.bytesMax = bytesMax;
    this.how = how;
    this.order = order;
    this.files = files;
    this.volumes = volumes;
  }

  /** `bytesMax`: size of each file; there it begins again from its start. */
  static async open(
    directory: string,
    bytesMax: number,
    how: How,
    order: Order,
  ): Promise<BareLoop> {
    const three = (what: string) =>
      Promise.all([0, 1, 2].map((file) => open(join(directory, `bare-${what}-${file}`), 'w+')));
    const volumes = how === 'twice' ? await three('volume') : [];
    const loop = new BareLoop(bytesMax, how, order, await three(how), volumes);
    if (!loop.grows) await Promise.all(loop.files.map((file) => loop.fill(file)));
    for (const volume of volumes) await writeBlocks(volume, 0, blocks, 'apart');
    return loop;
  }

  /** Bytes of each group, file by file; `writes`: how many each file gets. */
  async run(groups: readonly (readonly number[])[], writes: number): Promise<Load> {
    if (this.grows) await this.empty();
    const load = await measured(writes, () => {
      if (this.how === 'turns') return this.appendInTurns(groups);
      return Promise.all(this.files.map((file, at) => this.append(file, at, groups[at]!)));
    });
    this.given += writes;
    return load;
  }

  async close(): Promise<void> {
    await Promise.all([...this.files, ...this.volumes].map((file) => file.close()));
  }

  private get grows(): boolean {
    return this.how === 'append' || this.how === 'turns';
  }

  private async appendInTurns(groups: readonly (readonly number[])[]): Promise<void> {
    const most = Math.max(...groups.map(({ length }) => length));
    for (let turn = 0; turn < most; turn++) {
      for (const [number, { fd }] of this.files.entries()) {
        const records = Math.round((groups[number]![turn] ?? 0) / recordBytes);
        if (records === 0) continue;
        const at = this.next(number, records * recordBytes);
        writevSync(fd, partsOf(records), at);
        fdatasyncSync(fd);
      }
    }
  }

  /** Where the next group of this file goes. */
  private next(number: number, length: number): number {
    const end = this.ends[number]!;
    const at = end + length > this.bytesMax ? 0 : end;
    this.ends[number] = at + length;
    return at;
  }

  private async append(file: FileHandle, number: number, groups: readonly number[]): Promise<void> {
    const volume = this.volumes[number];
    let first = this.given;
    let waiting = 0;
    let second: Promise<void> = Promise.resolve();
    for (const bytes of groups) {
      const records = Math.round(bytes / recordBytes);
      if (records === 0) continue;
      await file.writev(partsOf(records), this.next(number, records * recordBytes));
      await file.datasync();
      waiting += records;
      for (; volume && waiting >= strideEntries; waiting -= strideEntries) {
        const from = first;
        first += strideEntries;
        second = second.then(() => writeBlocks(volume, from, strideEntries, this.order));
      }
    }
    await second;
  }

  private async empty(): Promise<void> {
    for (const [number, file] of this.files.entries()) {
      await file.truncate(0);
      await file.sync();
      this.ends[number] = 0;
    }
  }

  private async fill(file: FileHandle): Promise<void> {
    const chunk = new Uint8Array(1 << 20);
    for (let at = 0; at < this.bytesMax; at += chunk.length) {
      await file.write(chunk, 0, chunk.length, at);
    }
    await file.sync();
  }
}

const partsOf = (records: number): Uint8Array[] =>
  Array.from({ length: records }, () => [head, payload]).flat();

/** Each in its place, one by one; then flushed. */
async function writeBlocks(
  volume: FileHandle,
  first: number,
  count: number,
  order: Order,
): Promise<void> {
  for (let index = first; index < first + count; index++) {
    writeSync(volume.fd, payload, 0, blockBytes, blockAt(index, order) * blockBytes);
  }
  await volume.datasync();
}
