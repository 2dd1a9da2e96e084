import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../models/message.ts';
import { packageRoot } from '../../src/package-root.ts';
import { sampleEnvelope } from '../../src/spec-book/wire-samples.ts';
import {
  type Decoded,
  decodeFrame,
  encodeFrame,
  encodeGreeting,
} from '../../src/transport/frame.ts';
import { FrameDecoder } from '../../src/transport/frame-decoder.ts';
import { type Frame, nakedFrame } from '../../src/transport/port.ts';
import { limits, sessionCeiling } from '../../src/transport/wire/limits.ts';
import { WireError } from '../../src/transport/wire/wire-error.ts';
import { anyFrame } from './any-frame.ts';

const folder = join(packageRoot, 'spec/vectors');
const corpus = readdirSync(folder).flatMap((file) => {
  const { valid = [] } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return (valid as { hex: string }[]).map(({ hex }) => Buffer.from(hex, 'hex'));
});

describe('any frame', () => {
  it('comes back as it went in, also through a stream cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 5 }),
        fc.infiniteStream(fc.nat(200)),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map(bytesOf));
          const { arrived, fault } = through(bytes, cuts);
          expect(fault).toBeNull();
          expect(arrived.map(plainFrame)).toEqual(frames.map(plain));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps the keys of what charts compare as text in one order', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const back = expectFrame(bytesOf(frame));
        if ('held' in frame.message && 'held' in back.message) {
          expect(JSON.stringify(back.message.held)).toBe(JSON.stringify(frame.message.held));
        }
      }),
    );
  });

  it('is encoded without copying its payloads', () => {
    const payload = new Uint8Array(4096).fill(7);
    const pieces = encodeFrame(sampleEnvelope, writeOf(payload));
    expect(pieces.ok && pieces.value[1]).toBe(payload);
  });
});

describe('bytes that are no frame', () => {
  it('damaged anywhere are refused with a code, and nothing else is thrown', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...corpus), damage, (bytes, hits) => {
        const copy = Buffer.from(bytes);
        for (const [at, flip] of hits) copy[at % copy.length]! ^= flip;
        if (copy.equals(bytes)) return;
        const result = decodeFrame(copy);
        expect(result.ok).toBe(false);
        if (!result.ok) expect(result.error).toBeInstanceOf(WireError);
      }),
      { numRuns: 3000 },
    );
  });

  it('damaged with right checksums are refused, or are the only form of what they say', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...corpus), damage, (bytes, hits) => {
        const copy = resealed(bytes, hits);
        const result = decodeFrame(copy);
        if (!result.ok) return;
        accepted++;
        expect(encoded(result.value).equals(copy)).toBe(true);
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it('random are refused at the first header, whatever the cuts', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 80, maxLength: 400 }),
        fc.infiniteStream(fc.nat(90)),
        (bytes, cuts) => {
          const { arrived, fault } = through(bytes, cuts);
          expect(arrived).toEqual([]);
          expect(fault?.code).toBe('bad-magic');
        },
      ),
    );
  });
});

describe('limits', () => {
  it('what is beyond a limit is refused where it is encoded, naming both', () => {
    const ranges = Array.from({ length: limits.rangesMax + 1 }, (_, at) => ({
      first: 2 * at + 1,
      last: 2 * at + 1,
    }));
    expect(refusal({ type: 'fetch', epoch: 1, ranges })).toMatch(
      /ranges before byte \d+: found 65537 items, allowed 0\.\.65536/,
    );
    expect(refusal({ type: 'fetch', epoch: 1, ranges: [{ first: 5, last: 4 }] })).toMatch(
      /found 5\.\.4/,
    );
    expect(refusal({ type: 'advance', epoch: 1.5, committed: 0 })).toMatch(
      /epoch.*found 1\.5, allowed 0\.\./,
    );
    expect(refusal({ type: 'advance', epoch: 0, committed: Number.NaN })).toMatch(/found NaN/);
    const many = Array.from({ length: limits.blocksMax + 1 }, (_, at) => at);
    expect(refusal({ type: 'lend', epoch: 1, blocks: many })).toMatch(/allowed 1\.\.65536/);
    const blocks = encodeFrame(sampleEnvelope, {
      ...nakedFrame({ type: 'blocks', epoch: 1, blocks: [1], through: 1 }),
    });
    expect(!blocks.ok && blocks.error.code).toBe('payload-mismatch');
  });

  it('a full message of each kind fits in a body', () => {
    const alternate = (length: number) => Array.from({ length }, (_, at) => 2 * at);
    const runs = alternate(limits.runsMax).map((first) => ({ first, count: 1 }));
    for (const message of [
      { type: 'stageReady', epoch: 1, repair: runs },
      { type: 'sumsDiffer', epoch: 1, runs },
      { type: 'lend', epoch: 1, blocks: alternate(limits.blocksMax) },
    ] as const satisfies Message[]) {
      const { message: read } = expectFrame(bytesOf(nakedFrame(message)));
      expect(isDeepStrictEqual(read, message)).toBe(true);
    }
  });

  it('a stranger gets no room: neither a large body nor any payload', () => {
    const decoder = new FrameDecoder();
    const bytes = bytesOf(writeOf(new Uint8Array(512)));
    expect(decoder.push(bytes, () => true)?.code).toBe('too-large');
    expect(decoder.push(corpus[0]!, () => true)?.code).toBe('too-large');
  });
});

