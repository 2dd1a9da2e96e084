import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOf } from '../../models/site.ts';
import { checksOf } from '../../src/cli/demo/checks.ts';
import { untilHeld } from '../../src/cli/demo/held.ts';
import type { Input } from '../../src/cli/demo/input.ts';
import type { DemoResult } from '../../src/cli/demo/play.ts';
import { linesOf } from '../../src/cli/demo/report.ts';
import type { Watch } from '../../src/cli/demo/watch.ts';
import { demo } from '../../src/cli/demo.ts';
import { createArrangement } from '../../src/runtime/arrangement.ts';
import { seededRandom } from '../../src/runtime/random.ts';

/** Says nothing; keeps what was printed. */
function listener() {
  const lines: string[] = [];
  const terminal = {
    print: (line: string) => void lines.push(line),
    complain: () => {},
    watched: false,
  };
  return { lines, terminal };
}

/** A run in which nothing came to pass of what the demo is to show. */
const nothingCame: DemoResult = {
  holds: false,
  checks: [{ holds: false, sentence: 'the primary was killed in the middle of the writes' }],
  story: [],
  since: 'start',
  lacks: [],
  moved: { entries: 0, entryBytes: 0, blocks: 0, comparedBlocks: 0, furtherBlocks: 0 },
  comparedAfter: null,
  servedAfter: null,
  convergedAfter: null,
  acknowledged: 3,
  repeated: 0,
};

describe('what a demo that fails tells', () => {
  it('says what did not come, and no time of it', () => {
    const told = linesOf(nothingCame).join('\n');
    expect(told).toContain('seconds from the start:');
    expect(told).toContain('the mirrors did not compare their sidefiles');
    expect(told).toContain('hosts were not served again, the mirrors did not come to hold');
    expect(told).not.toMatch(/\d ms|null|NaN/);
  });

  it('keeps the times of what did come', () => {
    const lost = { ...nothingCame, since: 'loss', comparedAfter: 7, servedAfter: 9 } as const;
    const told = linesOf(lost).join('\n');
    expect(told).toContain('seconds from the loss of the primary:');
    expect(told).toContain('7 ms after the loss the mirrors compared their sidefiles');
    expect(told).toContain('hosts were served again after 9 ms, the mirrors did not come to hold');
  });
});

