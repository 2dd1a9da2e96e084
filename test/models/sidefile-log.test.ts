import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendEntries,
  conflictsOf,
  cutLog,
  emptyLog,
  entriesOf,
  entryAt,
  retireTo,
  type SidefileLog,
} from '../../models/sidefile-log.ts';
import type { Entry, WriteKind } from '../../models/words.ts';

const kinds: readonly WriteKind[] = ['data', 'zeroes', 'trim'];

const entry = (sequence: number): Entry => ({
  epoch: sequence % 5,
  sequence,
  extent: { volume: sequence % 3, first: sequence * 7, count: (sequence % 4) + 1 },
  kind: kinds[sequence % 3]!,
  checksum: (sequence * 2654435761) % 2 ** 32,
});

/** Sequences near chunk and page borders, and far apart. */
const sequence = fc.oneof(
  fc.integer({ min: 1, max: 80 }),
  fc.integer({ min: 8180, max: 8200 }),
  fc.integer({ min: 16370, max: 16400 }),
);

type Step =
  | { readonly do: 'append'; readonly sequences: readonly number[] }
  | { readonly do: 'retire' | 'cut'; readonly at: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('append' as const), sequences: fc.array(sequence) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('retire' as const, 'cut' as const),
        at: sequence,
      }),
    },
  ),
  { maxLength: 12 },
);

/** The same by a plain sorted list. */
class Reference {
  start = 1;
  kept = new Map<number, Entry>();

  take(step: Step): void {
    if (step.do === 'append') {
      for (const s of step.sequences) if (s >= this.start) this.kept.set(s, entry(s));
      return;
    }
    if (step.do === 'retire') this.start = Math.max(this.start, step.at);
    const gone = [...this.kept.keys()].filter((s) =>
      step.do === 'retire' ? s < this.start : s > step.at,
    );
    for (const s of gone) this.kept.delete(s);
    if (step.do === 'cut') this.start = Math.min(this.start, step.at + 1);
  }

  entries(): Entry[] {
    return [...this.kept.values()].sort((one, other) => one.sequence - other.sequence);
  }
}

function taken(log: SidefileLog, step: Step): SidefileLog {
  if (step.do === 'append') return appendEntries(log, step.sequences.map(entry));
  return step.do === 'retire' ? retireTo(log, step.at) : cutLog(log, step.at);
}

describe('sidefile log: the sorted index of a sidefile (claims 15, 26)', () => {
  it('keeps what a sorted list keeps, in one form', () => {
    fc.assert(
      fc.property(steps, sequence, sequence, (script, one, other) => {
        const reference = new Reference();
        let log = emptyLog(1);
        for (const step of script) {
          reference.take(step);
          log = taken(log, step);
        }
        const wanted = reference.entries();
        expect(log.start).toBe(reference.start);
        expect(entriesOf(log, 1, 20000)).toEqual(wanted);
        expect(log.count).toBe(wanted.length);
        expect(log.newest).toBe(wanted.at(-1)?.sequence ?? log.start - 1);
        expect(entryAt(log, one)).toEqual(reference.kept.get(one) ?? null);
        const [first, last] = [Math.min(one, other), Math.max(one, other)];
        const within = wanted.filter((e) => e.sequence >= first && e.sequence <= last);
        expect(entriesOf(log, first, last)).toEqual(within);
        const rebuilt = appendEntries(emptyLog(log.start), wanted.toReversed());
        expect(JSON.stringify(log)).toBe(JSON.stringify(rebuilt));
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves the older value as it was', () => {
    fc.assert(
      fc.property(steps, (script) => {
        let log = emptyLog(1);
        for (const step of script) {
          const before = JSON.stringify(log);
          const next = taken(log, step);
          expect(JSON.stringify(log)).toBe(before);
          log = next;
        }
      }),
    );
  });

  it('takes an entry twice as once, and tells of one that disagrees', () => {
    const log = appendEntries(emptyLog(1), [entry(2), entry(3)]);
    expect(appendEntries(log, [entry(3), entry(2)])).toBe(log);
    const other = { ...entry(3), checksum: 1 };
    const newer = { ...entry(2), epoch: 7 };
    expect(conflictsOf(log, [entry(2), other, newer, entry(9)])).toEqual([other, newer]);
    expect(appendEntries(log, [other])).toBe(log);
  });

  it('a small log is a small text', () => {
    expect(JSON.stringify(emptyLog(1))).toBe('{"start":1,"newest":0,"count":0,"pages":[]}');
    expect(JSON.stringify(appendEntries(emptyLog(1), [entry(1), entry(2)])).length).toBeLessThan(
      110,
    );
  });

  it('an append copies the same few arrays however long the log is', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => entry(index + 1));
    const long = appendEntries(emptyLog(1), entries);
    const longer = appendEntries(long, [entry(100_001)]);
    const shared = long.pages.filter((page) => longer.pages.includes(page)).length;
    expect(shared).toBe(long.pages.length - 1);
    const chunks = long.pages.at(-1)!.filter((chunk) => longer.pages.at(-1)!.includes(chunk));
    expect(chunks.length).toBeGreaterThanOrEqual(long.pages.at(-1)!.length - 1);
    const numbers = long.pages.flat(2).length;
    expect((numbers * 8) / long.count).toBeLessThanOrEqual(64);
  });
});
