import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fault } from '../../src/backend/faults.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import type { BackendError, StoredWrite } from '../../src/backend/port.ts';
import {
  decodeSuffix,
  SuffixDecoder,
  SuffixEncoder,
  suffixHead,
} from '../../src/backend/suffix.ts';
import { SuffixFiles } from '../../src/backend/suffix-files.ts';
import { withBadSectors } from './bad-sectors.ts';
import { blankHeader, writeOf } from './small-site.ts';

const writes = [6, 7, 9].map((sequence) => writeOf(sequence));

function encoded(some: readonly StoredWrite[] = writes): Buffer {
  const encoder = new SuffixEncoder();
  const head = encoder.head(suffixHead(blankHeader, 5, 9));
  return Buffer.concat([head, ...some.map((write) => encoder.write(write)), encoder.end()]);
}

function refusalOf(text: string): string {
  try {
    decodeSuffix(Buffer.from(text), 'it');
    return 'read';
  } catch (error) {
    return `${(error as BackendError).code}: ${(error as Error).message}`;
  }
}

/** As a later program may write it. */
function ofVersion(version: number, text: string): string {
  const lines = text.replace('"version":1', `"version":${version}`).trimEnd().split('\n');
  const end = JSON.parse(lines.pop()!);
  const before = lines.map((line) => `${line}\n`).join('');
  return `${before}${JSON.stringify({ ...end, checksum: crc32(before) })}\n`;
}

const none = (async function* () {})();

