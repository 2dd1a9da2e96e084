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
  private waiting: Frame[] = [];
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
      this.next++;
      this.bytes -= sizeOf(frame);
      this.write(frame);
    }
    if (this.next < this.waiting.length) return;
    this.waiting = [];
    this.next = 0;
  }
}

const sizeOf = ({ payloads, sums }: Frame): number =>
  payloads.reduce((sum, { length }) => sum + length, headerAndBody + 4 * sums.length);
