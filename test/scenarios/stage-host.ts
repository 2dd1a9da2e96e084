import type { Extent, WriteKind } from '../../models/words.ts';
import { HostError, type HostErrorCode } from '../../src/runtime/host-error.ts';
import type { Journal, JournalWrite } from '../../src/simulator/journal.ts';
import type { Actor } from './actor.ts';
import type { Stage } from './stage.ts';

/** One request of a host and how it ended. */
export interface Ticket {
  readonly write: JournalWrite | null;
  outcome: 'pending' | 'done' | HostErrorCode | string;
  /** Of a read: the write whose data was seen, 0 for zeroes. */
  seen: number | null;
}

export interface Where {
  readonly block?: number;
  readonly volume?: number;
  readonly count?: number;
  readonly kind?: WriteKind;
}

/** The host of a play. Its writes count from 1; each goes to the next block unless told where. */
export class StageHost {
  readonly journal: Journal;
  private readonly stage: Stage;
  private next = 0;

  constructor(stage: Stage, journal: Journal) {
    this.stage = stage;
    this.journal = journal;
  }

  /** Writes so many times and waits until each is answered with success. */
  async writes(count: number, where: Where = {}): Promise<readonly Ticket[]> {
    const tickets = this.begins(count, where);
    await this.stage.until(() => tickets.every(({ outcome }) => outcome !== 'pending'));
    const failed = tickets.find(({ outcome }) => outcome !== 'done');
    if (failed) throw new Error(`write ${failed.write!.id} ended with ${failed.outcome}`);
    return tickets;
  }

  /** Writes and waits for nothing. */
  begins(count: number, where: Where = {}): readonly Ticket[] {
    return Array.from({ length: count }, () => this.begin(where));
  }

  /** Asks this site and no other. */
  asks(actor: Actor, count: number, where: Where = {}): readonly Ticket[] {
    return Array.from({ length: count }, () => this.begin(where, actor));
  }

  /** Reads one block and waits: the write whose data it has, 0 for none. */
  async reads(block: number, volume = 0): Promise<number> {
    const ticket = this.beginsToRead(block, volume);
    await this.stage.until(() => ticket.outcome !== 'pending');
    if (ticket.outcome !== 'done') throw new Error(`the read ended with ${ticket.outcome}`);
    return ticket.seen!;
  }

  /** Reads one block and waits for nothing; of this site and no other if one is named. */
  beginsToRead(block: number, volume = 0, actor: Actor | null = null): Ticket {
    const ticket: Ticket = { write: null, outcome: 'pending', seen: null };
    const extent = { volume, first: block, count: 1 };
    const asked = this.journal.moment();
    const answered = actor
      ? actor.loop.readBlocks(extent)
      : this.stage.arrangement.read(volume, block, 1).then(
          (bytes) => ({ code: 'done', bytes }),
          (error: unknown) => ({ code: codeOf(error), bytes: null }),
        );
    void answered.then(({ code, bytes }) => {
      ticket.outcome = code;
      if (bytes === null || code !== 'done') return;
      ticket.seen = this.journal.contentAt(bytes, 0, block).write;
      this.stage.wasRead({ extent, asked, answered: this.journal.moment(), bytes });
    });
    return ticket;
  }

  private begin(where: Where, actor: Actor | null = null): Ticket {
    const { kind = 'data' } = where;
    const extent = this.extentOf(where);
    const { write, bytes } = this.journal.begin(extent, kind);
    const ticket: Ticket = { write, outcome: 'pending', seen: null };
    const { arrangement } = this.stage;
    const { volume, first, count } = extent;
    const done = actor
      ? actor.loop.write(extent, kind, bytes).then(({ code }) => code)
      : (kind === 'data'
          ? arrangement.write(volume, first, bytes)
          : arrangement[kind](volume, first, count)
        ).then(() => 'done', codeOf);
    void done.then((outcome) => {
      ticket.outcome = outcome;
      if (outcome === 'done') write.acknowledged ??= this.journal.moment();
    });
    return ticket;
  }

  private extentOf({ block, volume = 0, count = 1 }: Where): Extent {
    const blocks = this.stage.volumes[volume]!;
    const first = block ?? this.next;
    if (block === undefined) this.next = (this.next + count) % (blocks - count + 1);
    return { volume, first, count };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof HostError) return error.code;
  throw error;
}
