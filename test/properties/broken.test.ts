import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stage } from '../scenarios/stage.ts';
import { type Happening, played, schedule } from './schedule.ts';

/** A site with one rule broken, the statement that is false then, and the words it is caught by. */
interface Subject {
  readonly weakness: string;
  readonly rule: string;
  readonly because: RegExp;
  /** A life in which it shows; null: generated lives find it. */
  readonly life: readonly Happening[] | null;
}

const writes = (count: number, block: number): Happening => ({ kind: 'writes', count, block });
const passes = (milliseconds: number): Happening => ({ kind: 'passes', milliseconds });

/** The primary is cut off, replaced, and still asked for what the new one has overwritten. */
const staleReader: readonly Happening[] = [
  writes(1, 0),
  passes(20),
  { kind: 'breaks', link: ['P', 'S'] },
  { kind: 'breaks', link: ['P', 'A'] },
  passes(80),
  writes(1, 0),
  passes(40),
  { kind: 'readsAt', site: 0 },
  passes(20),
];

/** The async mirror gives evidence and lags, the sync mirror is away, the primary dies. */
const lossUnsaid: readonly Happening[] = [
  { kind: 'breaks', link: ['P', 'S'] },
  passes(80),
  { kind: 'sticks', link: ['P', 'A'], odd: true },
  { kind: 'sticks', link: ['P', 'A'], odd: false },
  writes(1, 0),
  writes(1, 1),
  writes(1, 2),
  passes(40),
  { kind: 'crashes', site: 0 },
  passes(200),
];

/** The async mirror holds every second one of the committed writes. */
const hole: readonly Happening[] = [
  { kind: 'sticks', link: ['P', 'A'], odd: true },
  writes(1, 0),
  writes(1, 1),
  writes(1, 2),
  writes(1, 3),
  passes(20),
  writes(1, 4),
  writes(1, 5),
  passes(40),
];

const subjects: readonly Subject[] = [
  {
    weakness: 'commit-by-maximum',
    rule: 'S1',
    because: /acknowledged and not held by/,
    life: null,
  },
  { weakness: 'initiator-becomes-primary', rule: 'S2', because: /has lost/, life: lossUnsaid },
  { weakness: 'apply-beyond-hole', rule: 'S3', because: /has write 0, not 1/, life: hole },
  { weakness: 'acknowledge-before-flush', rule: 'S4', because: /notes that .* holds/, life: null },
  { weakness: 'retire-without-bits', rule: 'S5', because: /drops .* without a bit/, life: null },
  // What a plan did not ship, and what an update brought back, is a block that is no prefix (S3).
  { weakness: 'update-without-bits', rule: 'S3', because: /has write \d+, not/, life: null },
  { weakness: 'update-misses-new-writes', rule: 'S3', because: /has write \d+, not/, life: null },
  {
    weakness: 'read-without-evidence',
    rule: 'S8',
    because: /after \d+ was told/,
    life: staleReader,
  },
];

describe('broken subjects are caught by the reason they give', () => {
  for (const { weakness, rule, because, life } of subjects) {
    it(`${rule}: ${weakness}`, async () => {
      const lives = life ? [life] : fc.sample(schedule, { seed: 3, numRuns: 40 });
      const told: string[] = [];
      for (const happenings of lives) {
        const { broken } = await played(happenings, 'memory', weakness, life ? 64 : 4);
        told.push(...broken.filter((one) => one.rule === rule).map(({ sentence }) => sentence));
        if (told.length > 0) break;
      }
      expect(
        told.some((sentence) => because.test(sentence)),
        told.join(),
      ).toBe(true);
      if (life === null) return;
      for (const backend of ['memory', 'file'] as const) {
        expect((await played(life, backend)).broken).toEqual([]);
      }
    });
  }

  it('S9: a disk that gives back what nobody wrote', async () => {
    const stage = new Stage('memory');
    await stage.opens();
    await stage.host.writes(1, { block: 0 });
    await stage.settle();
    const backend = stage.diskOf(0).backend!;
    const read = backend.read.bind(backend);
    backend.read = async (first, count) => {
      const bytes = await read(first, count);
      bytes[100]! ^= 1;
      return bytes;
    };
    await stage.host.reads(0);
    const [first] = stage.broken;
    expect(first).toEqual({ rule: 'S9', sentence: "a read of block 0 shows no write's bytes" });
  });
});
