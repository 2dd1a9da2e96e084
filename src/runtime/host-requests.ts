import { types } from 'node:util';
import type { Extent, WriteKind } from '../../models/words.ts';
import type { Clock } from './clock.ts';
import { pause } from './clock.ts';
import type { HostAnswer } from './host-desk.ts';
import { HostError, type HostErrorCode } from './host-error.ts';
import { lengthOf } from './own-copies.ts';
import { shown } from './shown.ts';
import type { SiteLoop } from './site-loop.ts';

export interface HostShape {
  readonly volumes: readonly number[];
  readonly blockBytes: number;
  readonly blocksPerWriteMax: number;
  readonly clock: Clock;
  /** For how long a primary is looked for, in milliseconds. */
  readonly bound: number;
  /** Bytes of a host, in memory of our own: what it does with its own from then on is not written. */
  readonly ownCopy: (bytes: Uint8Array) => Uint8Array;
  /** The site that is thought to serve; null: none. */
  readonly primary: () => SiteLoop | null;
}

const noBytes = new Uint8Array(0);
const searchPause = 5;
/** Parts of one request under way at once: of a volume that is zeroed as a whole there may be millions. */
const partsAtOnce = 64;
/** Bytes that one read gives at most: no file is read, and no memory had, in one piece of any size. */
export const readBytesMax = 2 ** 30;

/** Splits host requests, takes them to whoever serves, and words how they end. */
export class HostRequests {
  private readonly shape: HostShape;
  private closed = false;

  constructor(shape: HostShape) {
    this.shape = shape;
  }

  /** From here on everything is refused; what waits for a primary waits no longer. */
  close(): void {
    this.closed = true;
  }

  /** Resolves when every block is written and cannot be lost any more. Rejects with a HostError. */
  async write(volume: number, firstBlock: number, bytes: Uint8Array): Promise<void> {
    const { blockBytes } = this.shape;
    // By what it is: an object may look like one and have no bytes, and one of another realm is one.
    if (!types.isUint8Array(bytes)) {
      throw new HostError(
        'payload-size',
        `what is to be written is no Uint8Array but ${typeof bytes}`,
      );
    }
    const length = lengthOf(bytes);
    if (length === 0 || length % blockBytes !== 0) {
      const sentence = `${length} bytes are no whole number of blocks of ${blockBytes}`;
      throw new HostError('payload-size', sentence);
    }
    const extent = { volume, first: firstBlock, count: length / blockBytes };
    this.refuseRange(extent);
    const own = this.shape.ownCopy(bytes);
    await this.change(extent, 'data', (from, count) =>
      count === extent.count ? own : own.subarray(from * blockBytes, (from + count) * blockBytes),
    );
  }

  async zeroes(volume: number, firstBlock: number, count: number): Promise<void> {
    this.refuseRange({ volume, first: firstBlock, count });
    await this.change({ volume, first: firstBlock, count }, 'zeroes', () => noBytes);
  }

  async trim(volume: number, firstBlock: number, count: number): Promise<void> {
    this.refuseRange({ volume, first: firstBlock, count });
    await this.change({ volume, first: firstBlock, count }, 'trim', () => noBytes);
  }

  async read(volume: number, firstBlock: number, count: number): Promise<Uint8Array> {
    const extent = { volume, first: firstBlock, count };
    this.refuseRange(extent);
    const blocksMax = readBytesMax / this.shape.blockBytes;
    if (count > blocksMax) {
      throw new HostError('range', `one read gives 1..${blocksMax} blocks, not ${count}`);
    }
    const { bytes } = await this.served((site) => site.readBlocks(extent));
    return bytes!;
  }

  /** Resolves when everything acknowledged before is durable. */
  async flush(): Promise<void> {
    await this.served((site) => site.flushHost());
  }

  private change(
    extent: Extent,
    kind: WriteKind,
    payload: (from: number, count: number) => Uint8Array,
  ): Promise<unknown> {
    if (extent.count > this.shape.blocksPerWriteMax) return this.inParts(extent, kind, payload);
    const whole = payload(0, extent.count);
    return this.served((site) => site.write(extent, kind, whole));
  }

