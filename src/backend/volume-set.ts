import type { Identity } from '../../models/header.ts';
import type { Block, Extent } from '../../models/words.ts';
import { spansOf } from './address-space.ts';
import type { CheckedFile } from './checked-file.ts';
import { Gate } from './gate.ts';
import type { StagedBlocks } from './port.ts';
import type { OpenFiles } from './site-files.ts';
import type { Piece } from './volume.ts';

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

  /**
   * Writes extents in this order; null: zeroes. Those that do not overlap go side by side, and
   * neighbours in one write. Caller: `alone`.
   */
  async writeAll(writes: readonly VolumeWrite[]): Promise<void> {
    let wave: VolumeWrite[] = [];
    const taken = new Set<string>();
    for (const write of writes) {
      const blocks = blockNames(write.extent);
      if (wave.length === waveMax || blocks.some((block) => taken.has(block))) {
        await this.writeWave(wave);
        wave = [];
        taken.clear();
      }
      wave.push(write);
      for (const block of blocks) taken.add(block);
    }
    await this.writeWave(wave);
  }

  /** Data of one volume out of another file, in order; says how many. Caller: `alone`. */
  copy(volume: number, source: CheckedFile, pieces: readonly Piece[]): Promise<number> {
    this.touched.add(volume);
    return this.files.volumes[volume]!.copyFrom(source, pieces);
  }

  /** Caller: `alone`. */
  async overwrite(blocks: readonly StagedBlocks[]): Promise<void> {
    const { blockBytes } = this.identity;
    for (const { first, bytes } of blocks) {
      let at = 0;
      for (const span of spansOf(this.identity, first, bytes.length / blockBytes)) {
        const end = at + span.count * blockBytes;
        await this.writeAll([{ extent: span, bytes: bytes.subarray(at, end) }]);
        at = end;
      }
    }
  }

  /** Readers may go on: nothing changes for them. Caller: no change runs. */
  async flush(headerGeneration: number): Promise<void> {
    const touched = [...this.touched];
    await Promise.all(touched.map((volume) => this.files.volumes[volume]!.flush(headerGeneration)));
    this.touched.clear();
  }

  private async writeWave(wave: readonly VolumeWrite[]): Promise<void> {
    const done: Promise<void>[] = [];
    for (const run of runsOf(wave)) {
      const { volume, first, count } = run[0]!.extent;
      this.touched.add(volume);
      const file = this.files.volumes[volume]!;
      const parts = run.flatMap(({ bytes }) => (bytes ? [bytes] : []));
      done.push(parts.length > 0 ? file.write(first, parts) : file.zero(first, count));
    }
    for (const result of await Promise.allSettled(done)) {
      if (result.status === 'rejected') throw result.reason;
    }
  }
}

export interface VolumeWrite {
  readonly extent: Extent;
  readonly bytes: Uint8Array | null;
}

const waveMax = 64;

const blockNames = ({ volume, first, count }: Extent): string[] =>
  Array.from({ length: count }, (_, index) => `${volume}:${first + index}`);

/** Sorted by place, with neighbours that carry data together. */
function runsOf(wave: readonly VolumeWrite[]): VolumeWrite[][] {
  const sorted = [...wave].sort(
    (one, other) =>
      one.extent.volume - other.extent.volume || one.extent.first - other.extent.first,
  );
  const runs: VolumeWrite[][] = [];
  for (const write of sorted) {
    const last = runs.at(-1)?.at(-1);
    const { volume, first, count } = last?.extent ?? { volume: -1, first: 0, count: 0 };
    const adjacent = volume === write.extent.volume && first + count === write.extent.first;
    if (adjacent && last?.bytes && write.bytes) runs.at(-1)!.push(write);
    else runs.push([write]);
  }
  return runs;
}
