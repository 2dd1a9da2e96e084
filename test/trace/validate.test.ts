import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceLine } from '../../src/trace/format.ts';
import { say } from '../cli/terminal.ts';
import { type Recorded, record, textOf } from './recorded.ts';

let directory: string;
let file: string;
let recorded: Recorded;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sidefile-trace-'));
  file = join(directory, 'run.ndjson');
  recorded = await record(4, 'full', { length: 20, lanes: 1, faults: [] });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function validate(text: string, more = '') {
  await writeFile(file, text);
  return say(`trace validate ${file} ${more}`);
}

/** The trace with one of its lines changed. */
const changed = (at: number, change: (line: TraceLine) => unknown): string => {
  const texts = textOf(recorded).split('\n');
  texts[at + 1] = JSON.stringify(change(recorded.lines[at]!));
  return texts.join('\n');
};

const atOf = (wanted: (line: TraceLine) => boolean): number => recorded.lines.findIndex(wanted);

describe('sidefile trace validate', () => {
  it('a run of our own is a path of the world', async () => {
    const { exitCode, printed } = await validate(textOf(recorded));
    expect(exitCode).toBe(0);
    expect(printed).toContain(`${recorded.lines.length.toLocaleString('en-US')} lines are a path`);
  });

  it('so is one whose headers hold bitmaps', async () => {
    const text = textOf(await record(5, 'full'));
    expect(text).toMatch(/"(old|young)":\[\[\[\d+\]\]\]/);
    expect((await validate(text)).exitCode).toBe(0);
  });

  it('so is one in which a full disk has no place for a copy: its site goes on', async () => {
    const at = 900;
    const faults = [
      { kind: 'fullDisk', at, lasts: 50, site: 2 },
      { kind: 'export', at, lasts: 0, site: 2 },
    ] as const;
    const text = textOf(await record(4, 'full', { length: 20, lanes: 1, faults }));
    expect(/"exportRefused","reason":"[^"]*no space is left/.test(text)).toBe(true);
    expect(text.includes('storage.failed')).toBe(false);
    expect((await validate(text)).exitCode).toBe(0);
  });

  it('the lines of two sites may come in any order, those of one site in one', async () => {
    const bySite = [2, 1, 0].flatMap((site) => recorded.lines.filter((line) => line.site === site));
    expect((await validate(textOf({ ...recorded, lines: bySite }))).exitCode).toBe(0);
    const [one, other, ...rest] = bySite;
    const { exitCode, complained } = await validate(
      textOf({ ...recorded, lines: [other!, one!, ...rest] }),
    );
    expect(exitCode).toBe(2);
    expect(complained).toContain(`${file}:2: line.number is 2, expected 1`);
  });

  it('an effect that the machine does not have is told with what differs, and what could happen', async () => {
    const at = atOf(({ effects }) => effects.some(({ type }) => type === 'persist'));
    const { exitCode, printed } = await validate(changed(at, (line) => ({ ...line, effects: [] })));
    expect(exitCode).toBe(12);
    expect(printed).toContain(`${file}:${at + 2}: line`);
    expect(printed).toContain('differs   effects[0]: expected {"type":');
    expect(printed).toContain('possible  ');
  });

  it('a forged answer of the disk is told with what is under way', async () => {
    const at = atOf(({ event }) => event?.type === 'persisted');
    const forged = { type: 'flushed', through: 77 };
    const { exitCode, printed } = await validate(
      changed(at, (line) => ({ ...line, event: forged })),
    );
    expect(exitCode).toBe(12);
    expect(printed).toContain('the disk was asked for nothing that ends so: under way are persist');
  });

  it('a frame that nobody sent is told', async () => {
    const at = atOf(({ event }) => event?.type === 'received');
    const event = { ...recorded.lines[at]!.event, frame: 99_999 };
    const { exitCode, printed } = await validate(changed(at, (line) => ({ ...line, event })));
    expect(exitCode).toBe(12);
    expect(printed).toMatch(/site \d sent no frame 99999/);
  });

  it('a frame that arrives twice is told', async () => {
    const at = atOf(({ event }) => event?.type === 'received');
    const { site } = recorded.lines[at]!;
    const again = atOf(
      ({ site: of, number }) => of === site && number === recorded.lines[at]!.number + 1,
    );
    const { event } = recorded.lines[at]!;
    const { exitCode, printed } = await validate(changed(again, (line) => ({ ...line, event })));
    expect(exitCode).toBe(12);
    expect(printed).toContain('arrived before');
  });

  it('a session of a site with itself is told', async () => {
    const at = atOf(({ event }) => event?.type === 'link.up');
    const { site, event } = recorded.lines[at]!;
    const { exitCode, printed } = await validate(
      changed(at, (line) => ({ ...line, event: { ...event, peer: site } })),
    );
    expect(exitCode).toBe(12);
    expect(printed).toContain(`${file}:${at + 2}: line`);
    expect(printed).toContain(`site ${site} has no session with itself`);
  });

  it('a session with a site that never was is told', async () => {
    const at = atOf(({ event }) => event?.type === 'link.up');
    const { event } = recorded.lines[at]!;
    const { exitCode, printed } = await validate(
      changed(at, (line) => ({ ...line, event: { ...event, incarnation: 7 } })),
    );
    expect(exitCode).toBe(12);
    expect(printed).toContain('was never incarnation 7');
  });

  it('--json gives the verdict as one document', async () => {
    const { printed } = await validate(textOf(recorded), '--json');
    expect(JSON.parse(printed)).toMatchObject({
      exitCode: 0,
      kind: 'valid',
      level: 'full',
      refused: null,
    });
  });
});

