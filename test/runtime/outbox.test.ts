import { describe, expect, it } from 'vitest';
import type { Unsent } from '../../models/event.ts';
import type { Entry } from '../../models/words.ts';
import { type Backend, BackendError, type BackendErrorCode } from '../../src/backend/port.ts';
import { Outbox } from '../../src/runtime/outbox.ts';
import { Payloads } from '../../src/runtime/payloads.ts';
import { UnreadableBlocks } from '../../src/runtime/read-volumes.ts';
import type { Frame, Transport } from '../../src/transport/port.ts';

const entryOf = (sequence: number): Entry => ({
  epoch: 1,
  sequence,
  extent: { volume: 0, first: 0, count: 1 },
  kind: 'data',
  checksum: sequence,
});

const write = (...sequences: number[]) =>
  ({ type: 'write', epoch: 1, entries: sequences.map(entryOf), committed: 0 }) as const;

const noPayload = async () => new Uint8Array(0);

function outbox(
  payload: (entry: Entry) => Promise<Uint8Array>,
  rotten: readonly number[] = [],
  code: BackendErrorCode = 'rot',
) {
  const read = async (first: number, count: number) => {
    const isRotten = rotten.some((block) => block >= first && block < first + count);
    if (isRotten) throw new BackendError(code, `one of ${first}+${count} has rotted`);
    return new Uint8Array(count);
  };
  const backend = { payload, read } as unknown as Backend;
  const payloads = new Payloads(backend, 1024);
  const sent: string[] = [];
  const transport: Transport = {
    open() {},
    close() {},
    send: (to, session, { message, payloads: bytes }: Frame) =>
      sent.push(`${to}.${session} ${message.type} ${bytes.map((one) => one[0]).join()}`),
    reset: (peer, session) => sent.push(`reset ${peer}.${session}`),
  };
  const told = (blocks: readonly number[], { to, session, message }: Unsent) =>
    sent.push(`unreadable ${blocks} in ${message.type} to ${to}.${session}`);
  const gaveUp = (error: Error) => sent.push(`gave up: ${error.message}`);
  const unreadable = new UnreadableBlocks(backend, [8]);
  return {
    payloads,
    sent,
    out: new Outbox(backend, payloads, transport, unreadable, told, gaveUp),
  };
}

const rounds = () => new Promise((resolve) => setImmediate(resolve));

describe('frames on their way out', () => {
  it('leave in the order they were asked for, even if the first has to be read', async () => {
    const { payloads, sent, out } = outbox(async (entry) => {
      await rounds();
      return Uint8Array.of(entry.sequence);
    });
    payloads.keep(entryOf(2), Uint8Array.of(2));
    out.send(1, 7, write(1));
    out.send(1, 7, write(2));
    out.send(2, 4, write(2));
    await rounds();
    await rounds();
    await rounds();
    expect(sent).toEqual(['2.4 write 2', '1.7 write 1', '1.7 write 2']);
  });

  it('leave in that order too when one between cannot be filled', async () => {
    const slow = async () => {
      for (let round = 0; round < 9; round++) await rounds();
      return Uint8Array.of(1);
    };
    const { sent, out } = outbox(slow, [5]);
    out.send(1, 7, write(1));
    out.send(1, 7, { type: 'blocks', epoch: 1, blocks: [5], through: 0 });
    for (let round = 0; round < 5; round++) await rounds();
    out.send(1, 7, { type: 'advance', epoch: 1, committed: 1 });
    for (let round = 0; round < 9; round++) await rounds();
    expect(sent).toEqual(['unreadable 5 in blocks to 1.7', '1.7 write 1', '1.7 advance ']);
  });

  it('end their session when what they say is gone from the disk', async () => {
    const { sent, out } = outbox(async () => {
      throw new BackendError('gone', 'it was retired');
    });
    out.send(1, 7, write(1));
    await rounds();
    expect(sent).toEqual(['reset 1.7']);
  });

  it.each(['rot', 'io'] as const)(
    'end the site when an entry that it counts as held cannot be read (%s): it must not go on acknowledging it',
    async (code) => {
      const { sent, out } = outbox(async () => {
        throw new BackendError(code, 'it is not what was stored');
      });
      out.send(1, 7, write(1));
      await rounds();
      expect(sent).toEqual(['gave up: it is not what was stored']);
    },
  );

  it.each(['rot', 'io'] as const)(
    'are not sent when one of their blocks cannot be read (%s): that is told, and what follows leaves',
    async (code) => {
      const { sent, out } = outbox(noPayload, [5], code);
      out.send(1, 7, { type: 'blocks', epoch: 1, blocks: [3, 4, 5, 8], through: 0 });
      out.send(1, 7, { type: 'blocks', epoch: 1, blocks: [8], through: 0 });
      for (let round = 0; round < 6; round++) await rounds();
      expect(sent).toEqual(['unreadable 5 in blocks to 1.7', '1.7 blocks 0']);
    },
  );

  it('take payloads from memory as long as there is room for them', () => {
    const { payloads } = outbox(async () => new Uint8Array(0));
    for (let sequence = 1; sequence <= 5; sequence++) {
      payloads.keep(entryOf(sequence), new Uint8Array(512).fill(sequence));
    }
    expect(payloads.atHand(entryOf(3))).toBeNull();
    expect(payloads.atHand(entryOf(5))?.[0]).toBe(5);
    expect(payloads.atHand({ ...entryOf(5), epoch: 2 })).toBeNull();
  });
});
