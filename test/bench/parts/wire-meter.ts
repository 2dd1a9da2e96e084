import type { Effect } from '../../../models/effect.ts';
import type { Message, MessageType } from '../../../models/message.ts';
import { encodeFrame } from '../../../src/transport/frame.ts';
import type { Frame } from '../../../src/transport/port.ts';

/** Every frame a site sends, as the bytes that a wire would carry; content does not change the size. */
export class WireMeter {
  private readonly bytes = new Map<MessageType, number>();
  private readonly blockBytes: number;

  constructor(blockBytes: number) {
    this.blockBytes = blockBytes;
  }

  clear(): void {
    this.bytes.clear();
  }

  see(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'send') continue;
      const { type } = effect.message;
      this.bytes.set(type, (this.bytes.get(type) ?? 0) + this.lengthOf(effect.message));
    }
  }

  of(...types: readonly MessageType[]): number {
    return types.reduce((sum, type) => sum + (this.bytes.get(type) ?? 0), 0);
  }

  private lengthOf(message: Message): number {
    const envelope = {
      from: 0,
      to: 1,
      lane: 0,
      incarnation: 1,
      boot: 1,
      arrangement: '0'.repeat(32),
      session: 1,
      epoch: 0,
      number: 0,
    } as const;
    const encoded = encodeFrame(envelope, this.frameOf(message));
    if (!encoded.ok) throw new Error(`${message.type} cannot be encoded: ${encoded.error.message}`);
    return encoded.value.reduce((sum, { length }) => sum + length, 0);
  }

  private frameOf(message: Message): Frame {
    const zeroes = (count: number) => new Uint8Array(count * this.blockBytes);
    switch (message.type) {
      case 'write':
      case 'fetched': {
        const payloads = message.entries.map(({ kind, extent }) =>
          zeroes(kind === 'data' ? extent.count : 0),
        );
        return { message, payloads, sums: [] };
      }
      case 'blocks':
        return { message, payloads: message.blocks.map(() => zeroes(1)), sums: [] };
      case 'sums': {
        const count = message.runs.reduce((sum, run) => sum + run.count, 0);
        return { message, payloads: [], sums: new Array<number>(count).fill(1) };
      }
      default:
        return { message, payloads: [], sums: [] };
    }
  }
}
