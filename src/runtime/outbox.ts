import type { Unsent } from '../../models/event.ts';
import type { Message, Run } from '../../models/message.ts';
import type { Block, Entry, Session, SiteId } from '../../models/words.ts';
import type { Backend } from '../backend/port.ts';
import { type Frame, nakedFrame, type Transport } from '../transport/port.ts';
import type { Payloads } from './payloads.ts';
import { isUnreadable, type UnreadableBlocks } from './read-volumes.ts';

/**
 * Frames on their way out. To each peer they leave in the order they were asked for, also when a
 * payload must first be read from the disk. Blocks that the disk does not give back are told of, and
 * their frame is not sent; an entry that is gone ends the session: nothing is left out silently.
 */
export class Outbox {
  private readonly backend: Backend;
  private readonly payloads: Payloads;
  private readonly transport: Transport;
  private readonly unreadable: UnreadableBlocks;
  private readonly tell: Unreadable;
  /** An entry that this site counts as held is gone: it must not go on as if it held it. */
  private readonly damaged: (error: Error) => void;
  /** Per peer: resolves when all before has left; null: nothing waits. */
  private readonly last: (Promise<void> | null)[] = [null, null, null];

  constructor(
    backend: Backend,
    payloads: Payloads,
    transport: Transport,
    unreadable: UnreadableBlocks,
    tell: Unreadable,
    damaged: (error: Error) => void,
  ) {
    this.unreadable = unreadable;
    this.tell = tell;
    this.damaged = damaged;
    this.backend = backend;
    this.payloads = payloads;
    this.transport = transport;
  }

  send(to: SiteId, session: Session, message: Message): void {
    const ready = this.atHand(message);
    const before = this.last[to];
    if (ready && !before) {
      this.transport.send(to, session, ready);
      return;
    }
    // Read now: what a frame says is said as of this moment, not of when its turn to leave comes.
    const frame = ready ? Promise.resolve(ready) : this.filled(message);
    const left = Promise.all([frame, before])
      .then(([filled]) => this.transport.send(to, session, filled))
      .catch((error: Error) => this.unsent(to, session, message, error))
      // What cannot be filled may be known before all before it has left: what follows waits for that all the same.
      .then(() => before)
      .then(() => {
        if (this.last[to] === left) this.last[to] = null;
      });
    this.last[to] = left;
  }

  private async unsent(
    to: SiteId,
    session: Session,
    message: Message,
    error: Error,
  ): Promise<void> {
    const isEntry = message.type === 'write' || message.type === 'fetched';
    if (isEntry && isUnreadable(error)) {
      this.damaged(error);
      return;
    }
    await this.unreadable.find(volumeRunsOf(message), (blocks) => {
      if (blocks.length > 0) this.tell(blocks, { to, session, message });
      else this.transport.reset(to, session);
    });
  }

  private atHand(message: Message): Frame | null {
    switch (message.type) {
      case 'write':
      case 'fetched': {
        const payloads: Uint8Array[] = [];
        for (const entry of message.entries) {
          const bytes = this.payloads.atHand(entry);
          if (bytes === null) return null;
          payloads.push(bytes);
        }
        return { message, payloads, sums: [] };
      }
      case 'blocks':
      case 'lent':
      case 'sums':
        return null;
      default:
        return nakedFrame(message);
    }
  }

  private async filled(message: Message): Promise<Frame> {
    switch (message.type) {
      case 'write':
      case 'fetched': {
        const payloads = message.entries.map((entry: Entry) => this.payloads.of(entry));
        return { message, payloads: await Promise.all(payloads), sums: [] };
      }
      case 'blocks':
      case 'lent': {
        const read = runsOf(message.blocks).map((run) => this.readRun(run));
        return { message, payloads: (await Promise.all(read)).flat(), sums: [] };
      }
      case 'sums': {
        const sums = message.runs.map(({ first, count }) => this.backend.sums(first, count, 1));
        return { message, payloads: [], sums: (await Promise.all(sums)).flat() };
      }
      default:
        return nakedFrame(message);
    }
  }

  private async readRun({ first, count }: Run): Promise<Uint8Array[]> {
    const bytes = await this.backend.read(first, count);
    const blockBytes = bytes.length / count;
    return Array.from({ length: count }, (_, index) =>
      bytes.subarray(index * blockBytes, (index + 1) * blockBytes),
    );
  }
}

/** Told when blocks of the volumes cannot be read and the message that names them is not sent. */
export type Unreadable = (blocks: readonly Block[], unsent: Unsent) => void;

function volumeRunsOf(message: Message): readonly Run[] {
  if (message.type === 'sums') return message.runs;
  return message.type === 'blocks' || message.type === 'lent' ? runsOf(message.blocks) : [];
}

/** Blocks that follow each other are read in one piece. */
function runsOf(blocks: readonly Block[]): Run[] {
  const runs: { first: Block; count: number }[] = [];
  for (const block of blocks) {
    const last = runs[runs.length - 1];
    if (last && block === last.first + last.count) last.count++;
    else runs.push({ first: block, count: 1 });
  }
  return runs;
}
