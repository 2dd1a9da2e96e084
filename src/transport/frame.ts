import { crc32 } from 'node:zlib';
import type { MessageType } from '../../models/message.ts';
import type { Frame } from './port.ts';
import { attach, detach } from './wire/attach.ts';
import type { Greeting } from './wire/greeting.ts';
import {
  type Envelope,
  type Header,
  headerBytes,
  isGreeting,
  layoutOf,
  magic,
  type NamedHeader,
  readHeader,
  versionOf,
  writeHeader,
} from './wire/header.ts';
import { type Ceiling, limits, sessionCeiling } from './wire/limits.ts';
import { Reader } from './wire/reader.ts';
import { guarded, type Result, WireError } from './wire/wire-error.ts';
import { Writer } from './wire/writer.ts';

/**
 * Frames as bytes: header, body, payload. The layout is described in `wire/layout.ts` and told in
 * `spec/wire.md`. Whatever is wrong, on the way in or out, is a `WireError` in a result; nothing is
 * thrown for it.
 */

/** A frame taken apart: for the link itself, or for the site. */
export type Decoded =
  | { readonly kind: 'greeting'; readonly header: Header; readonly greeting: Greeting }
  | { readonly kind: 'frame'; readonly header: Header; readonly frame: Frame };

/** The bytes of a frame in pieces: header and body, then the payloads as they are, not copied. */
export function encodeFrame(envelope: Envelope, frame: Frame): Result<readonly Uint8Array[]> {
  return guarded(() => {
    const { body, payload } = attach(frame);
    return encode(envelope, frame.message.type, body, payload);
  });
}

/** The bytes of what the two ends of a connection say to each other. */
export function encodeGreeting(envelope: Envelope, greeting: Greeting): Result<Uint8Array> {
  return guarded(() => encode(envelope, greeting.type, greeting, [])[0]!);
}

/** Exactly one frame. Payloads of the result are parts of `bytes`. */
export function decodeFrame(bytes: Uint8Array, ceiling: Ceiling = sessionCeiling): Result<Decoded> {
  return guarded(() => {
    const header = readHeader(bytes, ceiling);
    const missing = frameBytes(header) - bytes.length;
    if (missing > 0) throw new WireError('truncated', `${missing} bytes of the frame are missing.`);
    if (missing < 0) throw new WireError('trailing-bytes', `${-missing} bytes follow the frame.`);
    return decodeRest(header, bytes.subarray(headerBytes));
  });
}

export const frameBytes = ({ bodyBytes, payloadBytes }: Header): number =>
  headerBytes + bodyBytes + payloadBytes;

/** What follows a header that was read. Throws `WireError` and nothing else. */
export function decodeRest(read: NamedHeader, rest: Uint8Array): Decoded {
  const { name, ...header } = read;
  const bytes = rest.subarray(0, header.bodyBytes);
  const computed = crc32(bytes);
  if (computed !== header.bodyChecksum) {
    throw new WireError('bad-body-checksum', `Found ${header.bodyChecksum}, computed ${computed}.`);
  }
  const reader = new Reader(bytes);
  const body: object = layoutOf(name).body.read(reader);
  if (reader.left > 0) {
    throw new WireError('trailing-bytes', `${reader.left} bytes follow the last field of ${name}.`);
  }
  if (isGreeting(name)) {
    return { kind: 'greeting', header, greeting: { type: name, ...body } as Greeting };
  }
  const frame = detach(name, body, rest.subarray(header.bodyBytes));
  return { kind: 'frame', header, frame };
}

function encode(
  envelope: Envelope,
  type: MessageType | Greeting['type'],
  body: object,
  payload: readonly Uint8Array[],
): Uint8Array[] {
  const writer = new Writer();
  writer.at = headerBytes;
  const layout = layoutOf(type);
  layout.body.write(writer, body as never);
  const end = writer.at;
  const payloadBytes = payload.reduce((sum, { length }) => sum + length, 0);
  checkSizes(end - headerBytes, payloadBytes);
  writer.at = 0;
  writeHeader(writer, {
    ...envelope,
    magic,
    version: versionOf(type),
    type: layout.code,
    bodyBytes: end - headerBytes,
    payloadBytes,
    bodyChecksum: crc32(writer.written(headerBytes, end)),
    reserved: 0,
    reserved2: 0,
  });
  return [writer.written(0, end), ...payload.filter(({ length }) => length > 0)];
}

function checkSizes(bodyBytes: number, payloadBytes: number): void {
  if (bodyBytes > limits.bodyBytesMax) {
    throw new WireError('too-large', `A body of ${bodyBytes}, allowed ${limits.bodyBytesMax}.`);
  }
  if (payloadBytes > limits.payloadBytesMax) {
    const { payloadBytesMax } = limits;
    throw new WireError('too-large', `A payload of ${payloadBytes}, allowed ${payloadBytesMax}.`);
  }
}
