import type { Header } from '../../models/header.ts';
import type { Block, Entry, Range, Sequence } from '../../models/words.ts';
import type { Suffix } from './suffix.ts';

/**
 * One site's durable storage: header, sidefile, volumes and the stage beside them.
 *
 * What a backend owes its site:
 *  1. Changes of sidefile and header take effect in call order. So do changes of volumes and stage,
 *     each after the changes of sidefile and header called before it; a header waits for none of
 *     them: who needs one durable first waits for its promise. Each call resolves when its own promise
 *     is kept, and rejects with a `BackendError` otherwise. After one rejection of a change every later
 *     change rejects with `stopped`: a failed flush is never retried. Two exceptions change nothing and stop
 *     nothing: `stage` without room rejects with `full`, `exportSuffix` without a place with `no-place`.
 *  2. `store` resolves when all its entries survive a loss of power. Calls under way together may
 *     share one flush (group commit). A crash before may leave any subset of them, each whole or absent.
 *  3. `persist` resolves when the header survives a loss of power. A crash before leaves the old or
 *     the new header, whole.
 *  4. `apply` copies entries from the sidefile into the volumes, in sequence order, some at a time: a
 *     `read` meanwhile finds blocks of before or after. It need not be durable. `flush` resolves when everything applied before it survives a loss of power.
 *  5. `open` gives back the newest whole header, and every entry that lies on its history at or after
 *     its `start`. A record that should be there and is not readable is *damage* iff its position is at
 *     or before the flushed mark of any good record or header; otherwise it is a torn tail, and dropped.
 *     Where the disk has an error instead of bytes beyond all marks, or for both copies of a header, it
 *     rejects with `io`: what was stored last could be there.
 *     It never returns a record of another place, position or arrangement. Volumes are as they were
 *     found: the site redoes them from `settled`, and a block of that may read as `rot` until then.
 *  6. Nothing is returned that was not written: every block and every payload is checked when read.
 *     A block never written reads as zeroes.
 *  7. One process at a time: a second `open` is refused while the first lives.
 *  8. `exportSuffix` resolves when these entries, payloads and positions, survive a loss of power where
 *     `suffixes` finds them, also after the entries were cut. Entries may still be on their way: what was
 *     called before is stored first. An entry whose payload is gone or has rotted
 *     is left out and told as missing. The same suffix again adds to what was kept of it. Exports end
 *     in the order they were called.
 */
export interface Backend {
  store(writes: readonly StoredWrite[], committed: Sequence): Promise<void>;
  persist(header: Header): Promise<void>;
  apply(entries: readonly Entry[]): Promise<void>;
  flush(): Promise<void>;
  /** Payload of an entry still kept in the sidefile. Rejects with `gone` or `rot`. */
  payload(entry: Entry): Promise<Uint8Array>;
  /** Content of blocks of the volumes (global block numbers). Rejects with `rot` naming the block. */
  read(first: Block, count: number): Promise<Uint8Array>;
  /** Blocks of an update, kept beside the volumes; later ones win. Not durable before `flushStage`. */
  stage(blocks: readonly StagedBlocks[]): Promise<void>;
  flushStage(): Promise<void>;
  /** Copies the whole stage into the volumes and flushes them. Idempotent. */
  applyStage(): Promise<void>;
  dropStage(): Promise<void>;
  /** Blocks of an update straight into the volumes (no room beside them). Durable after `flush`. */
  overwrite(blocks: readonly StagedBlocks[]): Promise<void>;
  /** CRC-32 of the content of each of `count / stride` consecutive runs of blocks. */
  sums(first: Block, count: number, stride: number): Promise<number[]>;
  exportSuffix(above: Sequence, through: Sequence, entries: readonly Entry[]): Promise<void>;
  /** All suffixes kept so far. Rejects with `rot` or `format-version`, naming file and line. */
  suffixes(): Promise<readonly Suffix[]>;
  /** The newest suffix of exactly this run, whatever became of the others; null: none was kept. Rejects as above. */
  suffix(run: Range): Promise<Suffix | null>;
  /** Lets entries below `start` go: their places may be used again. Call after `persist` of that start. */
  retire(start: Sequence): void;
  close(): Promise<void>;
}

export interface StoredWrite {
  readonly entry: Entry;
  /** `extent.count * blockBytes` bytes for data, empty for zeroes and trim. */
  readonly payload: Uint8Array;
}

export interface StagedBlocks {
  readonly first: Block;
  readonly bytes: Uint8Array;
}

/** What `open` found. */
export interface Recovered {
  readonly backend: Backend;
  readonly header: Header;
  /** Entries on the header's history from its `start` on, sorted by sequence; holes are possible. */
  readonly entries: readonly Entry[];
  /** Largest c that the header or any good record carries. */
  readonly committed: Sequence;
  /** Sequences once durable and now unreadable; empty if nothing is damaged. */
  readonly damage: readonly Sequence[];
  /** Resolves when the disk is given up, with why: its site then stops. Absent: that is never told by itself. */
  readonly lost?: Promise<BackendError>;
}

export type BackendErrorCode =
  | 'not-a-site'
  | 'exists'
  | 'locked'
  | 'format-version'
  | 'other-arrangement'
  | 'header-unreadable'
  | 'full'
  /** An exported suffix cannot be kept: no room, no right to write there, or no folder named. What was kept before is as it was. */
  | 'no-place'
  /** Nothing can be written there, so that no site can be made or opened. */
  | 'read-only'
  | 'io'
  | 'flush-failed'
  | 'short-write'
  /** The disk left a request without an answer for longer than `diskTimeout`: nobody knows what became of it. */
  | 'no-answer'
  | 'rot'
  | 'gone'
  /** One position, two checksums. */
  | 'conflict'
  | 'range'
  | 'stopped'
  | 'closed';

/** A fault of the disk or of its content: a closed list, each with a sentence that names the value. */
export class BackendError extends Error {
  readonly code: BackendErrorCode;
  constructor(code: BackendErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'BackendError';
    this.code = code;
  }
}
