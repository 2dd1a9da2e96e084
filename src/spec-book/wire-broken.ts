import { crc32 } from 'node:zlib';
import { headerBytes } from '../transport/wire/header.ts';
import type { WireErrorCode } from '../transport/wire/wire-error.ts';

/** How the invalid vectors are made: a valid frame, something done to it, and the code that tells. */
export interface Break {
  readonly name: string;
  readonly error: WireErrorCode;
  readonly apply: (frame: Buffer) => Buffer;
}

const bodyEnd = (frame: Buffer): number => headerBytes + frame.readUInt32BE(20);

/** Makes lengths and checksums of a changed body right again: only what was meant is wrong. */
function withBody(frame: Buffer, body: Buffer): Buffer {
  const payload = frame.subarray(bodyEnd(frame));
  const whole = Buffer.concat([frame.subarray(0, headerBytes), body, payload]);
  whole.writeUInt32BE(body.length, 20);
  whole.writeUInt32BE(crc32(body), 28);
  return sealed(whole);
}

function sealed(frame: Buffer): Buffer {
  frame.writeUInt32BE(crc32(frame.subarray(0, headerBytes - 4)), headerBytes - 4);
  return frame;
}

/** These bytes, in hexadecimal, stand at that place of the header. */
export const inHeader = (
  name: string,
  error: WireErrorCode,
  at: number,
  digits: string,
): Break => ({
  name,
  error,
  apply(frame) {
    const copy = Buffer.from(frame);
    copy.write(digits, at, 'hex');
    return sealed(copy);
  },
});

/** These bytes, in hexadecimal, stand at that place of the body. */
export const inBody = (name: string, error: WireErrorCode, at: number, digits: string): Break => ({
  name,
  error,
  apply(frame) {
    const body = Buffer.from(frame.subarray(headerBytes, bodyEnd(frame)));
    body.write(digits, at, 'hex');
    return withBody(frame, body);
  },
});

/** What every message is refused for. */
export const everyBreak: readonly Break[] = [
  {
    name: 'one byte follows the last field',
    error: 'trailing-bytes',
    apply: (frame) =>
      withBody(frame, Buffer.concat([frame.subarray(headerBytes, bodyEnd(frame)), Buffer.of(0)])),
  },
  {
    name: 'a payload that is not the one announced',
    error: 'payload-mismatch',
    apply(frame) {
      const longer = Buffer.concat([frame, Buffer.of(0)]);
      longer.writeUInt32BE(frame.readUInt32BE(24) + 1, 24);
      return sealed(longer);
    },
  },
];

/** What every message with a body is refused for. */
export const bodyBreaks: readonly Break[] = [
  {
    name: 'the body ends one byte too early',
    error: 'truncated',
    apply: (frame) => withBody(frame, frame.subarray(headerBytes, bodyEnd(frame) - 1)),
  },
  {
    name: 'one bit of the body was flipped',
    error: 'bad-body-checksum',
    apply(frame) {
      const copy = Buffer.from(frame);
      copy[headerBytes]! ^= 1;
      return copy;
    },
  },
];

/** Of frames without a payload: any payload is too large. */
export const payloadBreak: Break = { ...everyBreak[1]!, name: 'a payload', error: 'too-large' };

export const frameBreaks: readonly Break[] = [
  inHeader('another magic', 'bad-magic', 0, '53444643'),
  {
    name: 'one bit of the header was flipped',
    error: 'bad-header-checksum',
    apply(frame) {
      const copy = Buffer.from(frame);
      copy[13]! ^= 1;
      return copy;
    },
  },
  inHeader('a version nobody has written', 'unknown-version', 4, '00ff'),
  inHeader('a message nobody has written', 'unknown-type', 6, '0fff'),
  inHeader('a message of version 1 in version 0', 'unknown-type', 4, '0000'),
  inHeader('a message of the handshake in version 1', 'unknown-type', 6, '0004'),
  inHeader('from a fourth site', 'out-of-range', 8, '03'),
  inHeader('to a fourth site', 'out-of-range', 9, '03'),
  inHeader('a lane too many', 'out-of-range', 10, '10'),
  inHeader('the reserved byte', 'not-canonical', 11, '01'),
  inHeader('a session of 2^53', 'out-of-range', 48, '0020000000000000'),
  inHeader('an epoch of 2^53', 'out-of-range', 56, '0020000000000000'),
  inHeader('a number of 2^64-1', 'out-of-range', 64, 'ffffffffffffffff'),
  inHeader('the reserved word', 'not-canonical', 72, '00000001'),
  inHeader('a body of 16 MiB and a byte', 'too-large', 20, '01000001'),
  inHeader('a body of 4 GiB', 'too-large', 20, 'ffffffff'),
  inHeader('a body longer than what follows', 'truncated', 20, '00001000'),
  { name: 'half a header', error: 'truncated', apply: (frame) => frame.subarray(0, 40) },
  { name: 'no byte at all', error: 'truncated', apply: (frame) => frame.subarray(0, 0) },
  { name: 'a header alone', error: 'truncated', apply: (frame) => frame.subarray(0, headerBytes) },
  {
    name: 'a byte behind the frame',
    error: 'trailing-bytes',
    apply: (frame) => Buffer.concat([frame, Buffer.of(0)]),
  },
];

/** Two neighbours of a list, each of that many bytes, have changed places. */
export const swapped = (at: number, bytes: number): Break => ({
  name: 'two items in the wrong order',
  error: 'bad-order',
  apply(frame) {
    const body = Buffer.from(frame.subarray(headerBytes, bodyEnd(frame)));
    const [one, other] = [at, at + bytes].map((from) =>
      Buffer.from(body.subarray(from, from + bytes)),
    );
    return withBody(
      frame,
      Buffer.concat([body.subarray(0, at), other!, one!, body.subarray(at + 2 * bytes)]),
    );
  },
});
