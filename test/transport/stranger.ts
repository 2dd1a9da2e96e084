import { connect, type Socket } from 'node:net';
import { type Decoded, encodeGreeting } from '../../src/transport/frame.ts';
import { FrameDecoder } from '../../src/transport/frame-decoder.ts';
import type { Greeting } from '../../src/transport/wire/greeting.ts';
import { digestOf, type Envelope } from '../../src/transport/wire/header.ts';

/** Somebody who calls a site and says what he likes. */
export class Stranger {
  readonly heard: Decoded[] = [];
  isClosed = false;
  private readonly socket: Socket;
  private number = 0;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    const decoder = new FrameDecoder();
    this.socket.on('data', (chunk: Buffer) => {
      decoder.push(chunk, (decoded) => this.heard.push(decoded) > 0);
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  write(bytes: Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  say(greeting: Greeting, envelope: Partial<Envelope> = {}): this {
    const result = encodeGreeting({ ...this.envelope(), ...envelope }, greeting);
    if (!result.ok) throw result.error;
    return this.write(result.value);
  }

  /** Of what is said next. */
  envelope(): Envelope {
    return {
      from: 0,
      to: 1,
      lane: 0,
      incarnation: 100,
      boot: 1,
      arrangement: digestOf('test'),
      session: 0,
      epoch: -1,
      number: this.number++,
    };
  }

  /** Reads nothing any more. */
  goDeaf(): this {
    this.socket.pause();
    return this;
  }

  leave(): void {
    this.socket.destroy();
  }

  /** Reason and sentence of the goodbye it was told; null: none. */
  get farewell(): string | null {
    for (const decoded of this.heard) {
      if (decoded.kind !== 'greeting' || decoded.greeting.type !== 'goodbye') continue;
      return `${decoded.greeting.reason}: ${decoded.greeting.sentence}`;
    }
    return null;
  }
}

export const someHello: Extract<Greeting, { type: 'hello' }> = {
  type: 'hello',
  lowest: 1,
  highest: 1,
  lanes: 1,
  sessionFloor: 0,
  nonce: 'ab'.repeat(32),
  blockBytes: 512,
  volumes: [64],
};
