import type { Identity } from '../../models/header.ts';
import type { Block, Extent } from '../../models/words.ts';
import { spansOf } from './address-space.ts';
import { Gate } from './gate.ts';
import type { StagedBlocks } from './port.ts';
import type { OpenFiles } from './site-files.ts';

/** All volumes of a site as one run of blocks. Readers never see a change half done. */
export class VolumeSet {
  private readonly files: OpenFiles;
  private readonly identity: Identity;
  private readonly gate = new Gate();
  /** At first all: an earlier process may have left writes that nobody flushed. */
  private readonly touched: Set<number>;

  constructor(files: OpenFiles, identity: Identity) {
    this.files = files;
    this.identity = identity;
    this.touched = new Set(identity.volumes.keys());
  }

  /** Runs a change while nobody reads. */
  alone(change: () => Promise<void>): Promise<void> {
    return this.gate.alone(change);
  }

  async read(first: Block, count: number): Promise<Uint8Array> {
    const spans = spansOf(this.identity, first, count);
    return this.gate.shared(async () => {
      const runs = await Promise.all(
        spans.map((span) => this.files.volumes[span.volume]!.read(span.first, span.count)),
      );
      if (runs.length === 1) return runs[0]!;
      const bytes = new Uint8Array(count * this.identity.blockBytes);
      let at = 0;
      for (const run of runs) {
        bytes.set(run, at);
        at += run.length;
      }
      return bytes;
    });
  }

  /** Writes an extent; null: zeroes. Caller: `alone`. */
  async write(extent: Extent, bytes: Uint8Array | null): Promise<void> {
    const volume = this.files.volumes[extent.volume]!;
    this.touched.add(extent.volume);
    if (bytes) await volume.write(extent.first, bytes);
    else await volume.zero(extent.first, extent.count);
  }

  /** Caller: `alone`. */
  async overwrite(blocks: readonly StagedBlocks[]): Promise<void> {
    const { blockBytes } = this.identity;
    for (const { first, bytes } of blocks) {
      let at = 0;
      for (const span of spansOf(this.identity, first, bytes.length / blockBytes)) {
        const end = at + span.count * blockBytes;
        await this.write(span, bytes.subarray(at, end));
        at = end;
      }
    }
  }

  /** Caller: `alone`. */
  async flush(): Promise<void> {
    const touched = [...this.touched];
    await Promise.all(touched.map((volume) => this.files.volumes[volume]!.flush()));
    this.touched.clear();
  }
}