describe('demo', () => {
  let directory: string;
  let input: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-demo-test-'));
    input = join(directory, 'input');
    const random = seededRandom(1);
    // Not a whole number of blocks.
    await writeFile(
      input,
      Uint8Array.from({ length: 6_000_123 }, () => random() * 256),
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(['delta', 'overwritten', 'ahead', 'return'])('scenario %s holds', async (scenario) => {
    const { lines, terminal } = listener();
    const code = await demo({ input, seed: 3, scenario, json: true }, terminal);
    const told = JSON.parse(lines[0]!);
    expect(told.checks.filter(({ holds }: { holds: boolean }) => !holds)).toEqual([]);
    expect(code).toBe(0);
    expect(told.story.join('\n')).toContain('is killed');
    expect(told.comparedAfter).toBeGreaterThanOrEqual(0);
    expect(told.convergedAfter).toBeGreaterThanOrEqual(told.comparedAfter);
    const story = told.story.join('\n');
    if (scenario === 'overwritten') {
      expect(told.lacks.some((lack: { isOverwritten: boolean }) => lack.isOverwritten)).toBe(true);
      expect(story).toMatch(/: (bitmap|compare-blocks) \(/);
      return;
    }
    if (scenario === 'ahead')
      expect(told.lacks.map((lack: { of: number }) => lack.of)).toContain(2);
    if (scenario === 'return') expect(story).toContain('site 0 starts');
    const lacking = told.lacks.map(({ bytes }: { bytes: number }) => bytes);
    expect(told.moved.entryBytes).toBe(lacking.reduce((sum: number, one: number) => sum + one, 0));
  });

  it('keeps the sites where it is told to', async () => {
    const keep = join(directory, 'kept');
    await demo({ input, seed: 1, keep, json: true }, listener().terminal);
    expect((await readdir(keep)).sort()).toEqual(['site-0', 'site-1', 'site-2']);
  });

  it.each([4097, 8192])('an input of %i bytes has a middle too', async (bytes) => {
    const small = join(directory, `small-${bytes}`);
    await writeFile(small, new Uint8Array(bytes).fill(7));
    const { lines, terminal } = listener();
    expect([await demo({ input: small, seed: 1, json: true }, terminal), lines]).toEqual([
      0,
      lines,
    ]);
  });

  it.each([0, 1, 4096])('an input of %i bytes is refused: it has no middle', async (bytes) => {
    const small = join(directory, `tiny-${bytes}`);
    await writeFile(small, new Uint8Array(bytes));
    await expect(demo({ input: small })).rejects.toMatchObject({ code: 'no-input' });
  });

  /** Ctrl-C goes to npm and to us, and npm hands on its own. */
  it.each([1, 2])(
    'Ctrl-C (heard %i x) in the middle: the sites end, and nothing is left behind',
    async (times) => {
      const place = join(directory, `interrupted-${times}`);
      await mkdir(place);
      const words = ['--import', 'tsx', 'src/cli/main.ts', 'demo'];
      const running = spawn(process.execPath, words, { env: { ...process.env, TMPDIR: place } });
      running.stdout.resume();
      let complained = '';
      running.stderr.on('data', (text) => {
        complained += text;
      });
      // Progress is told from the first second on.
      running.stderr.once('data', async () => {
        for (let time = 0; time < times; time++) {
          running.kill('SIGINT');
          await pause(20);
        }
      });
      const exitCode = await new Promise((resume) => running.once('close', resume));
      expect([exitCode, complained]).toEqual([
        130,
        expect.stringContaining('nothing is left behind'),
      ]);
      const left = (await readdir(place)).filter((name) => name.startsWith('sidefile'));
      expect(left).toEqual([]);
    },
  );

  it('what a demonstration leaves that was killed, the next one removes, and nothing else', async () => {
    const place = join(directory, 'killed');
    await mkdir(place);
    const kept = ['sidefile-demo-mine', 'sidefile-demo-other', 'another'].map((name) =>
      join(place, name),
    );
    for (const folder of kept) await mkdir(folder);
    await writeFile(join(kept[1]!, 'demonstration'), 'a talk I gave');
    const words = ['--import', 'tsx', 'src/cli/main.ts', 'demo'];
    const start = (...more: string[]) =>
      spawn(process.execPath, [...words, ...more], { env: { ...process.env, TMPDIR: place } });
    const demos = async () =>
      (await readdir(place)).filter(
        (name) => !kept.includes(join(place, name)) && /^sidefile-demo-/.test(name),
      );
    // The running node takes it long enough to be found at it.
    const killed = start();
    killed.stdout.resume();
    const marks = async () => {
      const all = await Promise.all((await demos()).map((name) => readdir(join(place, name))));
      return all.filter((names) => names.includes('demonstration') && names.includes('site-0'));
    };
    while ((await marks()).length === 0) await pause(10);
    const [own] = await demos();
    // The one that runs is left alone, and so is what is stopped.
    killed.kill('SIGSTOP');
    const second = start('--input', input);
    second.stdout.resume();
    expect(await new Promise((resume) => second.once('close', resume))).toBe(0);
    expect(await demos()).toEqual([own]);
    killed.kill('SIGKILL');
    await new Promise((resume) => killed.once('close', resume));
    const third = start('--input', input);
    third.stdout.resume();
    expect(await new Promise((resume) => third.once('close', resume))).toBe(0);
    expect(await demos()).toEqual([]);
    expect((await readdir(place)).length).toBeGreaterThanOrEqual(kept.length);
    for (const folder of kept) await readdir(folder);
  });

  it('nobody is lost who has no sync mirror: nothing would be served without an operator', async () => {
    const durations = { election: 60, patience: 200, retry: 40 };
    const sites = await createArrangement({ storage: 'memory', volumes: [8], durations });
    const { signal } = new AbortController();
    try {
      const primary = await untilHeld(sites, signal);
      const mirror = primary === 0 ? 1 : 0;
      await sites.crash(mirror);
      const known = () => sites.primary()!.site.context;
      while (known().peers[mirror].phase === 'streaming') await pause(5);
      // Its record still names the mirror that is away.
      expect(recordOf(known())?.syncSet).toEqual([mirror]);
      let isHeld = false;
      const held = untilHeld(sites, signal).then((site) => {
        isHeld = true;
        return site;
      });
      await pause(100);
      expect(isHeld).toBe(false);
      await sites.start(mirror);
      expect(await held).toBe(primary);
      expect(recordOf(known())?.syncSet).toEqual([mirror]);
    } finally {
      await sites.close();
    }
  });

  it('bytes that are not those of the input do not hold', async () => {
    const sites = await createArrangement({ storage: 'memory', volumes: [3], blockBytes: 512 });
    try {
      await sites.write(0, 0, new Uint8Array(3 * 512).fill(7));
      while (!sites.status().level) await pause(5);
      const inputOf = (fill: number): Input => ({
        path: 'none',
        bytes: 3 * 512,
        blocks: 3,
        // The last byte of all is another one.
        read: async (first, count) => {
          const bytes = new Uint8Array(count * 512).fill(7);
          if (first + count === 3) bytes[bytes.length - 1] = fill;
          return bytes;
        },
        close: async () => {},
      });
      const watch = { lostAt: 1 } as Watch;
      const digests = async (fill: number) =>
        (await checksOf(sites, inputOf(fill), watch))
          .filter(({ sentence }) => sentence.includes('sha256'))
          .map(({ holds }) => holds);
      expect(await digests(7)).toEqual([true, true, true]);
      expect(await digests(8)).toEqual([false, false, false]);
    } finally {
      await sites.close();
    }
  });

  it('names an input that cannot be read, and a scenario there is not', async () => {
    await expect(demo({ input: join(directory, 'none') })).rejects.toThrow('cannot be read');
    await expect(demo({ input, scenario: 'flood' })).rejects.toThrow('flood is not one of delta');
  });
});
