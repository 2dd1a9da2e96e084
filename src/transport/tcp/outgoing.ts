import type { Socket } from 'node:net';
import type { Frame } from '../port.ts';

const headerAndBody = 256;

/**
 * Frames that wait until the socket takes them. They are turned into bytes only then, so what keeps a
 * link alive overtakes them, and a peer that does not read is noticed by what waits.
 */
export class Outgoing {
  private readonly socket: Socket;
  private readonly write: (frame: Frame) => void;
  /** Null: it is sent. */
  private waiting: (Frame | null)[] = [];
  private next = 0;
  /** About as many bytes wait. */
  bytes = 0;

  constructor(socket: Socket, write: (frame: Frame) => void) {
    this.socket = socket;
    this.write = write;
    socket.on('drain', () => this.pump());
  }

  add(frame: Frame): void {
    this.waiting.push(frame);
    this.bytes += sizeOf(frame);
    this.pump();
  }

  clear(): void {
    this.waiting = [];
    this.next = 0;
    this.bytes = 0;
  }

  private pump(): void {
    while (this.next < this.waiting.length && !this.socket.writableNeedDrain) {
      const frame = this.waiting[this.next]!;
      this.waiting[this.next++] = null;
      this.bytes -= sizeOf(frame);
      this.write(frame);
    }
    // On a link that is never idle something always waits: what is sent must go before nothing does.
    if (2 * this.next < this.waiting.length) return;
    this.waiting = this.waiting.slice(this.next);
    this.next = 0;
  }
}

const sizeOf = ({ payloads, sums }: Frame): number =>
  payloads.reduce((sum, { length }) => sum + length, headerAndBody + 4 * sums.length);