  /** So many at a time, in order, until one fails. */
  private async inParts(
    extent: Extent,
    kind: WriteKind,
    payload: (from: number, count: number) => Uint8Array,
  ): Promise<void> {
    const { blocksPerWriteMax } = this.shape;
    const causes: HostError[] = [];
    let from = 0;
    let done = 0;
    const writeOn = async () => {
      while (from < extent.count && causes.length === 0) {
        const count = Math.min(blocksPerWriteMax, extent.count - from);
        const part = { volume: extent.volume, first: extent.first + from, count };
        const bytes = payload(from, count);
        from += count;
        await this.served((site) => site.write(part, kind, bytes)).then(
          () => void done++,
          (cause: HostError) => void causes.push(cause),
        );
      }
    };
    await Promise.all(Array.from({ length: partsAtOnce }, writeOn));
    if (causes.length === 0) return;
    const unknown = causes.find(({ code }) => code === 'unknown-fate');
    const cause = unknown ?? causes[0]!;
    // Not done is only what was done in no part.
    if (done === 0 && unknown === undefined) throw cause;
    const parts = Math.ceil(extent.count / blocksPerWriteMax);
    const sentence = `${parts - done} of ${parts} parts failed: ${cause.message}`;
    throw new HostError('unknown-fate', sentence, { cause });
  }

  /** Mostly somebody serves, and does what is asked: then nothing more is waited for. */
  private served(ask: (site: SiteLoop) => Promise<HostAnswer>): Promise<HostAnswer> {
    const { clock, bound, primary } = this.shape;
    const deadline = clock.now() + bound;
    const site = this.closed ? null : primary();
    if (site === null) return this.search(ask, deadline, 'no-primary');
    return ask(site).then((answer) =>
      answer.code === 'done' ? answer : this.search(ask, deadline, endOf(answer)),
    );
  }

  /** Asks whoever serves, again and again until the bound, as long as nothing can have happened. */
  private async search(
    ask: (site: SiteLoop) => Promise<HostAnswer>,
    deadline: number,
    before: HostErrorCode,
  ): Promise<HostAnswer> {
    const { clock, primary } = this.shape;
    let code = before;
    while (code !== 'unknown-fate' && code !== 'unreadable') {
      if (this.closed) throw new HostError('stopped', sentences.stopped);
      await pause(clock, searchPause);
      if (clock.now() >= deadline) break;
      const site = this.closed ? null : primary();
      if (site === null) continue;
      const answer = await ask(site);
      if (answer.code === 'done') return answer;
      code = endOf(answer);
    }
    throw new HostError(code, sentences[code]);
  }

  private refuseRange({ volume, first, count }: Extent): void {
    const { volumes } = this.shape;
    const blocks = Number.isSafeInteger(volume) ? volumes[volume] : undefined;
    if (blocks === undefined) {
      const sentence = `volume ${shown(volume)} is not within 0..${volumes.length - 1}`;
      throw new HostError('range', sentence);
    }
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
      const sentence = `${shown(count)} blocks from ${shown(first)} of volume ${volume} are not within 0..${blocks - 1}: whole numbers, one block at least`;
      throw new HostError('range', sentence);
    }
    if (first < 0 || first + count > blocks) {
      const sentence = `blocks ${first}..${first + count - 1} of volume ${volume} are not within 0..${blocks - 1}`;
      throw new HostError('range', sentence);
    }
  }
}

function endOf({ code }: HostAnswer): HostErrorCode {
  switch (code) {
    case 'refused-busy':
      return 'busy';
    case 'unknown-fate':
    case 'unreadable':
      return code;
    default:
      return 'no-primary';
  }
}

const sentences: Record<HostErrorCode, string> = {
  range: 'the extent is not there',
  'payload-size': 'the bytes are no whole number of blocks',
  'no-primary': 'no site served this request within the bound; it was not done',
  busy: 'too many writes are waiting; it was not done',
  'unknown-fate': 'no answer came within the bound; it may have been done and may show later',
  unreadable:
    'the disk does not give back what was written; the mirrors are asked for it: ask again',
  stopped: 'the arrangement is stopped',
  'needs-consent': 'something would be lost that nobody agreed to lose',
  'no-place': 'there is no place for the copy',
  refused: 'not possible',
};
