import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Load, measured } from './host.ts';

const recordBytes = 512 + 4096;
const head = new Uint8Array(512).fill(1);
const payload = new Uint8Array(4096).fill(7);

/**
 * What the machine gives without us: the same records, in the same groups, a write and a flush each,
 * on three files at once. In place: files that are there already, as the ring of a sidefile is;
 * appending: files that grow from nothing.
 */
export class BareLoop {
  private readonly bytesMax: number;
  private readonly files: readonly FileHandle[];
  private readonly ends = [0, 0, 0];
  private readonly inPlace: boolean;

  private constructor(bytesMax: number, inPlace: boolean, files: readonly FileHandle[]) {
    this.bytesMax = bytesMax;
    this.inPlace = inPlace;
    this.files = files;
  }

  /** `bytesMax`: size of each file; there it begins again from its start. */
  static async open(directory: string, bytesMax: number, inPlace: boolean): Promise<BareLoop> {
    const how = inPlace ? 'place' : 'append';
    const paths = [0, 1, 2].map((file) => join(directory, `bare-${how}-${file}`));
    const files = await Promise.all(paths.map((path) => open(path, 'w+')));
    const loop = new BareLoop(bytesMax, inPlace, files);
    if (inPlace) await Promise.all(files.map((file) => loop.fill(file)));
    return loop;
  }

  /** Bytes of each group, file by file; `writes`: how many each file gets. */
  async run(groups: readonly (readonly number[])[], writes: number): Promise<Load> {
    if (!this.inPlace) await this.empty();
    return measured(writes, () =>
      Promise.all(this.files.map((file, number) => this.append(file, number, groups[number]!))),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
  }

  private async append(file: FileHandle, number: number, groups: readonly number[]): Promise<void> {
    for (const bytes of groups) {
      const records = Math.round(bytes / recordBytes);
      if (records === 0) continue;
      const parts = Array.from({ length: records }, () => [head, payload]).flat();
      const length = records * recordBytes;
      if (this.ends[number]! + length > this.bytesMax) this.ends[number] = 0;
      await file.writev(parts, this.ends[number]);
      await file.datasync();
      this.ends[number]! += length;
    }
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
