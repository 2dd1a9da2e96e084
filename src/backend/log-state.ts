import type { Header } from '../../models/header.ts';
import { liesOn, newestEpoch } from '../../models/history.ts';
import type { Sequence } from '../../models/words.ts';
import { checkHeader, checkHeld, checkPosition, checkWrite, type Limits } from './admission.ts';
import { cutBetween } from './committed.ts';
import { BackendError, type StoredWrite } from './port.ts';
import type { Ring, Told } from './ring.ts';

/** One change to the sidefile or the header, waiting for its turn. */
export type LogCall =
  | {
      readonly kind: 'store';
      readonly writes: readonly StoredWrite[];
      readonly committed: Sequence;
    }
  | { readonly kind: 'persist'; readonly header: Header }
  | { readonly kind: 'retire'; readonly start: Sequence };

/** Changes that share one write and one flush. */
export interface Round {
  readonly calls: number;
  /** The header to write, if a persist is among them. */
  readonly header: Header | null;
  /** Set when the call after them was refused. */
  readonly refused: BackendError | null;
}

/** The sidefile and header as they stand after every call taken so far, in call order. */
export class LogState {
  header: Header;
  start: Sequence;
  /** Largest c told in the epoch of `header`, or before and not cut since. */
  committed: Sequence;
  readonly ring: Ring;
  private readonly limits: Limits;

  constructor(header: Header, committed: Sequence, ring: Ring, limits: Limits) {
    this.header = header;
    this.committed = committed;
    this.start = header.start;
    this.ring = ring;
    this.limits = limits;
  }

  /**
   * Takes calls from the front of the queue as long as they can share a flush: until the ring has no
   * room, a call is refused, or the group is large enough.
   */
  gather(queue: readonly LogCall[], generation: number): Round {
    let header: Header | null = null;
    let calls = 0;
    for (const call of queue) {
      if (this.ring.waitingBytes >= groupBytes) break;
      try {
        if (call.kind === 'store') {
          const taken = this.takeStore(call.writes, call.committed, generation);
          if (taken === 'no-room') {
            if (calls === 0) throw noRoom(this.ring);
            break;
          }
          if (taken === 'header') header = this.header;
        } else if (call.kind === 'persist') {
          this.takeHeader(call.header);
          header = call.header;
        } else {
          this.takeRetire(call.start);
        }
      } catch (error) {
        return { calls, header, refused: error as BackendError };
      }
      calls++;
    }
    return { calls, header, refused: null };
  }

  /** All of them or none. A c that comes without a new entry goes into a note, or into the header. */
  private takeStore(
    writes: readonly StoredWrite[],
    committed: Sequence,
    generation: number,
  ): 'records' | 'header' | 'no-room' {
    const fresh = this.freshOf(writes);
    if (!this.ring.hasRoom(fresh)) return 'no-room';
    const committedEpoch = newestEpoch(this.header.history);
    const told: Told = { committed, committedEpoch, generation };
    for (const write of fresh) this.ring.append(write, told);
    const news = committed > this.committed;
    this.committed = Math.max(this.committed, committed);
    if (!news || fresh.length > 0) return 'records';
    return this.ring.appendNote(told) ? 'records' : 'header';
  }

  private freshOf(writes: readonly StoredWrite[]): StoredWrite[] {
    const fresh = new Map<Sequence, StoredWrite>();
    for (const write of writes) {
      const { entry } = write;
      checkWrite(this.header.identity, this.limits, write);
      checkPosition(this.header, this.start, entry);
      const held = fresh.get(entry.sequence)?.entry ?? this.ring.index.get(entry.sequence)?.entry;
      if (!checkHeld(held, entry)) fresh.set(entry.sequence, write);
    }
    return [...fresh.values()];
  }

  private takeHeader(header: Header): void {
    checkHeader(this.header.identity, this.limits, header);
    const cut = newestEpoch(header.history) !== newestEpoch(this.header.history);
    if (cut) this.committed = Math.min(this.committed, cutBetween(this.header, header));
    this.committed = Math.max(this.committed, header.committed);
    this.header = header;
    this.start = Math.min(this.start, header.start);
    if (!cut) return;
    for (const { entry } of this.ring.index.all()) {
      if (!liesOn(header.history, entry)) this.ring.index.delete(entry.sequence);
    }
  }

  private takeRetire(start: Sequence): void {
    const from = this.start;
    this.start = Math.max(from, Math.min(start, this.header.start));
    this.ring.index.deleteRange(from, this.start);
  }
}

const groupBytes = 8 << 20;

function noRoom(ring: Ring): BackendError {
  return new BackendError(
    'full',
    `the sidefile has no room: ${ring.head - ring.tail} bytes are kept; raise ringBytes or lower the capacity`,
  );
}
