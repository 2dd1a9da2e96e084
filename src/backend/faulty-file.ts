import type { DiskFile } from './disk.ts';
import { fault } from './faults.ts';
import type { FaultyDisk } from './faulty.ts';

/** A file of a simulated disk, open since one boot of the machine and dead in the next. */
export class FaultyFile implements DiskFile {
  readonly device = false;
  private readonly disk: FaultyDisk;
  private readonly file: number;
  private readonly boot: number;
  private holds = false;

  constructor(disk: FaultyDisk, file: number) {
    this.disk = disk;
    this.file = file;
    this.boot = disk.boot;
  }

  async size(): Promise<number> {
    return this.node().size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const { cached, size } = this.node();
    return cached.read(offset, Math.max(0, Math.min(length, size - offset)));
  }

  async write(offset: number, parts: readonly Uint8Array[]): Promise<number> {
    this.node();
    return this.disk.write(
      this.file,
      offset,
      parts.length === 1 ? parts[0]! : Buffer.concat(parts),
    );
  }

  async flush(): Promise<void> {
    this.node();
    this.disk.flush(this.file);
  }

  async truncate(bytes: number): Promise<void> {
    this.node();
    this.disk.perform({ kind: 'truncate', file: this.file, bytes });
  }

  async lock(): Promise<boolean> {
    const node = this.node();
    if (node.locked === this.disk.boot) return false;
    node.locked = this.boot;
    this.holds = true;
    return true;
  }

  async close(): Promise<void> {
    if (this.holds && this.boot === this.disk.boot) this.node().locked = 0;
    this.holds = false;
  }

  private node() {
    if (this.boot !== this.disk.boot) throw fault('EIO', 'the machine was restarted');
    return this.disk.node(this.file);
  }
}