describe('a stream', () => {
  it('of large frames in small pieces costs one copy of each byte', () => {
    const bytes = bytesOf(writeOf(new Uint8Array(32 * 1024 * 1024)));
    const decoder = new FrameDecoder();
    decoder.ceiling = sessionCeiling;
    const arrived: Decoded[] = [];
    // 1460 bytes a piece: 22,982 pieces. Copying all that came before each time would move 360 GiB.
    for (let at = 0; at < bytes.length; at += 1460) {
      decoder.push(bytes.subarray(at, at + 1460), (decoded) => arrived.push(decoded) > 0);
    }
    expect(arrived).toHaveLength(1);
    expect(decoder.pending).toBe(0);
  });

  it('a frame within one piece is not copied', () => {
    const decoder = new FrameDecoder();
    decoder.ceiling = sessionCeiling;
    const bytes = bytesOf(writeOf(new Uint8Array(512).fill(3)));
    decoder.push(bytes, (decoded) => {
      const payload = decoded.kind === 'frame' ? decoded.frame.payloads[0]! : null;
      expect(payload?.buffer).toBe(bytes.buffer);
      return true;
    });
    expect.assertions(1);
  });
});

function writeOf(payload: Uint8Array): Frame {
  const extent = { volume: 0, first: 0, count: 1 };
  const entry = { epoch: 1, sequence: 1, extent, kind: 'data', checksum: crc32(payload) } as const;
  return {
    message: { type: 'write', epoch: 1, entries: [entry], committed: 0 },
    payloads: [payload],
    sums: [],
  };
}

function bytesOf(frame: Frame): Buffer {
  const result = encodeFrame(sampleEnvelope, frame);
  if (!result.ok) throw result.error;
  return Buffer.concat(result.value);
}

function expectFrame(bytes: Uint8Array): Frame {
  const result = decodeFrame(bytes);
  if (result.ok && result.value.kind === 'frame') return result.value.frame;
  throw new Error(result.ok ? 'a greeting' : result.error.message);
}

function refusal(message: Message): string {
  const result = encodeFrame(sampleEnvelope, nakedFrame(message));
  return result.ok ? 'encoded' : result.error.message;
}

function encoded(decoded: Decoded): Buffer {
  const result =
    decoded.kind === 'greeting'
      ? encodeGreeting(decoded.header, decoded.greeting)
      : encodeFrame(decoded.header, decoded.frame);
  if (!result.ok) throw result.error;
  return Buffer.concat([result.value].flat());
}

function through(bytes: Uint8Array, cuts: Iterator<number>) {
  const decoder = new FrameDecoder();
  decoder.ceiling = sessionCeiling;
  const arrived: Decoded[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = cuts.next().value as number;
    decoder.push(bytes.subarray(at, at + length), (decoded) => arrived.push(decoded) > 0);
    at += length;
  }
  return { arrived, fault: decoder.failed };
}

const plain = ({ message, payloads, sums }: Frame) => ({
  message,
  payloads: payloads.map((bytes) => Buffer.from(bytes).toString('hex')),
  sums,
});

const plainFrame = (decoded: Decoded) =>
  decoded.kind === 'frame' ? plain(decoded.frame) : decoded;

/** Bytes of header or body changed, with both checksums as they have to be then. */
function resealed(bytes: Buffer, hits: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes);
  const bodyEnd = 80 + copy.readUInt32BE(20);
  for (const [at, value] of hits) copy[4 + (at % (bodyEnd - 4))] = value;
  copy.writeUInt32BE(crc32(copy.subarray(80, 80 + copy.readUInt32BE(20))), 28);
  copy.writeUInt32BE(crc32(copy.subarray(0, 76)), 76);
  return copy;
}
