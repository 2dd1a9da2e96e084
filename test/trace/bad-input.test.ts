import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { between, pick, type Random, seededRandom } from '../../src/runtime/random.ts';
import { linesOfFile } from '../../src/trace/lines-of-file.ts';
import { TraceError } from '../../src/trace/trace-error.ts';
import { validateTrace } from '../../src/trace/validate.ts';
import { say } from '../cli/terminal.ts';
import { record, textOf } from './recorded.ts';

let directory: string;
let file: string;
const texts: Record<'full' | 'observable', string> = { full: '', observable: '' };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sidefile-bad-trace-'));
  file = join(directory, 'run.ndjson');
  const patch = { length: 4, lanes: 1, outstanding: 1, faults: [] };
  for (const level of ['full', 'observable'] as const) {
    texts[level] = textOf(await record(4, level, patch));
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const lines = (): string[] => texts.observable.split('\n');
const replaced = (at: number, from: string | RegExp, to: string): string =>
  lines()
    .map((line, index) => (index === at - 1 ? line.replace(from, to) : line))
    .join('\n');

describe('a file that is no trace is refused with its name, the line and what was expected', () => {
  it.each([
    ['a byte order mark', () => `\uFEFF${texts.observable}`, 1, 'a byte order mark, expected {'],
    [
      'bytes that are no UTF-8',
      () => Buffer.concat([Buffer.from(texts.observable.slice(0, 9)), Buffer.from([0xff, 0x0a])]),
      1,
      'expected text in UTF-8',
    ],
    ['an empty line', () => `${lines()[0]}\n\n`, 2, 'expected one JSON object, found ""'],
    ['a number of no end', () => replaced(2, '"number":1', '"number":1e999'), 2, 'is Infinity'],
    [
      'a number too exact',
      () => replaced(2, '"number":1', '"number":9007199254740993'),
      2,
      'whole',
    ],
    ['a site that is none', () => replaced(2, /"site":\d/, '"site":3'), 2, 'a site: 0, 1 or 2'],
    ['a gap in numbering', () => replaced(3, /"number":\d/, '"number":7'), 3, 'without a gap'],
    [
      'more blocks than there can be',
      () => replaced(2, '"volumes":[', '"volumes":[4194304,'),
      2,
      'a whole number from 0 to 4194304',
    ],
    ['a header of a disk that lacks a part', () => replaced(2, /"repair":/, '"x":'), 2, '.repair'],
    ['lists within lists', () => `${lines()[0]}\n${'['.repeat(99)}${']'.repeat(99)}`, 2, 'deeper'],
    ['a line behind the last', () => `${texts.observable}{}\n`, null, 'behind the last one'],
    ['a list', () => `${lines()[0]}\n[]\n`, 2, 'line is [], expected an object'],
  ] as const)('%s', async (_, text, line, expected) => {
    await writeFile(file, text());
    const { exitCode, complained, printed } = await say(`trace validate ${file}`);
    expect(exitCode, printed).toBe(2);
    expect(complained).toContain(line === null ? `${file}:` : `${file}:${line}: `);
    expect(complained).toContain(expected);
  });

  it('a directory', async () => {
    const { exitCode, complained } = await say(`trace validate ${directory}`);
    expect(exitCode).toBe(2);
    expect(complained).toContain(`${directory}: it is a directory, expected a file`);
  });

  it.runIf(process.platform === 'linux')(
    'a pipe that nobody writes into, and a device',
    async () => {
      const pipe = join(directory, 'pipe');
      execFileSync('mkfifo', [pipe]);
      for (const path of [pipe, '/dev/null']) {
        const { exitCode, printed } = await say(`trace validate ${path} --json`);
        const sentence = `${path}: it is a pipe or a device, expected a file`;
        expect([exitCode, JSON.parse(printed).error]).toEqual([
          2,
          { code: 'trace-unreadable', sentence },
        ]);
      }
    },
  );

  it('a file that is not there: no line of it is named', async () => {
    const { exitCode, complained } = await say(`trace validate ${join(directory, 'nowhere')}`);
    expect(exitCode).toBe(2);
    expect(complained).toContain(`${join(directory, 'nowhere')}: ENOENT`);
  });

  it('a line longer than any may be is not held in memory', async () => {
    await writeFile(file, `{}\n"${'x'.repeat(300_000)}"\n`);
    const read = async () => {
      for await (const _ of linesOfFile(file, 100_000));
    };
    await expect(read()).rejects.toThrow(`${file}:2: the line is longer than 100000 bytes`);
  });

  it('lines may end as they do elsewhere', async () => {
    await writeFile(file, texts.observable.replaceAll('\n', '\r\n'));
    expect((await say(`trace validate ${file}`)).exitCode).toBe(0);
  });
});

/** Numbers and words that programs stumble over. */
const odd = [
  '-1',
  '0',
  '1e400',
  '-1e15',
  '4294967296',
  '9007199254740991',
  'null',
  '""',
  '[]',
  '{}',
];

/** A trace with one thing wrong with its text. */
function spoilt(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text);
  const at = between(random, 0, bytes.length - 1);
  const all = text.split('\n');
  const line = between(random, 0, all.length - 2);
  switch (between(random, 0, 6)) {
    case 0:
      bytes[at] = between(random, 0, 255);
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(between(random, at, at + 30))]);
    case 3:
      return Buffer.from(all.toSpliced(line, 1).join('\n'));
    case 4:
      return Buffer.from(all.toSpliced(line, 0, pick(random, all)).join('\n'));
    case 5: {
      const places = [...all[line]!.matchAll(/[:[,](-?\d+|true|false|"\w+")(?=[,\]}])/g)];
      if (places.length === 0) return bytes;
      const { index, 0: found } = pick(random, places);
      const whole = all[line]!;
      const other = `${whole.slice(0, index + 1)}${pick(random, odd)}${whole.slice(index + found.length)}`;
      return Buffer.from(all.with(line, other).join('\n'));
    }
    default: {
      const names = [...all[line]!.matchAll(/"(\w+)":/g)];
      if (names.length === 0) return bytes;
      const { 1: name } = pick(random, names);
      return Buffer.from(all.with(line, all[line]!.replace(`"${name}":`, '"other":')).join('\n'));
    }
  }
}

describe('whatever is wrong with a trace, it is refused with a place, or judged', () => {
  it.each([
    ['full', 200],
    ['observable', 60],
  ] as const)('%s traces, %i spoilt at random', async (level, count) => {
    const random = seededRandom(11);
    const told = new Map<string, number>();
    for (let index = 0; index < count; index++) {
      await writeFile(file, spoilt(texts[level], random));
      const kind = await validateTrace(file).then(
        (verdict) => verdict.kind,
        (error: unknown) => {
          expect(error).toBeInstanceOf(TraceError);
          const { message, code } = error as TraceError;
          expect(message).toMatch(/^.*run\.ndjson:\d+: ./);
          expect(message, 'shapes let pass what machines cannot take').not.toContain('no machine');
          return code;
        },
      );
      told.set(kind, (told.get(kind) ?? 0) + 1);
    }
    console.log(`${level}: ${[...told].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
    expect(told.get('trace-malformed')).toBeGreaterThan(count / 2);
    expect(told.size).toBeGreaterThan(1);
  });
});