async function inFolder(play: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sidefile-exports-'));
  try {
    await play(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('the folder of exports', () => {
  it('may hold what is somebody else’s', async () => {
    await inFolder(async (directory) => {
      const files = new SuffixFiles(nodeDisk, directory);
      await files.keep(suffixHead(blankHeader, 5, 9), none);
      await writeFile(join(directory, 'notes.ndjson'), 'what I found out\n');
      await writeFile(join(directory, 'suffix.ndjson'), '');
      await mkdir(join(directory, 'old.ndjson'));
      expect((await files.all()).map(({ above, through }) => [above, through])).toEqual([[5, 9]]);
    });
  });
});

async function* streamed(some: readonly StoredWrite[]) {
  yield* some;
}

describe('RECOVERY-30: an exported suffix', () => {
  it('that is exported again, when its first write has left the sidefile, keeps that', async () => {
    await inFolder(async (directory) => {
      const files = new SuffixFiles(nodeDisk, directory);
      const head = suffixHead(blankHeader, 5, 9);
      for (const some of [writes, writes.slice(1)]) await files.keep(head, streamed(some));
      expect((await files.all()).map((suffix) => suffix.writes)).toEqual([writes]);
    });
  });

  it('of a later version is not replaced by one that lacks what it has', async () => {
    await inFolder(async (directory) => {
      const files = new SuffixFiles(nodeDisk, directory);
      const head = suffixHead(blankHeader, 5, 9);
      await files.keep(head, streamed(writes));
      const [name] = await readdir(directory);
      const path = join(directory, name!);
      const later = ofVersion(2, await readFile(path, 'utf8'));
      await writeFile(path, later);
      const refused = files.keep(head, streamed(writes.slice(1)));
      await expect(refused).rejects.toMatchObject({ code: 'no-place' });
      await expect(refused).rejects.toThrow('version 2 of the format');
      expect([await readFile(path, 'utf8'), await readdir(directory)]).toEqual([later, [name]]);
    });
  });

  it.each([
    ['whose version has rotted', '"version":1', '"version":3'],
    ['with a payload that has rotted', '"payload":"', '"payload":"A'],
  ])('%s is set aside as it is, and holds up no export', async (_, from, to) => {
    await inFolder(async (directory) => {
      const files = new SuffixFiles(nodeDisk, directory);
      const head = suffixHead(blankHeader, 5, 9);
      await files.keep(head, streamed(writes));
      const [name] = await readdir(directory);
      const text = await readFile(join(directory, name!), 'utf8');
      const found = [text.replace(from, to), text.replace(from, to).replace('harbour', 'harbous')];
      for (const damaged of found) {
        await writeFile(join(directory, name!), damaged);
        await files.keep(head, streamed(writes.slice(1)));
        expect((await files.all()).map((suffix) => suffix.writes)).toEqual([writes.slice(1)]);
      }
      const asides = [`${name}.damaged`, `${name}.damaged-2`];
      expect((await readdir(directory)).sort()).toEqual([name, ...asides]);
      const kept = asides.map((aside) => readFile(join(directory, aside), 'utf8'));
      expect(await Promise.all(kept)).toEqual(found);
    });
  });

  it('on a bad sector is set aside, and holds up no export', async () => {
    await inFolder(async (directory) => {
      const head = suffixHead(blankHeader, 5, 9);
      await new SuffixFiles(nodeDisk, directory).keep(head, streamed(writes));
      const [name] = await readdir(directory);
      const disk = withBadSectors(nodeDisk, join(directory, name!), new Set([0]));
      const files = new SuffixFiles(disk, directory);
      await expect(files.all()).rejects.toMatchObject({ code: 'io' });
      await files.keep(head, streamed(writes.slice(1)));
      expect((await readdir(directory)).sort()).toEqual([name, `${name}.damaged`]);
      const kept = await new SuffixFiles(nodeDisk, directory).all();
      expect(kept.map((suffix) => suffix.writes)).toEqual([writes.slice(1)]);
    });
  });

  it.each([
    ['it has no room for one more open file', 'EMFILE', 'io'],
    ['the machine has none', 'ENFILE', 'io'],
    ['it has no memory', 'ENOMEM', 'io'],
    ['it may not', 'EACCES', 'no-place'],
  ])(
    'that the process cannot read, as %s, is not taken for a damaged one',
    async (_, why, code) => {
      await inFolder(async (directory) => {
        const head = suffixHead(blankHeader, 5, 9);
        await new SuffixFiles(nodeDisk, directory).keep(head, streamed(writes));
        const open: typeof nodeDisk.open = async (path, mode) => {
          if (mode === 'read') throw fault(why, path);
          return nodeDisk.open(path, mode);
        };
        const files = new SuffixFiles({ ...nodeDisk, open }, directory);
        await expect(files.keep(head, streamed(writes.slice(1)))).rejects.toMatchObject({ code });
        const kept = await new SuffixFiles(nodeDisk, directory).all();
        expect(kept.map((suffix) => suffix.writes)).toEqual([writes]);
        expect(await readdir(directory)).toHaveLength(1);
      });
    },
  );

  it('of a later version is told from one whose version has rotted by its checksum', () => {
    const text = encoded().toString();
    const told = 'format-version: it has version 2 of the format, this program reads 1';
    expect(refusalOf(ofVersion(2, text))).toBe(told);
    // It may end otherwise than ours do: nobody here knows that it is damaged.
    const lines = ofVersion(2, text).trimEnd().split('\n').slice(0, -1);
    for (const end of ['', '{"end":true}\n', 'end\n', 'end']) {
      expect(refusalOf(`${lines.join('\n')}\n${end}`)).toBe(told);
    }
    expect(refusalOf(text.replace('"version":1', '"version":2'))).toMatch(
      /^rot: it, line 1: it says version 2 .*its checksum is \d+, its last line says \d+$/,
    );
  });

  it('is read as it was written, and says what is missing', () => {
    const suffix = decodeSuffix(encoded(), 'it');
    expect(suffix.writes).toEqual(writes);
    expect(suffix).toMatchObject({ arrangement: 'harbour', site: 1, above: 5, through: 9 });
    expect(suffix.missing).toEqual([{ first: 8, last: 8 }]);
  });

  it('is text that any program reads: one JSON document a line', () => {
    const lines = encoded().toString().trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    const line = JSON.parse(lines[1]!);
    expect(line).toMatchObject({ epoch: 0, sequence: 6, volume: 0, first: 6, count: 1 });
    expect(Buffer.from(line.payload, 'base64')).toEqual(Buffer.from(writes[0]!.payload));
  });

  it('is read part by part, whatever the parts: it may be longer than any text in memory', () => {
    const bytes = encoded();
    for (const partBytes of [1, 7, 64, 1000]) {
      const decoder = new SuffixDecoder('it');
      for (let at = 0; at < bytes.length; at += partBytes) {
        decoder.add(bytes.subarray(at, at + partBytes));
      }
      expect(decoder.end()).toEqual(decodeSuffix(bytes, 'it'));
    }
  });

  it.each(['null', '7', '"x"'])('is never read with a line that is %s', (line) => {
    const lines = encoded().toString().split('\n');
    for (const at of [0, 1, 4]) {
      const told = refusalOf([...lines.slice(0, at), line, ...lines.slice(at + 1)].join('\n'));
      expect(told).toBe(`rot: it, line ${at + 1}: it is no object`);
    }
  });

  it('is never read when it is cut short, wherever', () => {
    const bytes = encoded();
    for (let length = 0; length < bytes.length; length++) {
      expect(refusalOf(bytes.subarray(0, length).toString()), `of ${length} bytes`).toMatch(
        /^rot: /,
      );
    }
  });

  it('is never read with a byte changed, and says where', () => {
    const text = encoded().toString();
    for (let at = 0; at < text.length; at += 7) {
      const other = text[at] === '1' ? '2' : '1';
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      if (changed === text) continue;
      expect(refusalOf(changed), `changed at ${at}`).toMatch(/^rot: it, line \d+/);
    }
  });

  for (const [from, to, told] of [
    ['sidefile-suffix', 'sidefile-prefix', 'rot: it, line 1: it is no exported suffix'],
    ['"site":1', '"site":7', 'rot: it, line 1: site 7 is not within 0..2'],
    ['"writes":3', '"writes":4', 'rot: it, line 5: its last line counts 4 writes, 3 are there'],
  ] as const) {
    it(`is refused with ${to}`, () => {
      expect(refusalOf(encoded().toString().replace(from, to))).toBe(told);
    });
  }
});
