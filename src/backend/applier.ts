import type { Entry } from '../../models/words.ts';
import type { CheckedFile } from './checked-file.ts';
import type { PayloadReader } from './payload-reader.ts';
import type { VolumeSet } from './volume-set.ts';

/** Entries from the sidefile into the volumes: what is written over by a later one is left out. */
export class Applier {
  private readonly sidefile: CheckedFile;
  private readonly payloads: PayloadReader;
  private readonly volumes: VolumeSet;
  private readonly isKept: (entry: Entry) => boolean;

  /** `isKept`: a header that came meanwhile may have cut what is still to be applied. */
  constructor(
    sidefile: CheckedFile,
    payloads: PayloadReader,
    volumes: VolumeSet,
    isKept: (entry: Entry) => boolean = () => true,
  ) {
    this.sidefile = sidefile;
    this.payloads = payloads;
    this.volumes = volumes;
    this.isKept = isKept;
  }

  /** Readers find the volumes between two lots, with all of the later ones laid over by whoever asks. */
  async apply(entries: readonly Entry[]): Promise<void> {
    for (const part of partsOf(entries)) {
      for (const lot of lotsOf(lastingOf(part))) {
        await this.volumes.alone(() => this.applyLot(lot));
      }
    }
  }

  private async applyLot(lot: readonly Entry[]): Promise<void> {
    const { kind, extent } = lot[0]!;
    if (kind !== 'data') {
      await this.volumes.writeAll(lot.map((entry) => ({ extent: entry.extent, bytes: null })));
      return;
    }
    for (let left = lot.filter(this.isKept); left.length > 0; left = left.filter(this.isKept)) {
      const pieces = left.map((entry) => ({
        first: entry.extent.first,
        from: this.payloads.offsetOf(entry),
        bytes: this.payloads.bytesOf(entry),
        checksum: entry.checksum,
      }));
      left = left.slice(await this.volumes.copy(extent.volume, this.sidefile, pieces));
      if (left.length === 0) return;
      // Its record was moved meanwhile, or rots: then this rejects.
      const [moved] = left;
      if (!this.isKept(moved!)) continue;
      const [bytes] = await this.payloads.read([moved!]);
      await this.volumes.writeAll([{ extent: moved!.extent, bytes: bytes! }]);
      left = left.slice(1);
    }
  }
}

/** Readers wait for a lot; each is a message to the thread that copies, and one back. */
const lotEntriesMax = 256;
/** More than a volume may have (`option-limits.ts`). */
const volumeBlocksMax = 2 ** 32;

/** Blocks looked at together; more than some 2 ** 24 are no set. */
const partBlocksMax = 2 ** 20;

/** In sequence order, each of no more blocks than can be looked at together. */
function* partsOf(entries: readonly Entry[]): Generator<readonly Entry[]> {
  const sorted = [...entries].sort((one, other) => one.sequence - other.sequence);
  let part: Entry[] = [];
  let blocks = 0;
  for (const entry of sorted) {
    const { count } = entry.extent;
    if (part.length > 0 && blocks + count > partBlocksMax) {
      yield part;
      part = [];
      blocks = 0;
    }
    part.push(entry);
    blocks += count;
  }
  yield part;
}

/** Of entries in sequence order those that write a block which no later one writes. */
function lastingOf(entries: readonly Entry[]): Entry[] {
  const later = new Set<number>();
  const lasting: Entry[] = [];
  for (const entry of entries.toReversed()) {
    const { volume, first, count } = entry.extent;
    const before = later.size;
    const from = volume * volumeBlocksMax + first;
    for (let block = from; block < from + count; block++) later.add(block);
    if (later.size > before) lasting.push(entry);
  }
  return lasting.reverse();
}

/** Neighbours that go to one volume and are all data, or none. */
function lotsOf(entries: readonly Entry[]): Entry[][] {
  const lots: Entry[][] = [];
  for (const entry of entries) {
    const lot = lots.at(-1);
    const isAlike =
      lot !== undefined &&
      lot.length < lotEntriesMax &&
      lot[0]!.extent.volume === entry.extent.volume &&
      (lot[0]!.kind === 'data') === (entry.kind === 'data');
    if (isAlike) lot.push(entry);
    else lots.push([entry]);
  }
  return lots;
}