describe('what is no trace is refused with file, line and what was expected', () => {
  const texts = (): string[] => textOf(recorded).split('\n');
  it.each([
    ['an empty file', (): string => '', null, 'expected a header'],
    ['another file', (): string => '{"name": "sidefile"}\n', 1, 'header.format is nothing'],
    [
      'no JSON',
      (): string => `${texts()[0]}\nhello\n`,
      2,
      'expected one JSON object, found "hello"',
    ],
    [
      'a line cut in the middle',
      (): string => textOf(recorded).slice(0, 4000),
      null,
      'expected one JSON object',
    ],
    ['no last line', (): string => texts().slice(0, 5).join('\n'), 5, 'cut short'],
    [
      'no lines of sites',
      (): string => `${texts()[0]}\n{"ends":[0,0,0]}\n`,
      2,
      'no lines of any site',
    ],
    ['a line taken away', (): string => texts().toSpliced(-3, 1).join('\n'), null, 'lines,'],
    [
      'an unknown event',
      (): string => changed(0, (line) => ({ ...line, event: { type: 'woke' } })),
      2,
      'line.event.type is "woke", expected one of host.write',
    ],
    [
      'a text for a number',
      (): string => changed(1, (line) => ({ ...line, number: 'two' })),
      3,
      'line.number is "two", expected a whole number',
    ],
    [
      'a stray member',
      (): string => changed(1, (line) => ({ ...line, clock: 7 })),
      3,
      'line has clock, which is not expected',
    ],
    [
      'a version to come',
      (): string => textOf(recorded).replace('"version":1', '"version":2'),
      1,
      'header.version is 2, expected 1',
    ],
    [
      'a number that comes twice',
      (): string => texts().toSpliced(2, 0, texts()[1]!).join('\n'),
      3,
      'line.number is 1, expected 2',
    ],
    [
      'no connection',
      (): string => textOf(recorded).replace('"lanes":1', '"lanes":0'),
      1,
      'header.lanes is 0, expected a whole number from 1 on',
    ],
    [
      'a text in a configuration',
      (): string => textOf(recorded).replace('"pendingMax":64', '"pendingMax":"many"'),
      1,
      'header.configs[0].pendingMax is "many", expected a whole number from 1 on',
    ],
    [
      'configurations in another order',
      (): string => textOf(recorded).replace('"configs":[{"site":0', '"configs":[{"site":1'),
      1,
      'header.configs[0].site is 1, expected 0',
    ],
    [
      'a site broken on purpose',
      (): string => textOf(recorded).replace('"weakness":null', '"weakness":"x"'),
      1,
      'weakness is "x", expected null',
    ],
  ] as const)(
    '%s',
    async (_: string, text: () => string, line: number | null, expected: string) => {
      const { exitCode, complained, printed } = await validate(text());
      expect(exitCode, printed).toBe(2);
      expect(complained).toContain(line === null ? `${file}:` : `${file}:${line}: `);
      expect(complained).toContain(expected);
    },
  );

  it('a file that is not there', async () => {
    const { exitCode, complained } = await say(`trace validate ${directory}/nowhere.ndjson`);
    expect(exitCode).toBe(2);
    expect(complained).toContain('nowhere.ndjson');
  });
});
