import { crc32 } from 'node:zlib';
import type { Header } from '../../models/header.ts';
import { liesOn } from '../../models/history.ts';
import type { Block, Entry, Range, Sequence } from '../../models/words.ts';
import { checkSums } from './address-space.ts';
import { checkStaged, type Limits } from './admission.ts';
import { Applier } from './applier.ts';
import { faultOf } from './checked-file.ts';
import { Lifetime } from './lifetime.ts';
import { LogLane } from './log-lane.ts';
import { PayloadReader } from './payload-reader.ts';
import type { Backend, BackendError, BackendErrorCode, StagedBlocks, StoredWrite } from './port.ts';
import type { Ring } from './ring.ts';
import type { OpenFiles } from './site-files.ts';
import { type Suffix, suffixHead } from './suffix.ts';
import { VolumeSet } from './volume-set.ts';

/**
 * The port over files. Three lanes, each in call order: the log (sidefile and header), where calls that
 * wait together share one flush, the volumes (apply, flush, stage), and exports. A volume change and an
 * export wait for the log changes called before them; stores and headers wait for no volume, or hosts would.
 */
export class FileBackend implements Backend {
  private readonly files: OpenFiles;
  private readonly log: LogLane;
  private readonly lifetime = new Lifetime();
  private readonly ring: Ring;
  private readonly payloads: PayloadReader;
  private readonly volumes: VolumeSet;
  private readonly applier: Applier;
  private closing: Promise<void> | null = null;
  private readonly turns = { volumes: Promise.resolve(), exports: Promise.resolve() };

  constructor(
    files: OpenFiles,
    limits: Limits,
    found: { header: Header; ring: Ring; generation: number; committed: Sequence },
  ) {
    this.files = files;
    this.ring = found.ring;
    this.log = new LogLane(files, limits, this.lifetime, found);
    this.payloads = new PayloadReader(files.sidefile, found.ring);
    this.volumes = new VolumeSet(files, found.header.identity);
    this.applier = new Applier(files.sidefile, this.payloads, this.volumes, (entry) =>
      liesOn(this.log.state.header.history, entry),
    );
  }

  /** Writes the header again, with what recovery made certain. */
  confirm(): Promise<void> {
    return this.log.writeHeader(this.log.state.header);
  }

  store(writes: readonly StoredWrite[], committed: Sequence): Promise<void> {
    return this.log.enter({ kind: 'store', writes, committed });
  }

  persist(header: Header): Promise<void> {
    return this.log.enter({ kind: 'persist', header });
  }

  exportSuffix(above: Sequence, through: Sequence, entries: readonly Entry[]): Promise<void> {
    return this.unlessRefused('no-place', 'exports', 'exporting a suffix', () => {
      const head = suffixHead(this.log.state.header, above, through);
      return this.files.suffixes.keep(head, this.readable(entries));
    });
  }

  suffixes(): Promise<readonly Suffix[]> {
    return this.files.suffixes.all();
  }

  suffix(run: Range): Promise<Suffix | null> {
    return this.files.suffixes.newestOf(run);
  }

  /** What is gone or has rotted is left out. */
  private async *readable(entries: readonly Entry[]): AsyncGenerator<StoredWrite> {
    for (const entry of entries) {
      const payload = await this.payload(entry).catch((error: BackendError) => {
        if (error.code === 'rot' || error.code === 'gone') return null;
        throw error;
      });
      if (payload !== null) yield { entry, payload };
    }
  }

  retire(start: Sequence): void {
    this.log.enter({ kind: 'retire', start }).catch(() => {});
  }

  apply(entries: readonly Entry[]): Promise<void> {
    return this.onVolumes(() => this.applier.apply(entries));
  }

  flush(): Promise<void> {
    return this.onVolumes(() => this.volumes.flush(this.log.generation));
  }

  async payload(entry: Entry): Promise<Uint8Array> {
    this.lifetime.refuseClosed();
    const place = this.ring.index.placeOf(entry.sequence);
    if (place < 0 || place >= this.ring.flushedPlace) await settled(this.log.turn);
    this.lifetime.refuseClosed();
    return (await this.payloads.read([entry]))[0]!;
  }

  async read(first: Block, count: number): Promise<Uint8Array> {
    this.lifetime.refuseClosed();
    return this.volumes.read(first, count);
  }

  async sums(first: Block, count: number, stride: number): Promise<number[]> {
    checkSums(this.log.state.header.identity, first, count, stride);
    const sums: number[] = [];
    for (let at = 0; at < count; at += stride) {
      sums.push(crc32(await this.read(first + at, Math.min(stride, count - at))));
    }
    return sums;
  }

  stage(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.unlessRefused('full', 'volumes', 'changing the volumes', () => {
      checkStaged(this.log.state.header.identity, blocks);
      return this.files.stage.add(blocks);
    });
  }

  flushStage(): Promise<void> {
    return this.onVolumes(() => this.files.stage.flush(this.log.generation));
  }

  applyStage(): Promise<void> {
    return this.onVolumes(async () => {
      await this.volumes.alone(async () => {
        for await (const blocks of this.files.stage.blocks()) {
          await this.volumes.overwrite([blocks]);
        }
      });
      await this.volumes.flush(this.log.generation);
    });
  }

  dropStage(): Promise<void> {
    return this.onVolumes(() => this.files.stage.drop(this.log.generation));
  }

  overwrite(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.onVolumes(async () => {
      checkStaged(this.log.state.header.identity, blocks);
      await this.volumes.alone(() => this.volumes.overwrite(blocks));
    });
  }

  async close(): Promise<void> {
    if (this.closing) return this.closing;
    this.closing = this.end();
    return this.closing;
  }

  /** What was called before still ends; then the header notes what is flushed by now. */
  private async end(): Promise<void> {
    this.lifetime.beginClosing(this.files.header.path);
    await Promise.all([this.turns.volumes, this.turns.exports, settled(this.log.turn)]);
    const { stopped } = this.lifetime;
    this.lifetime.close();
    try {
      if (!stopped) await this.log.writeHeader(this.log.state.header);
    } finally {
      await this.files.close();
    }
  }

  /** A change that rejects with that code, changes nothing and stops nothing. */
  private async unlessRefused(
    code: BackendErrorCode,
    lane: Lane,
    doing: string,
    change: () => Promise<void>,
  ): Promise<void> {
    let refusal: BackendError | null = null;
    await this.inTurn(lane, doing, async () => {
      try {
        await change();
      } catch (error) {
        if ((error as BackendError).code !== code) throw error;
        refusal = error as BackendError;
      }
    });
    if (refusal) throw refusal;
  }

  private onVolumes(change: () => Promise<void>): Promise<void> {
    return this.inTurn('volumes', 'changing the volumes', change);
  }

  private inTurn(lane: Lane, doing: string, change: () => Promise<void>): Promise<void> {
    if (this.lifetime.refuses) return Promise.reject(this.lifetime.refusal());
    const done = Promise.all([this.turns[lane], settled(this.log.turn)]).then(async () => {
      if (this.lifetime.stopped) throw this.lifetime.refusal();
      try {
        await change();
      } catch (error) {
        this.lifetime.stop(faultOf(error, doing));
        throw error;
      }
    });
    this.turns[lane] = settled(done);
    return done;
  }
}

type Lane = 'volumes' | 'exports';

const settled = (promise: Promise<void>): Promise<void> => promise.catch(() => {});
