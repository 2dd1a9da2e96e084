import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { MessageType } from '../../../models/message.ts';
import type { Epoch, Session, SiteId } from '../../../models/words.ts';
import { struct } from './composites.ts';
import { type GreetingType, greetingLayouts } from './greeting.ts';
import { field, type Kind } from './kind.ts';
import { messageLayouts } from './layout.ts';
import { type Ceiling, limits } from './limits.ts';
import { Reader } from './reader.ts';
import { exactly, opaque, whole } from './scalars.ts';
import { epochOrNone, site } from './structures.ts';
import { WireError } from './wire-error.ts';
import type { Writer } from './writer.ts';

/** Who says it, and where it belongs: the same in every frame of a connection, but for two. */
export interface Envelope {
  readonly from: SiteId;
  readonly to: SiteId;
  /** Which connection of the session, from 0. */
  readonly lane: number;
  readonly incarnation: number;
  readonly boot: number;
  /** See `digestOf`. */
  readonly arrangement: string;
  /** 0: not given yet. */
  readonly session: Session;
  /** Of the sender's newest record, -1 without one. Changes from frame to frame. */
  readonly epoch: Epoch;
  /** Frames its sender sent on this connection before it. */
  readonly number: number;
}

export interface Header extends Envelope {
  readonly magic: number;
  readonly version: number;
  /** Code of the message. */
  readonly type: number;
  readonly bodyBytes: number;
  readonly payloadBytes: number;
  readonly bodyChecksum: number;
  readonly reserved: number;
  readonly reserved2: number;
}

/** With the name of the message its code and version stand for. */
export type NamedHeader = Header & { readonly name: AnyType };

/** "SDFL" */
export const magic = 0x5344_464c;
/** The handshake itself: its frames have this version, and it never changes. */
export const handshakeVersion = 0;
export const versions = { lowest: 1, highest: 1 } as const;
export const headerBytes = 80;

export const headerLayout: Kind<Header> = struct<Header>('header', {
  magic: field(exactly(4, magic, 'bad-magic'), '“SDFL”'),
  version: field(whole(2), '0 in the handshake, then the one agreed on'),
  type: field(whole(2), 'code of the message'),
  from: field(site, 'who sends'),
  to: field(site, 'to whom'),
  lane: field(whole(1, 0, limits.lanesMax - 1), 'which connection of the session, from 0'),
  reserved: field(exactly(1, 0, 'not-canonical'), 'nothing yet'),
  incarnation: field(whole(4), 'of the sender'),
  boot: field(whole(4), 'of the sender'),
  bodyBytes: field(whole(4), 'bytes of the body'),
  payloadBytes: field(whole(4), 'bytes of the payload behind it'),
  bodyChecksum: field(whole(4), 'CRC-32 of the body'),
  arrangement: field(opaque(16), 'first bytes of the SHA-256 of the arrangement’s name'),
  session: field(whole(8), 'number of the session; 0 before one is given'),
  epoch: field(epochOrNone, 'of the sender’s newest record; for people who watch'),
  number: field(whole(8), 'frames sent before on this connection'),
  reserved2: field(exactly(4, 0, 'not-canonical'), 'nothing yet'),
});

export type AnyType = MessageType | GreetingType;

const layouts = { ...greetingLayouts, ...messageLayouts };
const codes = new Map(Object.entries(layouts).map(([type, { code }]) => [code, type as AnyType]));
const handshakeCodeMax = 7;

export const layoutOf = (type: AnyType): { code: number; body: Kind<never> } =>
  layouts[type] as { code: number; body: Kind<never> };

export const isGreeting = (type: AnyType): type is GreetingType => type in greetingLayouts;

export const versionOf = (type: AnyType): number =>
  layouts[type].code <= handshakeCodeMax ? handshakeVersion : versions.highest;

/** How arrangements are told apart in headers. */
export const digestOf = (arrangement: string): string =>
  createHash('sha256').update(arrangement, 'utf8').digest('hex').slice(0, 32);

export function writeHeader(writer: Writer, header: Header): void {
  const from = writer.at;
  headerLayout.write(writer, header);
  writer.whole(crc32(writer.written(from)), 4);
}

/** Checks what a header can be checked for by itself, in the order `spec/wire.md` gives. */
export function readHeader(bytes: Uint8Array, ceiling: Ceiling): NamedHeader {
  const reader = new Reader(bytes.subarray(0, headerBytes));
  if (reader.left < headerBytes) {
    throw new WireError('truncated', `A header needs ${headerBytes} bytes, found ${reader.left}.`);
  }
  const checksum = reader.bytes.readUInt32BE(headerBytes - 4);
  checkMagic(reader.bytes);
  const computed = crc32(reader.bytes.subarray(0, headerBytes - 4));
  if (checksum !== computed) {
    throw new WireError('bad-header-checksum', `Found ${checksum}, computed ${computed}.`);
  }
  const name = nameOf(reader.bytes.readUInt16BE(4), reader.bytes.readUInt16BE(6));
  const header = headerLayout.read(reader);
  checkLengths(header, name, ceiling);
  return { ...header, name };
}

function checkMagic(bytes: Buffer): void {
  const found = bytes.readUInt32BE(0);
  if (found !== magic) throw new WireError('bad-magic', `Found 0x${found.toString(16)}.`);
}

function nameOf(version: number, type: number): AnyType {
  if (version !== handshakeVersion && (version < versions.lowest || version > versions.highest)) {
    const { lowest, highest } = versions;
    throw new WireError('unknown-version', `Found ${version}, spoken are ${lowest}..${highest}.`);
  }
  const name = codes.get(type);
  if (name !== undefined && (version === handshakeVersion) === type <= handshakeCodeMax) {
    return name;
  }
  throw new WireError('unknown-type', `Found type ${type} of version ${version}.`);
}

const withPayload: readonly AnyType[] = ['write', 'fetched', 'blocks', 'lent'];

function checkLengths(header: Header, name: AnyType, ceiling: Ceiling): void {
  const { bodyBytes, payloadBytes } = header;
  const { bodyBytesMax } = ceiling;
  if (bodyBytes > bodyBytesMax) {
    throw new WireError('too-large', `A body of ${bodyBytes} bytes, allowed ${bodyBytesMax}.`);
  }
  const payloadMax = withPayload.includes(name) ? ceiling.payloadBytesMax : 0;
  if (payloadBytes > payloadMax) {
    throw new WireError('too-large', `A payload of ${payloadBytes} bytes, allowed ${payloadMax}.`);
  }
}
