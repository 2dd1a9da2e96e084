import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { staleness, staleText } from '../../src/spec-book/freshness.ts';
import { readWireProse } from '../../src/spec-book/generate.ts';
import { SpecError } from '../../src/spec-book/spec-error.ts';
import { specification } from '../../src/spec-book/specification.ts';
import { renderWireBook } from '../../src/spec-book/wire-book.ts';
import { renderVectors } from '../../src/spec-book/wire-vectors.ts';
import { decodeFrame, encodeFrame, encodeGreeting } from '../../src/transport/frame.ts';
import { proofOf } from '../../src/transport/proof.ts';
import { attach, detach } from '../../src/transport/wire/attach.ts';
import { type Greeting, greetingTypes } from '../../src/transport/wire/greeting.ts';
import type { Envelope } from '../../src/transport/wire/header.ts';
import { messageTypes } from '../../src/transport/wire/layout.ts';
import { greetingCeiling, sessionCeiling } from '../../src/transport/wire/limits.ts';
import { wireErrors } from '../../src/transport/wire/wire-error.ts';

interface Vectors {
  readonly message?: string;
  readonly ceiling?: 'greeting';
  readonly valid: readonly {
    readonly name: string;
    readonly hex: string;
    readonly header: Envelope;
    readonly body: object;
    readonly payload: string;
  }[];
  readonly invalid: readonly {
    readonly name: string;
    readonly hex: string;
    readonly error: string;
  }[];
}

const folder = join(packageRoot, 'spec/vectors');
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const files = readdirSync(folder).filter((file) => file !== 'proofs.json');
const vectors = files.map((file) => [file, read(file) as Vectors] as const);
const book = renderWireBook(readWireProse(), specification.messages);

describe('spec/wire.md', () => {
  it('is what its sources say, and so is every vector', () => {
    const outputs: [string, string][] = [['spec/wire.md', book]];
    for (const [file, text] of renderVectors()) outputs.push([`spec/vectors/${file}`, text]);
    for (const [file, text] of outputs) {
      const stale = staleness(file, readFileSync(join(packageRoot, file), 'utf8'), text);
      expect(stale && staleText(stale)).toBeNull();
    }
    expect(readdirSync(folder)).toHaveLength(outputs.length - 1);
  });

  it('has every message of the book, and an anchor for every link', () => {
    for (const { name } of specification.messages) expect(book).toContain(`\n### ${name}\n`);
    expect([...messageTypes].sort()).toEqual(specification.messages.map(({ name }) => name).sort());
    const headings = [...book.matchAll(/^#{2,4} (.+)$/gm)].map((found) =>
      found[1]!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(headings.filter((anchor, index) => headings.indexOf(anchor) < index)).toEqual([]);
    const links = [...book.matchAll(/\]\(#([^)]+)\)/g)].map((found) => found[1]!);
    expect(links.filter((link) => !headings.includes(link))).toEqual([]);
  });

  it('a part that asks for a table nobody makes is refused with the name', () => {
    const prose = '# Wire\n\n<!-- colours -->\n';
    expect(() => renderWireBook(prose, [])).toThrow(SpecError);
    expect(() => renderWireBook(prose, [])).toThrow(/asks for the table colours, expected one of/);
  });
});

describe('vectors', () => {
  it('every message has valid ones, and every code an invalid one', () => {
    const told = vectors.flatMap(([, { message }]) => message ?? []);
    expect(told.sort()).toEqual([...greetingTypes, ...messageTypes].sort());
    for (const [file, { valid }] of vectors) expect(valid.length, file).toBeGreaterThan(0);
    const codes = new Set(vectors.flatMap(([, { invalid }]) => invalid.map(({ error }) => error)));
    expect(Object.keys(wireErrors).filter((code) => !codes.has(code))).toEqual([]);
  });

  for (const [file, { valid, invalid, ceiling }] of vectors) {
    it(`${file}: ${valid.length} valid, ${invalid.length} invalid`, () => {
      for (const { name, hex, header, body, payload } of valid) {
        expect(values(hex), name).toEqual({ header, body, payload });
        expect(bytes(header, messageIn(file), body, payload), name).toBe(hex);
      }
      for (const { name, hex, error } of invalid) {
        const most = ceiling === 'greeting' ? greetingCeiling : sessionCeiling;
        const result = decodeFrame(Buffer.from(hex, 'hex'), most);
        expect(result.ok ? 'accepted' : result.error.code, `${file}: ${name}`).toBe(error);
      }
    });
  }

  it('proofs are those of the transport', () => {
    for (const { key, hello, welcome, caller, responder } of read('proofs.json').proofs) {
      const [secret, asked, told] = [key, hello, welcome].map((hex) => Buffer.from(hex, 'hex'));
      expect(proofOf(secret!, 'caller', asked!, told!)).toBe(caller);
      expect(proofOf(secret!, 'responder', asked!, told!)).toBe(responder);
    }
  });
});

describe('a peer written from spec/wire.md alone, in another language', () => {
  const version = spawnSync('python3', ['--version'], { encoding: 'utf8' });

  it.skipIf(version.status !== 0)(
    'reads and writes every valid vector and refuses every invalid one by its code (skipped only without python3)',
    () => {
      const peer = join(packageRoot, 'test/spec/peer/peer.py');
      const run = spawnSync('python3', [peer, folder], { encoding: 'utf8' });
      expect(run.stderr).toBe('');
      const total = vectors.reduce(
        (sum, [, { valid, invalid }]) => sum + valid.length + invalid.length,
        1,
      );
      expect(run.stdout.trim()).toBe(`${total} vectors, 0 wrong`);
    },
  );

  it.skipIf(version.status !== 0)('is caught when a vector lies', () => {
    const peer = join(packageRoot, 'test/spec/peer/peer.py');
    const lie = {
      format: 1,
      valid: [],
      invalid: [{ name: 'a lie', hex: vectors[0]![1].valid[0]!.hex, error: 'bad-magic' }],
    };
    const run = spawnSync('python3', [peer, '-'], { encoding: 'utf8', input: JSON.stringify(lie) });
    expect(run.stdout.trim()).toBe('a lie: accepted, expected bad-magic\n1 vectors, 1 wrong');
  });
});

function values(hex: string) {
  const result = decodeFrame(Buffer.from(hex, 'hex'));
  if (!result.ok) return result.error.message;
  const { magic: _, reserved: _0, reserved2: _1, ...header } = result.value.header;
  const greeting = result.value.kind === 'greeting' ? result.value.greeting : null;
  const frame = result.value.kind === 'frame' ? result.value.frame : null;
  const { type: _2, ...body } = (greeting ?? attach(frame!).body) as { type: string };
  return { header, body, payload: Buffer.concat(frame?.payloads ?? []).toString('hex') };
}

/** What a file's vectors are frames of. */
const messageIn = (file: string): string =>
  ({ 'frame.json': 'advance', 'strangers.json': 'hello' })[file] ?? file.replace('.json', '');

/** The frame of these values. */
function bytes(header: Envelope, type: string, body: object, payload: string): string {
  const greeting = greetingTypes.find((one) => one === type);
  const result = greeting
    ? encodeGreeting(header, { type: greeting, ...body } as Greeting)
    : encodeFrame(
        header,
        detach(messageTypes.find((one) => one === type)!, body, Buffer.from(payload, 'hex')),
      );
  if (!result.ok) return result.error.message;
  return Buffer.concat([result.value].flat()).toString('hex');
}
