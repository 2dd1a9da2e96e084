import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Header } from '../../models/header.ts';
import type { Sequence } from '../../models/words.ts';
import type { Recovered, StoredWrite } from '../../src/backend/port.ts';
import type { Subject } from './contract.ts';
import {
  allBlocks,
  blankHeader,
  capacity,
  entriesOf,
  imageOf,
  volumes,
  writeOf,
} from './small-site.ts';
import { faultyDiskSubject, memorySubject } from './subjects.ts';

type Step =
  | {
      readonly kind: 'store';
      readonly ahead: number;
      readonly where: Parameters<typeof writeOf>[1];
    }
  | { readonly kind: 'apply' | 'settle' | 'crash' | 'reopen' | 'read' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('store' as const),
        ahead: fc.nat(capacity - 1),
        where: fc.record({
          volume: fc.constantFrom(0, 1),
          first: fc.nat(volumes[1] - 2),
          count: fc.constantFrom(1, 2),
          kind: fc.constantFrom('data' as const, 'zeroes' as const, 'trim' as const),
        }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'apply' as const,
          'settle' as const,
          'crash' as const,
          'reopen' as const,
          'read' as const,
        ),
      }),
    },
  ),
  { maxLength: 60 },
);

/** The naive reference: every write there ever was, and four numbers. */
class Reference {
  readonly writes: StoredWrite[] = [];
  applied: Sequence = 0;
  header: Header = blankHeader;

  get contiguous(): Sequence {
    let through = 0;
    while (this.writes.some(({ entry }) => entry.sequence === through + 1)) through++;
    return through;
  }

  kept(): StoredWrite[] {
    return this.writes
      .filter(({ entry }) => entry.sequence >= this.header.start)
      .sort((one, other) => one.entry.sequence - other.entry.sequence);
  }
}

async function play(subject: Subject, script: readonly Step[]): Promise<void> {
  const reference = new Reference();
  let { backend } = await subject.create(blankHeader);
  const recover = async (found: Recovered) => {
    backend = found.backend;
    expect(found.header).toEqual(reference.header);
    expect(found.entries).toEqual(entriesOf(reference.kept()));
    expect(found.damage).toEqual([]);
    expect(found.committed).toBe(reference.applied);
    await backend.apply(
      found.entries.filter(
        ({ sequence }) => sequence > found.header.settled && sequence <= found.committed,
      ),
    );
  };
  for (const step of script) {
    if (step.kind === 'store') {
      const sequence = reference.header.settled + 1 + step.ahead;
      if (reference.writes.some(({ entry }) => entry.sequence === sequence)) continue;
      const write = writeOf(sequence, step.where);
      reference.writes.push(write);
      await backend.store([write], reference.applied);
    } else if (step.kind === 'apply') {
      const from = reference.applied;
      reference.applied = reference.contiguous;
      await backend.store([], reference.applied);
      await backend.apply(
        entriesOf(reference.kept()).filter(
          ({ sequence }) => sequence > from && sequence <= reference.applied,
        ),
      );
    } else if (step.kind === 'settle') {
      await backend.flush();
      const settled = reference.applied;
      const start = Math.max(1, settled - 1);
      reference.header = { ...reference.header, settled, committed: settled, start };
      await backend.persist(reference.header);
      backend.retire(start);
    } else if (step.kind === 'read') {
      expect(await backend.read(0, allBlocks)).toEqual(
        imageOf(reference.writes, reference.applied),
      );
      for (const { entry, payload } of reference.kept()) {
        expect(await backend.payload(entry)).toEqual(payload);
      }
    } else {
      await (step.kind === 'crash' ? subject.crash() : backend.close());
      await recover(await subject.open());
    }
  }
}

describe.each([
  ['memory', memorySubject],
  ['file on a simulated disk', faultyDiskSubject],
] as const)('%s', (_name, subject) => {
  it('is like the naive reference, through stores beyond holes, crashes and reopening', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (script) => play(subject(), script)),
      { numRuns: 300 },
    );
  });
});
