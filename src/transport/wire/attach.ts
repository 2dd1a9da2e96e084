import { crc32 } from 'node:zlib';
import type { Message } from '../../../models/message.ts';
import type { Frame } from '../port.ts';
import type { SummedRun, WireBlock } from './block-runs.ts';
import type { Body } from './layout.ts';
import type { WireEntry } from './structures.ts';
import { WireError } from './wire-error.ts';

export interface BodyAndPayload {
  readonly body: object;
  readonly payload: readonly Uint8Array[];
}

/** A message with what the hands attach, as its body names it. Payloads are not copied. */
export function attach({ message, payloads, sums }: Frame): BodyAndPayload {
  switch (message.type) {
    case 'write':
    case 'fetched': {
      sameNumber('payloads', payloads.length, message.entries.length);
      const entries = message.entries.map((entry, index) => ({
        ...entry,
        bytes: payloads[index]!.length,
      }));
      return { body: { ...message, entries }, payload: payloads };
    }
    case 'blocks':
    case 'lent': {
      sameNumber('payloads', payloads.length, message.blocks.length);
      const blocks = message.blocks.map((block, index) => {
        const contents = payloads[index]!;
        return { block, checksum: crc32(contents), bytes: contents.length };
      });
      return { body: { ...message, blocks }, payload: payloads };
    }
    case 'sums':
      return { body: { ...message, runs: withSums(message.runs, sums) }, payload: [] };
    default:
      return { body: message, payload: [] };
  }
}

/** The reverse: checks that the payload is the one the body announces, and takes it apart. */
export function detach(type: Message['type'], body: object, payload: Uint8Array): Frame {
  switch (type) {
    case 'write':
    case 'fetched': {
      const { entries } = body as Body<'fetched'>;
      const payloads = split(entries, payload);
      const bare = entries.map(({ bytes: _, ...entry }: WireEntry) => entry);
      return {
        message: { ...messageOf(type, body), entries: bare } as Message,
        payloads,
        sums: [],
      };
    }
    case 'blocks':
    case 'lent': {
      const { blocks } = body as Body<'blocks'>;
      const payloads = split(blocks, payload);
      const bare = blocks.map(({ block }: WireBlock) => block);
      return { message: { ...messageOf(type, body), blocks: bare } as Message, payloads, sums: [] };
    }
    case 'sums': {
      const { runs } = body as Body<'sums'>;
      const bare = runs.map(({ first, sums }) => ({ first, count: sums.length }));
      const sums = runs.flatMap((run) => run.sums);
      return { message: { ...messageOf(type, body), runs: bare } as Message, payloads: [], sums };
    }
    default:
      return { message: messageOf(type, body), payloads: [], sums: [] };
  }
}

const messageOf = (type: Message['type'], body: object) => ({ type, ...body }) as Message;

function withSums(
  runs: readonly { readonly first: number; readonly count: number }[],
  sums: readonly number[],
): SummedRun[] {
  const blocks = runs.reduce((sum, { count }) => sum + count, 0);
  sameNumber('checksums', sums.length, blocks);
  let at = 0;
  return runs.map(({ first, count }) => {
    at += count;
    return { first, sums: sums.slice(at - count, at) };
  });
}

interface Part {
  readonly bytes: number;
  readonly checksum: number;
}

function split(parts: readonly Part[], payload: Uint8Array): Uint8Array[] {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total !== payload.length) {
    throw new WireError('payload-mismatch', `${total} bytes announced, found ${payload.length}.`);
  }
  let at = 0;
  return parts.map(({ bytes, checksum }, index) => {
    const contents = payload.subarray(at, at + bytes);
    at += bytes;
    const computed = crc32(contents);
    if (computed === checksum) return contents;
    throw new WireError(
      'bad-payload-checksum',
      `Part ${index}: announced ${checksum}, computed ${computed}.`,
    );
  });
}

function sameNumber(what: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new WireError('payload-mismatch', `Found ${found} ${what}, expected ${expected}.`);
}
