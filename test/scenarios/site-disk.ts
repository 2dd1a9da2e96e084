import type { Block, Sequence } from '../../models/words.ts';
import type { FaultyDisk } from '../../src/backend/faulty.ts';
import type { MemoryState } from '../../src/backend/memory.ts';
import type { Backend } from '../../src/backend/port.ts';
import type { SiteStore } from '../../src/runtime/site-store.ts';
import type { Failure, Gates } from './gates.ts';

/** What comes through a loss of power of what was written and not flushed. */
export type Unflushed = 'lost' | 'kept' | 'torn';

/** The disk under one site of a stage, and what a play may do to it. */
export interface SiteDisk extends SiteStore {
  readonly gates: Gates;
  /** What the next loss of power leaves. */
  unflushed: Unflushed;
  /** From now on every attempt to make something durable ends so. */
  fail(how: Failure): void;
  /** One bit of this block, or of the sidefile record of this write, turns. */
  rot(what: Rot): Promise<void>;
  /** The disk as it is now; `restore` puts a copy in its place while the site is down. */
  copy(): Copy;
  restore(copy: Copy): void;
  /** What a reader finds there, past gates and rot; null: nobody has it open. */
  readonly backend: Backend | null;
}

export type Copy = MemoryState | FaultyDisk;

export type Rot =
  | { readonly kind: 'block'; readonly block: Block; readonly bytes: Uint8Array }
  | { readonly kind: 'record'; readonly sequence: Sequence; readonly bytes: Uint8Array };
